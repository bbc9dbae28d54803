"""What the documentation says of models, sensors and faults is what the code has."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.telemetry import MachineTelemetry
from simulator.faults import FaultRequest
from simulator.faults.table import with_table
from simulator.marked_yaml import MarkedYaml
from simulator.models import MODELS
from simulator.scenario import Scenario, scenario_names
from simulator.sensors import SENSORS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "simulator.md").read_text()


def rows(section: str) -> dict[str, list[str]]:
    """The table of a section: cells by the first one."""
    lines = PAGE.split(f"## {section}\n")[1].split("\n## ")[0].splitlines()
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return {cells[0].strip("`"): cells[1:] for cells in table}


@pytest.mark.parametrize("place", range(5))
def test_parameter_table_is_true(place: int) -> None:
    """Every number in the table of models is the code's."""
    table = rows("Models")
    model = MODELS[table.pop("Parameter")[1 + place].strip("`")]
    told = {key: cells[1 + place] for key, cells in table.items() if not key.startswith("-")}
    of_the_other_drive = told.pop("lowest_speed" if model.drive == "induction" else "synchronous_rpm")

    assert not of_the_other_drive.isalnum()
    assert len(told) == 20
    for key, text in told.items():
        value = getattr(model if hasattr(model, key) else model.nameplate, key)
        assert text == value or float(text) == value, key


def test_the_table_of_faults_is_that_of_the_definitions() -> None:
    """The page has each kind with its parameters, as `python -m simulator.faults.table docs/simulator.md` writes it."""
    assert with_table(PAGE, "docs/simulator.md") == PAGE
    assert PAGE.count("\n| `drift` | sensor | `rate_per_min` | any signal |") == 1


def test_every_key_of_a_fault_has_a_row() -> None:
    """Each key that a request for a fault may have is explained."""
    for key in FaultRequest.model_fields:
        assert f"`{key}" in PAGE.split("| Key of a fault")[1].split("\n\n")[0]


def test_every_scenario_has_a_row() -> None:
    """The table of scenarios has each that comes with the simulator, and no other."""
    told = {name for name in rows("Scenarios") if not name.startswith("-")} - {"Name"}

    assert told == set(scenario_names())


def test_every_sensor_has_its_data() -> None:
    """The table of sensors gives each signal's range as the code has it."""
    for signal, sensor in SENSORS.items():
        told = rows("Sensors")[signal.value][2].replace(",", "").replace("\N{MINUS SIGN}", "-")
        assert told.startswith(f"{sensor.lowest:g} to {sensor.highest:g} ")


def test_example_scenario_is_right() -> None:
    """The scenario in the page can be played."""
    text = PAGE.split("```yaml\n")[1].split("```")[0]

    assert MarkedYaml(text, "docs/simulator.md").validate(Scenario).replays[0].speed is None


def test_glossary_has_every_key_of_a_message() -> None:
    """Each key of a machine's message is explained once."""
    glossary = (DOCS / "glossary.md").read_text()

    for key in MachineTelemetry.model_fields:
        assert glossary.count(f"\n| `{key}` |") == 1, key
