"""A fault that somebody asks for: in a scenario, over HTTP, on the command line."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from contracts.telemetry import AnySignal, Signal
from simulator.faults.definition import FaultParameters, ProcessFault, SensorFault
from simulator.faults.registry import FAULTS, AnyFault
from simulator.randomness import stable_key

EVERYTHING = "*"
"""Target that means all machines."""
DAY_S = 86_400.0

Cause = Literal["scenario", "injected"]
Stage = Literal["pending", "ramping", "active", "recovering", "ended"]


def _known(kind: str) -> str:
    if kind not in FAULTS:
        raise PydanticCustomError("kind", "there is no such fault; use one of {kinds}", {"kinds": ", ".join(FAULTS)})
    return kind


FaultKind = Annotated[str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(FAULTS)})]
"""Name of a kind of fault."""


class Repeats(BaseModel):
    """A fault that comes again and again, by chance."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    rate_per_day: float = Field(gt=0, le=10_000, description="How often it comes to a machine, on average [1/d].")


def _parameters_by_kind(schema: dict[str, Any]) -> None:
    """Tell in the JSON schema which parameters each kind has."""
    schema["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": kind}}},
            "then": {"properties": {"parameters": definition.parameters.model_json_schema()}},
        }
        for kind, definition in FAULTS.items()
    ]


class FaultRequest(BaseModel):
    """Which fault, on what, how strong, when.

    Example:
        >>> request = FaultRequest(kind="drift", target="M003", signal="temp", parameters={"rate_per_min": 2})
        >>> request.kind, request.start_s, request.duration_s
        ('drift', 0.0, None)
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, json_schema_extra=_parameters_by_kind)

    kind: FaultKind = Field(description="What goes wrong.")
    target: str = Field(min_length=1, description="A device_id, a line, a model, or * for all machines.")
    signal: AnySignal | None = Field(default=None, description="Whose sensor lies; only for faults of sensors.")
    parameters: dict[str, float] = Field(default_factory=dict, description="How strong; see the kind's own parameters.")
    start_s: float = Field(default=0.0, ge=0, description="Begins so long after the plant's start or the request [s].")
    ramp_s: float | None = Field(
        default=None, ge=0, description="Comes up within this; by default as the kind has it [s]."
    )
    duration_s: float | None = Field(
        default=None, gt=0, description="Ends so long after its start; by default never [s]."
    )
    share: float = Field(default=1.0, gt=0, le=1, description="Share of the target's machines that have it [1].")
    repeats: Repeats | None = Field(
        default=None, description="Comes to each machine by chance, again and again, for duration_s each time."
    )
    on_s: float | None = Field(default=None, gt=0, description="Comes and goes: at work for so long, [s] …")
    off_s: float | None = Field(default=None, gt=0, description="… and then away for so long [s].")

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, data: Any) -> Any:
        """Defaults of the kind filled in, so that a record of the fault is whole."""
        if not isinstance(data, dict):
            return data
        kind, parameters = data.get("kind"), data.get("parameters", {})
        if not isinstance(kind, str) or kind not in FAULTS or not isinstance(parameters, dict):
            return data  # the fields' own checks say it better
        return {**data, "parameters": _checked(FAULTS[kind], parameters)}

    @model_validator(mode="after")
    def _consistent(self) -> FaultRequest:
        for check in (_signal_problem, _ramp_problem, _share_problem, _repeats_problem, _burst_problem):
            found = check(self)
            if found is not None:
                key, problem = found
                raise _at(key, problem, getattr(self, key))
        return self

    @property
    def definition(self) -> AnyFault:
        """What the kind declares."""
        return FAULTS[self.kind]

    @property
    def ramp(self) -> float:
        """Time in which it comes up [s]."""
        return self.definition.default_ramp_s if self.ramp_s is None else self.ramp_s

    @property
    def told_by(self) -> tuple[AnySignal, ...]:
        """Signals that may tell of it; none where messages and connections do."""
        if isinstance(self.definition, ProcessFault):
            return self.definition.moves
        return () if self.signal is None else (self.signal,)

    @property
    def bursts(self) -> dict[str, float]:
        """Lengths of the bursts and of the times between them [s]; empty if it stays."""
        return {} if self.on_s is None or self.off_s is None else {"on_s": self.on_s, "off_s": self.off_s}

    @property
    def key(self) -> str:
        """A short name of the request's own random numbers, the same wherever it is played."""
        return f"{stable_key(self.model_dump_json(exclude_defaults=True)):016x}"

    def checked_parameters(self) -> FaultParameters:
        """The parameters as the kind's own model."""
        parameters: FaultParameters = self.definition.parameters.model_validate(self.parameters)
        return parameters


class ActiveFault(BaseModel):
    """A fault on one machine, from the request to the end of its effect."""

    model_config = ConfigDict(frozen=True)

    fault_id: str
    device_id: str
    line: str
    kind: str
    signal: AnySignal | None
    parameters: dict[str, float]
    cause: Cause
    starts_at: datetime
    ends_at: datetime | None
    stage: Stage


def _checked(definition: AnyFault, parameters: dict[str, Any]) -> dict[str, Any]:
    try:
        checked: dict[str, Any] = definition.parameters.model_validate(parameters).model_dump()
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
    return checked


Problem = tuple[str, str] | None
"""Key and sentence of what is wrong with a request."""


def _signal_problem(request: FaultRequest) -> Problem:
    of_sensor = isinstance(request.definition, SensorFault)
    if of_sensor and request.signal is None:
        return "signal", f"{request.kind} needs a signal: one of " + ", ".join(Signal)
    if not of_sensor and request.signal is not None:
        return "signal", f"{request.kind} has no signal; leave it out"
    return None


def _ramp_problem(request: FaultRequest) -> Problem:
    if request.ramp_s and not request.definition.can_ramp:
        return "ramp_s", f"{request.kind} comes at once and cannot have a ramp; leave it out"
    return None


def _share_problem(request: FaultRequest) -> Problem:
    if request.share < 1 and request.definition.shared:
        return "share", f"{request.kind} cannot hit some of the machines only: {request.definition.shared}"
    return None


def _repeats_problem(request: FaultRequest) -> Problem:
    if request.repeats is None:
        return None
    if request.duration_s is None:
        return "duration_s", "a fault that repeats needs a length, in seconds"
    longest_s = DAY_S / request.repeats.rate_per_day
    if request.duration_s >= longest_s:
        often = f"{request.repeats.rate_per_day:g} times a day"
        return "duration_s", f"a fault that comes {often} must be shorter than {longest_s:g} s"
    return None


def _burst_problem(request: FaultRequest) -> Problem:
    if (request.on_s is None) != (request.off_s is None):
        missing, given = ("on_s", "off_s") if request.on_s is None else ("off_s", "on_s")
        return missing, f"{given} goes together with {missing}: how long it is at work, and how long away"
    return None


def _at(key: str, problem: str, value: object) -> ValidationError:
    custom = PydanticCustomError("fault", "{problem}", {"problem": problem})
    return ValidationError.from_exception_data("FaultRequest", [InitErrorDetails(type=custom, loc=(key,), input=value)])
