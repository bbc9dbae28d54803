"""Readings and truth from a history."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from maintenance.errors import DataError
from maintenance.fleet_model import join, read_history
from maintenance.fleet_model.readings import HistoryFolder

MINUTE_MS = 60_000
START_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z


def write(folder: Path, *, temperature: float | None = 95.0, plant: str = "p", worn_out: bool = True) -> Path:
    """A vehicle that tells each minute, and whose wear is looked at each second minute; due from the fourth on."""
    moments = pa.array([START_MS + MINUTE_MS * minute for minute in range(6)], pa.timestamp("ms", tz="UTC"))
    told = {
        "device_id": pa.array(["VHC001"] * 6),
        "timestamp": moments,
        "speed_kmph": pa.array([50.0] * 6),
        "fuel_level_percent": pa.array([80.0] * 5 + [None]),
        "engine_temp_c": pa.array([temperature] + [90.0] * 5),
        "gps_latitude": pa.array([12.4] * 6),
        "gps_longitude": pa.array([79.9] * 6),
        "odometer_km": pa.array([1000.0 + minute for minute in range(6)]),
    }
    looks = [0, 2, 4]
    worn = {
        "plant": pa.array([plant] * 7),
        "device_id": pa.array(["VHC001", "VHC001"] * 3 + ["M001"]),
        "timestamp": pa.array([START_MS + MINUTE_MS * at for at in looks for _ in "ab"] + [START_MS], moments.type),
        "component": pa.array(["coolant", "brakes"] * 3 + ["bearing"]),
        "maintenance_due": pa.array([False, False, False, False, False, worn_out, True]),
    }
    for part, table in ((f"fleet/plant={plant}/dt=2026-01-01/hour=00", told), ("truth/wear/dt=2026-01-01", worn)):
        (folder / part).mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(table), folder / part / f"{plant}.parquet")
    return folder


def test_readings_are_those_at_which_the_truth_looked(tmp_path: Path) -> None:
    """With whether anything was due then; brakes are not the cooling; machines are no vehicles."""
    told = read_history(HistoryFolder(write(tmp_path)), "mine")
    assert told.device.tolist() == ["mine/p/VHC001"] * 3
    assert told.columns[:, 0].tolist() == [START_MS / 1000 + 60 * at for at in (0, 2, 4)]
    assert told.columns[:, -1].tolist() == [1000.0, 1002.0, 1004.0]
    assert told.due.tolist() == [False, False, True]
    assert not told.cooling_due.any()


def test_a_reading_without_temperature_is_left_out(tmp_path: Path) -> None:
    """There is nothing to learn from it."""
    assert len(read_history(HistoryFolder(write(tmp_path, temperature=None)), "mine")) == 2


def test_the_digest_is_that_of_the_data(tmp_path: Path) -> None:
    """Wherever it lies, and whatever it is called."""
    first = read_history(HistoryFolder(write(tmp_path / "a")), "first")
    second = read_history(HistoryFolder(write(tmp_path / "b's")), "second")
    other = read_history(HistoryFolder(write(tmp_path / "c", temperature=96.0)), "first")
    assert first.digest == second.digest != other.digest


def test_vehicles_of_two_fleets_are_not_taken_for_one(tmp_path: Path) -> None:
    """Both have a VHC001."""
    history = HistoryFolder(write(tmp_path))
    both = join([read_history(history, "first"), read_history(history, "second")])
    assert both.vehicles == 2
    assert len(both) == 6


def test_vehicles_of_two_plants_of_one_lake_have_each_their_own_truth(tmp_path: Path) -> None:
    """Both have a VHC001; the brakes of the second plant's are worn, those of the first plant's are not."""
    write(tmp_path, plant="1", worn_out=False)
    told = read_history(HistoryFolder(write(tmp_path, plant="2")), "mine")
    assert told.device.tolist() == ["mine/1/VHC001"] * 3 + ["mine/2/VHC001"] * 3
    assert told.due.tolist() == [False, False, False, False, False, True]


def test_a_history_without_vehicles_or_truth_is_named(tmp_path: Path) -> None:
    """With how to make one."""
    with pytest.raises(DataError, match=r"it has no vehicles: fleet/ has no Parquet file.*factory backfill"):
        HistoryFolder(tmp_path)
    write(tmp_path)
    np.testing.assert_equal(len(list((tmp_path / "truth").rglob("*.parquet"))), 1)
    for file in (tmp_path / "truth").rglob("*.parquet"):
        file.unlink()
    with pytest.raises(DataError, match="it has no truth"):
        HistoryFolder(tmp_path)
