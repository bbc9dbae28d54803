"""What a scenario says of the plant."""

from __future__ import annotations

import pytest

from simulator.errors import ScenarioError
from simulator.plant_spec import PlantSpec
from simulator.scenario import parse_scenario


def test_a_plant_works_always_and_is_looked_after() -> None:
    """Without a word about it, a plant works around the clock, and nothing runs to failure."""
    spec = parse_scenario("name: s").plant

    assert (spec.shifts, spec.maintenance, spec.runs_to_failure("bearing")) == ("continuous", "preventive", False)


def test_only_what_is_named_runs_to_failure() -> None:
    """Bearings by default; others if they are named."""
    spec = PlantSpec(maintenance="run_to_failure")
    named = PlantSpec(maintenance="run_to_failure", run_to_failure_components=("belt",))

    assert (spec.runs_to_failure("bearing"), spec.runs_to_failure("belt")) == (True, False)
    assert (named.runs_to_failure("bearing"), named.runs_to_failure("belt")) == (False, True)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("timezone: Berlin", "'Berlin' is no time zone; write one as Europe/Berlin"),
        ("shifts: four_shift", "continuous"),
        ("wear_speed: 0", "greater than 0"),
        ("run_to_failure_components: [gearbox]", "bearing"),
        ("holidays: 3", "there is no such key"),
    ],
)
def test_mistakes_are_told_with_their_line(text: str, told: str) -> None:
    """What cannot be is refused with file, line and key."""
    with pytest.raises(ScenarioError, match=rf"mine.yaml, line 3, plant.*{told}"):
        parse_scenario(f"name: s\nplant:\n  {text}\n", "mine.yaml")
