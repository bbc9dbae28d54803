"""Vehicles of somebody's lake, with their truth."""

from __future__ import annotations

from pathlib import Path

from maintenance.fleet_model import Readings, read_history
from maintenance.fleet_model.readings import HistoryFolder
from maintenance.lake import open_lake


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
