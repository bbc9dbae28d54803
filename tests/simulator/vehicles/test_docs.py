"""What docs/fleet.md says of vehicles is what the code has."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.telemetry import VehicleTelemetry
from contracts.vehicles import VEHICLES
from simulator.vehicles import COMPONENTS, DUE_DAMAGE, VEHICLE_MODELS, VEHICLE_SENSORS
from simulator.vehicles.components import ONSET, WEIBULL_SHAPE
from simulator.vehicles.models import vehicle_columns

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "fleet.md").read_text()


def rows(section: str) -> dict[str, list[str]]:
    """The table of a section: cells by the first one."""
    lines = PAGE.split(f"## {section}\n")[1].split("\n## ")[0].splitlines()
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {cells[0].strip("`"): cells[1:] for cells in table}


@pytest.mark.parametrize(("place", "model"), list(enumerate(VEHICLE_MODELS)))
def test_parameters_are_those_of_the_models(place: int, model: str) -> None:
    """Each number of data sheet and model has its row, and no other row is there."""
    columns = vehicle_columns([model])
    told = {name: float(cells[1 + place]) for name, cells in rows("Models").items() if name in columns}

    assert told == {name: column[0] for name, column in columns.items()}
    assert len(rows("Models")) == len(columns) + 1  # the head
    assert rows("Models")["Parameter"][1 + place] == f"`{model}`"
    assert set(VEHICLES) == set(VEHICLE_MODELS)


def test_components_are_those_that_wear() -> None:
    """With onset, threshold of maintenance and shape of their lives."""
    table = rows("Wear, failures, maintenance")

    for name, onset, due, shape in zip(COMPONENTS, ONSET, DUE_DAMAGE, WEIBULL_SHAPE, strict=True):
        assert [float(cell) for cell in table[name][:3]] == [onset, due, shape]


def test_sensors_have_their_ranges() -> None:
    """Each signal's, as the code has it."""
    for signal, sensor in VEHICLE_SENSORS.items():
        told = rows("Sensors")[signal.value][2].replace(",", "").replace("\N{MINUS SIGN}", "-")
        assert told.startswith(f"{sensor.lowest:g} to {sensor.highest:.10g} ")


def test_the_example_is_a_message() -> None:
    """By the contract."""
    assert VehicleTelemetry.model_validate_json(PAGE.split("```json\n")[1].split("```")[0]).device_id == "VHC001"


def test_glossary_has_every_key_of_a_message() -> None:
    """Each key of a vehicle's message is explained once."""
    glossary = (DOCS / "glossary.md").read_text()

    for key in VehicleTelemetry.model_fields:
        assert glossary.count(f"\n| `{key}` |") == 1, key
