"""What a scenario says of a replay."""

from __future__ import annotations

from datetime import UTC

import pytest
from pydantic import ValidationError

from contracts.telemetry import Signal
from simulator.replay_spec import ReplaySpec, to_telemetry_unit

LEAST = {"device_id": "R001", "file": "a.csv", "signals": {"temp": {"column": "value"}}}


@pytest.mark.parametrize(
    ("signal", "unit", "value", "expected"),
    [
        (Signal.TEMP, "degF", 32.0, 0.0),  # ice
        (Signal.TEMP, "degF", -40.0, -40.0),  # where the scales meet
        (Signal.TEMP, "degF", 98.6, 37.0),
        (Signal.TEMP, "K", 293.15, 20.0),
        (Signal.TEMP, "degC", 21.5, 21.5),
        (Signal.VIBRATION, "in/s", 0.3, 7.62),  # an inch is 25.4 mm
        (Signal.RPM, "Hz", 50.0, 3000.0),
        (Signal.POWER, "hp", 100.0, 74.5699871582),  # mechanical horsepower, 550 ft lbf/s, NIST SP 811
        (Signal.POWER, "W", 1500.0, 1.5),
    ],
)
def test_units_are_converted(signal: Signal, unit: str, value: float, expected: float) -> None:
    """A value in a file's unit becomes one in the telemetry's."""
    assert to_telemetry_unit(signal, unit, value) == pytest.approx(expected, abs=1e-9)


def test_least_replay() -> None:
    """By default a replay runs at the pace of the recording, in UTC, in the telemetry's units."""
    spec = ReplaySpec.model_validate(LEAST)

    assert (spec.speed, spec.zone, spec.unit(Signal.TEMP)) == (1.0, UTC, "degC")


@pytest.mark.parametrize(("written", "speed"), [("none", None), (None, None), (60, 60.0), (0.5, 0.5)])
def test_speed_is_a_factor_or_none(written: object, speed: float | None) -> None:
    """A replay is slower or faster than the recording, or as fast as can be."""
    assert ReplaySpec.model_validate(LEAST | {"speed": written}).speed == speed


@pytest.mark.parametrize(
    "wrong",
    [
        {"speed": 0},
        {"speed": "fast"},
        {"timezone": "Mars/Olympus"},
        {"timezone": "../etc/passwd"},
        {"signals": {}},
        {"signals": {"temp": {"column": "value", "unit": "kW"}}},
        {"signals": {"colour": {"column": "value"}}},
        {"device_id": "R 1"},
    ],
)
def test_what_cannot_be_replayed(wrong: dict[str, object]) -> None:
    """No pace, unknown zones, units, signals and names are refused."""
    with pytest.raises(ValidationError):
        ReplaySpec.model_validate(LEAST | wrong)
