"""The pages of the verdict job."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from contracts.metrics import METRICS
from maintenance.plant_models import PlantVerdict
from maintenance.plant_models.explain import Reason
from maintenance.plant_models.remaining_life import RemainingLife
from maintenance.verdicts.measures import Measures
from maintenance.verdicts.registry import Machine
from maintenance.verdicts.web import FROZEN_AFTER_S, make_app

MACHINES = {"M001": Machine("line1", "conveyor"), "M002": Machine("line2", "cnc_mill")}


def verdict(device_id: str, life: RemainingLife, fault: str = "none") -> PlantVerdict:
    """A verdict on a machine."""
    return PlantVerdict(
        device_id=device_id,
        at=datetime(2025, 1, 1, 1, tzinfo=UTC),
        complete=True,
        watched_h=48.0,
        probability=0.75,
        why=(Reason("vibration", 2.5, "vibration 1.9 mm/s above its own past week"),),
        life=life,
        anomaly=1.5,
        unusual=(Reason("temp", 0.9, "temperature 4.0 K above what power and hall explain"),),
        fault=fault,
        fault_probability=0.6,
        versions={"plant-maintenance": "abc"},
    )


@pytest.fixture
def measures() -> Measures:
    """Metrics of a job that has judged two machines."""
    made = Measures("plant1", {"plant-maintenance": "abcdef0123456789"})
    made.verdicts.tell(
        [verdict("M001", RemainingLife(10.0, 20.0, 30.0)), verdict("M002", RemainingLife(900.0, None, None))], MACHINES
    )
    return made


def lines(measures: Measures) -> set[str]:
    """What `/metrics` tells, without comments."""
    text = TestClient(make_app(measures, lambda: 0.0)).get("/metrics").text
    return {line for line in text.splitlines() if not line.startswith("#")}


def test_verdicts_are_metrics(measures: Measures) -> None:
    """Hours become seconds; what is not known is not there."""
    of = 'device_id="M001",line="line1",model="conveyor",plant="plant1"'
    other = 'device_id="M002",line="line2",model="cnc_mill",plant="plant1"'
    told = lines(measures)

    assert f"verdict_failure_probability{{{of}}} 0.75" in told
    assert f'verdict_remaining_life_seconds{{bound="median",{of}}} 72000.0' in told
    lives = [line for line in told if line.startswith("verdict_remaining_life") and "M002" in line]
    assert lives == [f'verdict_remaining_life_seconds{{bound="low",{other}}} 3.24e+06']
    with_kind = of.replace(",line", ',kind="none",line')
    assert f"verdict_fault_probability{{{with_kind}}} 0.6" in told
    assert f'verdict_reason{{{of},question="anomaly",signal="temp"}} 0.9' in told
    # 2025-01-01T01:00Z is 1735689600 + 3600 s.
    assert f"verdict_timestamp_seconds{{{of}}} 1.7356932e+09" in told
    assert 'verdicts_model{model="plant-maintenance",version="abcdef012345"} 1.0' in told


def test_nothing_old_is_left_of_a_machine(measures: Measures) -> None:
    """Another kind of fault takes the place of the last, and a machine that is gone has no verdict any more."""
    measures.verdicts.tell([verdict("M001", RemainingLife(1.0, 2.0, 3.0), "bias")], {"M001": MACHINES["M001"]})
    told = lines(measures)

    assert [line.split('kind="')[1].split('"')[0] for line in told if line.startswith("verdict_fault")] == ["bias"]
    assert not [line for line in told if "M002" in line]


def test_all_that_is_declared_is_told(measures: Measures) -> None:
    """Each metric of the job is there, at nought from the start."""
    declared = {name for name in METRICS if name.startswith(("verdict_", "verdicts_"))}

    assert {line.split("{")[0].split(" ")[0] for line in lines(measures)} >= declared


def test_verdicts_as_json(measures: Measures) -> None:
    """As they were published, with line and model of each machine."""
    told = TestClient(make_app(measures, lambda: 0.0)).get("/verdicts").json()["verdicts"]

    assert [(one["device_id"], one["line"], one["machine_model"]) for one in told] == [
        ("M001", "line1", "conveyor"),
        ("M002", "line2", "cnc_mill"),
    ]
    assert told[0]["prediction"] == "POSITIVE"
    assert told[1]["remaining_life_h"] == {"low": 900.0, "median": None, "high": None, "coverage": 0.8}


@pytest.mark.parametrize(("silent_s", "status"), [(0.0, 200), (FROZEN_AFTER_S, 200), (FROZEN_AFTER_S + 1, 503)])
def test_a_frozen_job_is_not_well(measures: Measures, silent_s: float, status: int) -> None:
    """Whoever asks learns it by the status."""
    assert TestClient(make_app(measures, lambda: silent_s)).get("/healthz").status_code == status
