"""The JSON Schema of scenarios, for editors: what may stand where, parameters of each kind of fault included.

It is made of the same models that check a scenario when it is loaded; only faults are told apart by their kind, so that
an editor offers the parameters that a kind has. The file beside the scenarios is written by `make generate`;
a test compares the two.
"""

from __future__ import annotations

import json
from functools import cache, reduce
from importlib.resources import files
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from contracts.telemetry import AnySignal
from simulator.faults import FAULTS, FaultRequest
from simulator.faults.definition import SensorFault
from simulator.faults.registry import AnyFault
from simulator.scenario import Scenario

SCHEMA_FILE = "scenario.schema.json"
"""Name of the file beside the scenarios; their first line names it for editors."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"
_OWN = frozenset({"kind", "signal", "parameters", "ramp_s"})
"""Keys of a fault that are different from kind to kind."""
_TOGETHER: dict[str, Any] = {"on_s": ["off_s"], "off_s": ["on_s"], "repeats": ["duration_s"]}
"""Keys of a fault that are nothing without another."""


@cache
def scenario_file_model() -> type[BaseModel]:
    """A scenario as it is written, each kind of fault a model of its own."""
    some = [_fault_model(definition) for definition in FAULTS.values()]
    union: Any = reduce(or_, some)
    faults: Any = tuple[Annotated[union, Field(discriminator="kind")], ...]
    model: type[BaseModel] = create_model(
        "Scenario",
        __base__=Scenario,
        __doc__=_first_paragraph(Scenario.__doc__ or ""),
        faults=(faults, Field(default=(), description=Scenario.model_fields["faults"].description)),
    )
    return model


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario.

    Example:
        >>> scenario_schema()["$defs"]["drift"]["properties"]["kind"]["const"]
        'drift'
    """
    return {"$schema": DIALECT, **_plain(scenario_file_model().model_json_schema())}


def schema_text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(scenario_schema(), indent=1, ensure_ascii=False) + "\n"


def committed_schema() -> str:
    """What stands in the file beside the scenarios."""
    return (files("simulator") / "scenarios" / SCHEMA_FILE).read_text("utf-8")


def _fault_model(definition: AnyFault) -> type[BaseModel]:
    """A fault of one kind: the keys that all have, and its own."""
    fields: dict[str, Any] = {
        "kind": (Literal[definition.kind], Field(description=definition.label)),
        **{name: (info.annotation, info) for name, info in FaultRequest.model_fields.items() if name not in _OWN},
        "parameters": _parameters(definition),
        "ramp_s": _ramp(definition),
    }
    if definition.shared:
        fields["share"] = (float, Field(default=1.0, ge=1, le=1, description=f"Always 1: {definition.shared}."))
    if isinstance(definition, SensorFault):
        fields["signal"] = (AnySignal, Field(description="Whose sensor lies."))
    model: type[BaseModel] = create_model(
        definition.kind,
        __doc__=definition.documentation,
        __config__=ConfigDict(extra="forbid", allow_inf_nan=False, json_schema_extra={"dependentRequired": _TOGETHER}),
        **fields,
    )
    return model


def _parameters(definition: AnyFault) -> tuple[Any, Any]:
    needed = any(field.is_required() for field in definition.parameters.model_fields.values())
    description = FaultRequest.model_fields["parameters"].description
    if needed:
        return definition.parameters, Field(description=description)
    return definition.parameters, Field(default_factory=definition.parameters, description=description)


def _ramp(definition: AnyFault) -> tuple[Any, Any]:
    """A kind that comes at once has no ramp but none."""
    field = FaultRequest.model_fields["ramp_s"]
    if definition.can_ramp:
        return field.annotation, field
    return float | None, Field(default=None, ge=0, le=0, description="It comes at once and has no ramp.")


def _plain(part: Any) -> Any:
    """A schema without what is for readers of the code: of each description the first paragraph, and no titles."""
    if isinstance(part, list):
        return [_plain(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _first_paragraph(value) if key == "description" and isinstance(value, str) else _plain(value)
        for key, value in part.items()
        if not (key == "title" and isinstance(value, str))
    }


def _first_paragraph(text: str) -> str:
    return " ".join(text.strip().partition("\n\n")[0].split())
