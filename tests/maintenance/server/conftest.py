"""A fleet's model that has learnt one thing: hot engines are due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from fastapi.testclient import TestClient

from maintenance.fleet_model import Readings, Settings, fleet_card, train
from maintenance.models import Artifact, save
from maintenance.server.app import create_app
from maintenance.server.judge import REFUSED, Judge
from maintenance.server.measures import Measures
from maintenance.server.scoring import Scorer

VEHICLES, A_VEHICLE = 40, 50
NOON = datetime.fromisoformat("2026-03-20T06:30:00Z").timestamp()


def readings() -> Readings:
    """Forty vehicles, of which every other one is due and 12 K hotter than the rest."""
    random = np.random.default_rng(1)
    count = VEHICLES * A_VEHICLE
    number = np.repeat(np.arange(VEHICLES), A_VEHICLE)
    due = number % 2 == 1
    columns = np.column_stack(
        [
            NOON + random.uniform(0, 86_400, count),
            random.uniform(0, 80, count),
            random.uniform(40, 97, count),
            90.0 + 12.0 * due + random.normal(0, 1.5, count),
            np.full(count, 12.4),
            np.full(count, 79.9),
            10_000.0 * number,
        ]
    )
    return Readings(np.char.add("VHC", number.astype(str)), columns, due, due, "0" * 64)


@pytest.fixture(scope="session")
def artifact() -> Artifact:
    """The model with its card."""
    learnt, settings = readings(), Settings(trees=20, readings_in_leaf=20)
    card = fleet_card(learnt, settings, [], description="Forty vehicles.", seeds=[1], scenario="")
    return Artifact(card, train(learnt, settings))


@pytest.fixture(scope="session")
def judge(artifact: Artifact) -> Judge:
    """Answers requests with it."""
    return Judge(Scorer(artifact), ZoneInfo("Asia/Kolkata"))


@pytest.fixture
def client(judge: Judge) -> Iterator[TestClient]:
    """The server with the model as the endpoint `fleet`."""
    measures = Measures(judge.scorer.card, [*judge.scorer.labels, REFUSED])
    with TestClient(create_app(judge, "fleet", measures), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def reading() -> dict[str, Any]:
    """A healthy vehicle under way."""
    return {
        "device_id": "VHC001",
        "timestamp": "2026-01-02T03:04:05.678Z",
        "speed_kmph": 73.0,
        "fuel_level_percent": 98.0,
        "engine_temp_c": 90.0,
        "gps_latitude": 12.398542,
        "gps_longitude": 79.921675,
        "odometer_km": 10365.2,
    }


@pytest.fixture
def sentences() -> str:
    """Three sentences as the fleet's gateways write them: CRLF, blank lines between; the second is cut off."""
    said = (
        "device_id {} reported at timestamp 19-10-2025 22:47 with speed_kmph 73, fuel_level_percent 98, "
        "engine_temp_c {}, gps_latitude 12.398542, gps_longitude 79.921675, odometer_km 10365, and status {}."
    )
    lines = [said.format("VHC001", 124, "maintenance_required"), "device_id VHC009", said.format("VHC002", 89, "ok")]
    return "\r\n\r\n".join(lines) + "\r\n"


@pytest.fixture
def model_dir(artifact: Artifact, tmp_path: Path) -> Path:
    """The model in a directory."""
    save(artifact, tmp_path / "fleet")
    return tmp_path / "fleet"
