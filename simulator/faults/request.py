"""A fault that somebody asks for: in a scenario, over HTTP, on the command line."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from contracts.faults import FaultKind
from contracts.telemetry import Signal
from simulator.faults.base import FaultDefinition, FaultParameters
from simulator.faults.registry import FAULTS

EVERYTHING = "*"
"""Target that means all machines."""

Cause = Literal["scenario", "injected"]
Stage = Literal["pending", "ramping", "active", "recovering", "ended"]


class FaultRequest(BaseModel):
    """Which fault, on what, how strong, when.

    Example:
        >>> request = FaultRequest(kind="drift", target="M003", signal="temp", parameters={"rate_per_min": 2})
        >>> request.kind.value, request.start_s, request.duration_s
        ('drift', 0.0, None)
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    kind: FaultKind = Field(description="What goes wrong.")
    target: str = Field(min_length=1, description="A machine's device_id, a line, or * for all machines.")
    signal: Signal | None = Field(default=None, description="Whose sensor lies; not for hall_warming.")
    parameters: dict[str, float] = Field(default_factory=dict, description="How strong; see the kind's own parameters.")
    start_s: float = Field(default=0.0, ge=0, description="Begins so long after the plant's start or the request [s].")
    ramp_s: float | None = Field(
        default=None, ge=0, description="Comes up within this; by default as the kind has it [s]."
    )
    duration_s: float | None = Field(
        default=None, gt=0, description="Ends so long after its start; by default never [s]."
    )

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, data: Any) -> Any:
        """Defaults of the kind filled in, so that a record of the fault is whole."""
        if not isinstance(data, dict):
            return data
        definition = _definition(data.get("kind"))
        parameters = data.get("parameters", {})
        if definition is None or not isinstance(parameters, dict):
            return data
        return {**data, "parameters": _checked(definition, parameters)}

    @model_validator(mode="after")
    def _consistent(self) -> FaultRequest:
        problem = _signal_problem(self.definition, self.signal)
        if problem:
            raise _at("signal", problem, self.signal)
        if self.ramp_s and not self.definition.can_ramp:
            raise _at("ramp_s", f"{self.kind.value} comes at once and cannot have a ramp; leave it out", self.ramp_s)
        return self

    @property
    def definition(self) -> FaultDefinition:
        """What the kind declares."""
        return FAULTS[self.kind]

    @property
    def ramp(self) -> float:
        """Time in which it comes up [s]."""
        return self.definition.default_ramp_s if self.ramp_s is None else self.ramp_s

    def checked_parameters(self) -> FaultParameters:
        """The parameters as the kind's own model."""
        return self.definition.parameters.model_validate(self.parameters)


class ActiveFault(BaseModel):
    """A fault on one machine, from the request to the end of its effect."""

    model_config = ConfigDict(frozen=True)

    fault_id: str
    device_id: str
    line: str
    kind: FaultKind
    signal: Signal | None
    parameters: dict[str, float]
    cause: Cause
    starts_at: datetime
    ends_at: datetime | None
    stage: Stage


def _definition(kind: Any) -> FaultDefinition | None:
    try:
        return FAULTS[FaultKind(kind)]
    except ValueError:
        return None  # pydantic says it better, with the kinds there are


def _checked(definition: FaultDefinition, parameters: dict[str, Any]) -> dict[str, Any]:
    try:
        return definition.parameters.model_validate(parameters).model_dump()
    except ValidationError as error:
        # Errors of the inner model keep their place, so that a scenario can point at the line.
        details = [
            InitErrorDetails(
                type=PydanticCustomError(problem["type"], "{problem}", {"problem": problem["msg"]}),
                loc=("parameters", *problem["loc"]),
                input=problem["input"],
            )
            for problem in error.errors()
        ]
        raise ValidationError.from_exception_data("FaultRequest", details) from None


def _signal_problem(definition: FaultDefinition, signal: Signal | None) -> str | None:
    if definition.kind.of_sensor and signal is None:
        return f"{definition.kind.value} needs a signal: one of " + ", ".join(Signal)
    if not definition.kind.of_sensor and signal is not None:
        return f"{definition.kind.value} has no signal; leave it out"
    return None


def _at(key: str, problem: str, value: object) -> ValidationError:
    custom = PydanticCustomError("fault", "{problem}", {"problem": problem})
    return ValidationError.from_exception_data("FaultRequest", [InitErrorDetails(type=custom, loc=(key,), input=value)])
