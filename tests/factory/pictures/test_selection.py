"""Which machines of a scenario are drawn."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from factory.errors import LocalFactoryUsageError
from factory.pictures.selection import machines_of
from simulator.scenario import load_scenario, parse_scenario

START = datetime(2026, 1, 5, 6, tzinfo=UTC)


def _names(faults: str, *wanted: str) -> list[str]:
    scenario = parse_scenario(f"{{name: mine, faults: {faults}}}")
    return [one.device_id for one in machines_of(scenario, wanted, seed=1, start=START)]


@pytest.mark.parametrize(
    ("faults", "names"),
    [
        ("[]", ["M001", "M002", "M003"]),
        ("[{kind: stuck, target: M007, signal: temp}]", ["M007"]),
        ("[{kind: stuck, target: M107, signal: temp}]", ["M107"]),
        ("[{kind: stuck, target: line2, signal: temp}]", ["M011", "M012", "M013"]),
        # Ten machines a line, eight models in turn: the pumps of line1 are its second and its tenth.
        ("[{kind: cavitation, target: line1, parameters: {magnitude_mm_s: 3}}]", ["M002", "M010", "M001"]),
        (
            "[{kind: stuck, target: line1, signal: temp}, {kind: stuck, target: M020, signal: rpm}]",
            ["M001", "M020", "M002"],
        ),
        # A scenario that means vehicles is drawn with them: by name, by line, by model, of which every second is.
        ("[{kind: stuck, target: VHC107, signal: speed_kmph}]", ["VHC107"]),
        ("[{kind: stuck, target: fleet, signal: speed_kmph}]", ["VHC001", "VHC002", "VHC003"]),
        ("[{kind: cooling_loss, target: truck, parameters: {loss: 0.5}}]", ["VHC002", "VHC004", "VHC006"]),
        ("[{kind: cooling_loss, target: '*', parameters: {loss: 0.5}}]", ["M001", "M002", "M003"]),
    ],
)
def test_one_of_each_fault_first(faults: str, names: list[str]) -> None:
    """Who has a fault goes before who has none; where machines are named, nobody else is drawn."""
    assert _names(faults) == names


def test_who_is_asked_for_is_drawn() -> None:
    """In the order of the call, whatever the scenario says."""
    assert _names("[{kind: stuck, target: M007, signal: temp}]", "M005", "M002") == ["M005", "M002"]


def test_a_share_is_drawn_by_who_is_really_hit() -> None:
    """Of a fault that hits three vehicles in ten, the picture shows some that it hits."""
    scenario = load_scenario("fleet-heatwave")
    drawn = {one.device_id for one in machines_of(scenario, [], seed=3, start=START)}
    other = {one.device_id for one in machines_of(scenario, [], seed=4, start=START)}

    assert len(drawn) == len(other) == 3
    assert all(name.startswith("VHC") for name in drawn)
    assert drawn != other


@pytest.mark.parametrize(
    "wanted", [("R001",), ("M000",), ("VHC000",), ("m003",), ("M001", "VHC001"), ("M001", "M002", "M003", "M004")]
)
def test_who_cannot_be_drawn_is_refused(wanted: tuple[str, ...]) -> None:
    """Only numbered machines, and no more than there is room for."""
    with pytest.raises(LocalFactoryUsageError):
        _names("[]", *wanted)
