"""What the estimate takes the factory to do is what it does."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.metrics import MACHINE_LABELS, METRICS
from contracts.nameplates import NAMEPLATES
from factory.cli import run
from factory.cost import workload
from factory.cost.workload import MACHINE, VEHICLE, Kind
from factory.provision.function import MEMORY_MB
from factory.provision.request import machine
from maintenance.plant_models import PlantVerdict
from maintenance.plant_models.explain import Reason
from maintenance.plant_models.remaining_life import RemainingLife
from maintenance.verdicts.settings import VerdictSettings
from rules.explain.metering import steps
from simulator.encode import encode
from simulator.plant import Plant
from simulator.scenario import parse_scenario
from simulator.settings import SimulatorSettings


def test_a_machines_message_has_the_size_that_is_paid_for() -> None:
    """Measured from the encoder, twenty machines through a day."""
    identities = tuple(machine(number, "plant1") for number in range(20))
    start = datetime(2026, 1, 2, tzinfo=UTC)
    plant = Plant(identities, parse_scenario("name: calm"), seed=1, start=start, interval_s=1.0)
    moments = range(1, 86_400, 1800)
    sizes = [
        len(payload)
        for second in moments
        for payload in encode(plant.step(start + timedelta(seconds=second)), identities, 1, [second] * 20)
    ]

    assert {one.model for one in identities} == set(NAMEPLATES)
    assert sum(sizes) / len(sizes) == pytest.approx(MACHINE.payload_bytes, rel=0.03)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An hour of twenty machines and six vehicles, a reading a second, as the rule `archive` writes it."""
    out = tmp_path_factory.mktemp("archive")
    asked = "backfill --machines 20 --vehicles 6 --days 0.05 --interval 1s --format jsonl --processes 1 --json"
    assert run([*asked.split(), "--start", "2026-11-26T08:00:00Z", "--out", str(out)]) == 0
    return out


@pytest.mark.parametrize(("kind", "files"), [(MACHINE, "*part*.gz"), (VEHICLE, "*fleet*.gz")])
def test_a_reading_in_the_archive_has_the_size_that_is_paid_for(archive: Path, kind: Kind, files: str) -> None:
    """Before gzip, as Firehose takes it; and after, as S3 keeps it: how well it shrinks depends on the hour."""
    objects = [path.read_bytes() for path in archive.glob(f"raw/**/{files}")]
    plain = [gzip.decompress(packed) for packed in objects]
    readings = sum(text.count(b"\n") for text in plain)

    assert sum(map(len, plain)) / readings == pytest.approx(kind.archived_bytes, rel=0.03)
    assert sum(map(len, objects)) / readings == pytest.approx(kind.stored_bytes, rel=0.25)


def test_a_vehicles_message_has_the_size_that_is_paid_for(archive: Path) -> None:
    """What the archive has without what the rule adds to it."""
    path = next(archive.glob("raw/**/*fleet*.gz"))
    lines = gzip.decompress(path.read_bytes()).splitlines()[::100]
    told = [json.loads(line) for line in lines]
    added = ("plant", "line", "received_at")
    sizes = [
        len(json.dumps({key: value for key, value in one.items() if key not in added}, separators=(",", ":")))
        for one in told
    ]

    assert sum(sizes) / len(sizes) == pytest.approx(VEHICLE.payload_bytes, rel=0.03)


@pytest.mark.parametrize(("kind", "prefix"), [(MACHINE, "machine_"), (VEHICLE, "vehicle_")])
def test_series_are_those_that_are_declared(kind: Kind, prefix: str) -> None:
    """All gauges with the labels of a machine."""
    declared = [name for name, metric in METRICS.items() if name.startswith(prefix) and metric.labels == MACHINE_LABELS]

    assert len(declared) == kind.series


def test_series_of_a_verdict_are_those_that_are_declared() -> None:
    """One each, the remaining life has three bounds; reasons are left out."""
    named = [metric for name, metric in METRICS.items() if name.startswith("verdict_") and name != "verdict_reason"]
    bounds = sum(3 if "bound" in metric.labels else 1 for metric in named)

    assert bounds == workload.VERDICT_SERIES


@given(st.text(min_size=0, max_size=120), st.integers(0, 6))
def test_a_verdict_is_one_message_of_aws(words: str, reasons: int) -> None:
    """With six reasons each, in words of 120 characters, it is still below 5 KB."""
    why = tuple(Reason("vibration", 2.5, words) for _ in range(reasons))
    verdict = PlantVerdict(
        "M001", datetime(2025, 1, 1, tzinfo=UTC), True, 48.0, 0.75, why, RemainingLife(10.0, 20.0, 30.0), 1.5, why,
        "bias", 0.6, {"plant-maintenance": "0" * 64},
    )  # fmt: skip
    payload = json.dumps(verdict.as_json(), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

    assert steps(len(payload)) == 1


def test_settings_are_those_of_the_programs() -> None:
    """Heartbeats, shipments, verdicts an hour, and the function's memory."""
    simulator = SimulatorSettings.model_fields
    verdicts = VerdictSettings.model_fields

    assert workload.SHIP_S == simulator["ship_seconds"].default
    assert workload.HEARTBEAT_S == simulator["lease_seconds"].default / 3
    assert workload.VERDICTS_AN_HOUR == 1 + 1800 / verdicts["so_far_seconds"].default
    assert workload.FUNCTION_MB == MEMORY_MB
