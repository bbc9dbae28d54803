"""Faults that somebody asks for."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from simulator.faults import FaultRequest


def problems(**request: object) -> list[tuple[tuple[object, ...], str]]:
    """Where and why a request is refused."""
    with pytest.raises(ValidationError) as caught:
        FaultRequest.model_validate(request)
    return [(problem["loc"], problem["msg"]) for problem in caught.value.errors()]


def test_defaults_are_filled_in() -> None:
    """A request carries all parameters of its kind, so that its record is whole."""
    request = FaultRequest(kind="spikes", target="M001", signal="temp", parameters={"magnitude": 40})

    assert request.parameters == {"magnitude": 40, "probability": 0.02}


def test_kind_has_a_ramp_of_its_own() -> None:
    """Without a ramp in the request the kind's own is taken; zero is a ramp, too."""
    assert FaultRequest(kind="hall_warming", target="*", parameters={"rise_k": 8}).ramp == 1200
    assert FaultRequest(kind="hall_warming", target="*", parameters={"rise_k": 8}, ramp_s=0).ramp == 0


def test_request_survives_json() -> None:
    """A request that went over the wire is the same."""
    request = FaultRequest(kind="drift", target="line1", signal="power", parameters={"rate_per_min": -1}, duration_s=9)

    assert FaultRequest.model_validate_json(request.model_dump_json()) == request


def test_sensor_faults_need_a_signal() -> None:
    """A fault of a sensor says which one; a fault of the air has none."""
    drift = {"kind": "drift", "target": "M001", "parameters": {"rate_per_min": 1}}
    warming = {"kind": "hall_warming", "target": "*", "parameters": {"rise_k": 1}, "signal": "temp"}

    assert problems(**drift) == [(("signal",), "drift needs a signal: one of temp, vibration, rpm, power")]
    assert problems(**warming) == [(("signal",), "hall_warming has no signal; leave it out")]


@pytest.mark.parametrize(
    ("parameters", "place"),
    [
        ({}, "rate_per_min"),
        ({"rate_per_min": "fast"}, "rate_per_min"),
        ({"rate_per_min": 1e9}, "rate_per_min"),
        ({"rate_per_min": float("nan")}, "rate_per_min"),
        ({"rate_per_min": 1, "magnitude": 3}, "magnitude"),
    ],
)
def test_wrong_parameter_is_named(parameters: dict[str, object], place: str) -> None:
    """A parameter that is missing, no number, out of range or not the kind's is found by its name."""
    request = {"kind": "drift", "target": "M001", "signal": "temp", "parameters": parameters}

    assert [loc for loc, _ in problems(**request)] == [("parameters", place)]


def test_stuck_has_no_ramp() -> None:
    """A fault that comes at once cannot be asked for slowly."""
    ((loc, message),) = problems(kind="stuck", target="M001", signal="temp", ramp_s=5)

    assert loc == ("ramp_s",)
    assert "stuck comes at once" in message


@pytest.mark.parametrize(
    "wrong", [{"start_s": -1}, {"ramp_s": -1}, {"duration_s": 0}, {"kind": "rust"}, {"target": ""}, {"colour": 1}]
)
def test_wrong_request_is_refused(wrong: dict[str, object]) -> None:
    """Times before the start, no duration, unknown kinds, targets and keys are refused at their key."""
    request = {"kind": "bias", "target": "M001", "signal": "temp", "parameters": {"magnitude": 1}} | wrong

    assert [loc for loc, _ in problems(**request)] == [tuple(wrong)]
