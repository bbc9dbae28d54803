"""A plant's history with its truth."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pytest

from maintenance.errors import DataError
from maintenance.lake import Lake
from maintenance.plant_models import read_history
from maintenance.plant_models.source import FAULTS_SQL, MACHINES_SQL, READINGS_SQL, WEAR_SQL

HOUR = datetime(2025, 1, 1, 3)
"""In UTC, without a zone, as the lake tells moments."""
HOUR_H = 482_139.0
"""2025-01-01T03:00Z, in hours since 1970: 20089 days and 3 hours."""


class FixedLake:
    """Answers the four statements from tables."""

    def __init__(self, machines: list[dict[str, str]], faults: list[dict[str, Any]]) -> None:
        reading = {"timestamp": HOUR, "run": 1, "temp": 50.0, "vibration": 1.0, "rpm": 1400.0, "power": 3.0}
        wear = {"component": "bearing", "cycle": 2, "timestamp": HOUR, "damage": 0.5, "maintenance_due": False}
        self.answers = {
            MACHINES_SQL: machines,
            READINGS_SQL: [reading | {"device_id": name, "seq": 1, "state": "running"} for name in ("M002", "M001")],
            WEAR_SQL: [
                wear | {"device_id": "M001", "time_to_failure_h": 7.5},
                wear | {"device_id": "VHC001", "time_to_failure_h": 1.0},
                wear | {"device_id": "M002", "time_to_failure_h": None},
            ],
            FAULTS_SQL: faults,
        }
        self.asked: list[dict[str, Any]] = []

    def query(self, sql: str, **parameters: Any) -> pa.Table:
        """The table of a statement."""
        self.asked.append(parameters)
        return pa.Table.from_pylist(self.answers[sql])


MACHINES = [
    {"plant": "plant1", "device_id": "M002", "model": "robot_arm"},
    {"plant": "plant1", "device_id": "M001", "model": "conveyor"},
    {"plant": "plant1", "device_id": "VHC001", "model": "van"},
]


def record(event: str, minute: int, **facts: str) -> dict[str, Any]:
    """A record of the truth."""
    usual = {"fault_id": "one", "device_id": "M002", "family": "sensor", "kind": "bias", "signal": "temp"}
    return usual | {"event": event, "at": f"2025-01-01T03:{minute:02d}:00Z"} | facts


FAULTS = [
    record("started", 0),
    record("started", 15, fault_id="two", kind="noise"),
    record("ended", 30),
    record("failed", 40, fault_id="three", family="wear", kind="bearing", signal=""),
    record("started", 45, fault_id="four", device_id="VHC001"),
]


def test_machines_come_with_their_truth() -> None:
    """Readings, wear and faults of the machines, by name; vehicles and their wear are left out."""
    lake = FixedLake(MACHINES, FAULTS)
    history = read_history("here", cast("Lake", lake))

    assert history.models == {"M001": "conveyor", "M002": "robot_arm"}
    assert list(history.readings) == ["M001", "M002"]
    assert history.wear.machine.tolist() == [0, 1]
    assert history.wear.hour.tolist() == [HOUR_H, HOUR_H]
    assert history.wear.time_to_failure_h[0] == 7.5
    assert np.isnan(history.wear.time_to_failure_h[1])
    assert lake.asked[1:] == [{"plant": "plant1"}] * 3


def test_faults_have_a_begin_and_an_end() -> None:
    """One ended after half an hour, one never did; failures of components are wear and not faults."""
    history = read_history("here", cast("Lake", FixedLake(MACHINES, FAULTS)))
    told = [(fault.fault_id, fault.machine, fault.begin_h, fault.end_h) for fault in history.faults]

    assert told == [("one", 1, HOUR_H, HOUR_H + 0.5), ("two", 1, HOUR_H + 0.25, float("inf"))]


@pytest.mark.parametrize(
    "machines", [MACHINES[2:], [*MACHINES, MACHINES[0] | {"plant": "plant2", "device_id": "M009"}]]
)
def test_a_history_is_of_one_plant(machines: list[dict[str, str]]) -> None:
    """Without machines there is no history, and two plants have two halls: neither can be learnt from."""
    with pytest.raises(DataError, match=r"here: a history of one plant is needed.*here are [02]"):
        read_history("here", cast("Lake", FixedLake(machines, FAULTS)))
