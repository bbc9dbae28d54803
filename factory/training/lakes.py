"""Vehicles of somebody's lake, with their truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from maintenance.errors import DataError
from maintenance.fleet_model import Readings, read_history
from maintenance.fleet_model.readings import HistoryFolder
from maintenance.lake import open_lake
from maintenance.lake.datasets import files_of_truth
from simulator.backfill import BackfillManifest
from simulator.backfill.layout import MANIFEST_FILE


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a lake's vehicles come from, as far as it tells.

    Attributes:
        seeds: of the fleets in it; a model that learnt from them must not be judged by fleets of these seeds.
        scenario: what was played.
    """

    seeds: tuple[int, ...] = ()
    scenario: str = ""


def readings_of_lake(address: str) -> Readings:
    """Readings of vehicles at the moments of the truth.

    A backfill in a folder is read as it lies there; any other lake through its own door.

    Args:
        address: a folder, or `s3://BUCKET/PREFIX`.

    Raises:
        DataError: there are no vehicles, or no truth.
        LakeError: it cannot be read.
    """
    folder = Path(address)
    if "://" not in address and (folder / "fleet").is_dir():
        return read_history(HistoryFolder(folder), address)
    return read_history(open_lake(address), address)


def origin_of_lake(address: str) -> Origin:
    """Seeds and scenarios by the manifest of a backfill and by the ground truth, where they lie there.

    Args:
        address: a folder, or `s3://BUCKET/PREFIX`.

    Raises:
        DataError: the manifest or the ground truth is none.
        LakeError: it cannot be read.
    """
    lake = open_lake(address)
    told: set[tuple[int, str]] = set()
    if lake.store.find(MANIFEST_FILE) is not None:
        try:
            manifest = BackfillManifest.model_validate_json(lake.store.read(MANIFEST_FILE))
        except ValidationError:
            raise DataError("this is no manifest of a backfill", file=f"{address}/{MANIFEST_FILE}") from None
        told.add((manifest.seed, manifest.scenario))
    if files_of_truth(lake.store):
        rows = lake.query("SELECT DISTINCT seed, scenario FROM ground_truth").to_pylist()
        told |= {(row["seed"], row["scenario"]) for row in rows}
    return Origin(tuple(sorted({seed for seed, _ in told})), ", ".join(sorted({scenario for _, scenario in told})))
