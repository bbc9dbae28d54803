"""The JSON Schema of scenarios, and that it means what the simulator means."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from simulator.faults import FAULTS, FaultRequest
from simulator.scenario_schema import committed_schema, scenario_file_model, scenario_schema, schema_text

DEFINITIONS = scenario_schema()["$defs"]


def _request(kind: str) -> dict[str, Any]:
    """A fault of a kind, right in every way."""
    definition = FAULTS[kind]
    request = {"kind": kind, "target": "*", "parameters": dict(definition.example), "start_s": 5, "duration_s": 60}
    return request | ({"signal": "temp"} if definition.family == "sensor" else {})


def _refused(request: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the simulator and the schema refuse a fault."""
    verdicts = []
    for check in (FaultRequest.model_validate, _as_scenario):
        try:
            check(request)
            verdicts.append(False)
        except ValidationError:
            verdicts.append(True)
    return verdicts[0], verdicts[1]


def _as_scenario(request: dict[str, Any]) -> None:
    scenario_file_model().model_validate({"name": "mine", "faults": [request]})


def test_the_committed_schema_is_up_to_date() -> None:
    """The file beside the scenarios is what the models give; `make generate` writes it."""
    assert committed_schema() == schema_text()


@pytest.mark.parametrize("kind", list(FAULTS))
def test_every_kind_has_its_parameters(kind: str) -> None:
    """A fault of the kind is allowed its own parameters, each with description and range, and no others."""
    fault = DEFINITIONS[kind]
    parameters = DEFINITIONS[fault["properties"]["parameters"]["$ref"].rpartition("/")[2]]

    assert fault["additionalProperties"] is parameters["additionalProperties"] is False
    assert set(parameters.get("properties", {})) == set(FAULTS[kind].parameters.model_fields)
    assert all(one["description"] for one in parameters.get("properties", {}).values())
    assert ("signal" in fault["properties"]) == ("signal" in fault["required"]) == (FAULTS[kind].family == "sensor")


@pytest.mark.parametrize("kind", list(FAULTS))
def test_schema_and_simulator_agree_on_what_is_right(kind: str) -> None:
    """A fault that the simulator takes up is valid by the schema."""
    assert _refused(_request(kind)) == (False, False)
    assert _refused(_request(kind) | {"repeats": {"rate_per_day": 4}}) == (False, False)
    # What machines share, none of them has alone.
    shared = bool(FAULTS[kind].shared)
    assert _refused(_request(kind) | {"share": 0.5}) == (shared, shared)


@pytest.mark.parametrize("kind", list(FAULTS))
@pytest.mark.parametrize(
    "mistake",
    [
        {"strength": 5},
        {"parameters": {"no_such_parameter": 1}},
        {"target": ""},
        {"target": None},
        {"start_s": -1},
        {"duration_s": 0},
        {"share": 1.5},
        {"signal": "heat"},
        {"repeats": {"rate_per_day": 0}},
        {"kind": "gremlins"},
    ],
    ids=str,
)
def test_schema_and_simulator_agree_on_what_is_wrong(kind: str, mistake: dict[str, Any]) -> None:
    """What the simulator refuses, an editor marks."""
    assert _refused(_request(kind) | mistake) == (True, True)


@pytest.mark.parametrize("kind", [kind for kind, definition in FAULTS.items() if definition.family == "sensor"])
def test_a_sensor_fault_without_a_signal_is_marked(kind: str) -> None:
    """Whose sensor lies must be said."""
    request = _request(kind)
    del request["signal"]
    assert _refused(request) == (True, True)


@pytest.mark.parametrize("kind", [kind for kind, definition in FAULTS.items() if not definition.can_ramp])
def test_a_ramp_where_there_is_none_is_marked(kind: str) -> None:
    """What comes at once has no ramp."""
    assert _refused(_request(kind) | {"ramp_s": 60}) == (True, True)


def test_keys_that_go_together_are_told() -> None:
    """JSON Schema says that bursts need both of their lengths, and repeats a duration."""
    assert DEFINITIONS["stuck"]["dependentRequired"] == {
        "on_s": ["off_s"],
        "off_s": ["on_s"],
        "repeats": ["duration_s"],
    }


def test_it_is_json_of_a_known_dialect() -> None:
    """A scenario needs a name and nothing else, and may have no unknown key."""
    schema = json.loads(schema_text())

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["required"] == ["name"]
    assert schema["additionalProperties"] is False
    assert ">>>" not in schema_text()
