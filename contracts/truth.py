"""What really happened to the plant: faults, failures and wear. It never goes on the wire.

`ground_truth.jsonl` has a `TruthRecord` a line: what happened, in order. `wear/*.parquet` has a `WearRow` a row: how
worn each component was, at regular moments.

A shard that changes hands is caught up with from the plant's beginning, so its new run tells again what the runs before
had told: the same `fault_id` and event, under another `run`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.faults import FaultFamily
from contracts.telemetry import DEVICE_ID_PATTERN, AnySignal, UtcDatetime

TruthFamily = FaultFamily | Literal["wear"]
TruthCause = Literal["scenario", "injected", "wear", "plan"]


class TruthEvent(StrEnum):
    """What a record says."""

    STARTED = "started"
    """A fault began."""
    ENDED = "ended"
    """The cause of a fault ended; its effect may outlast it."""
    FAILED = "failed"
    """A component reached the end of its life, and its machine stopped."""
    REPAIRED = "repaired"
    """A component that had failed was renewed, and its machine goes on."""
    MAINTAINED = "maintained"
    """A worn component was renewed by plan, before it failed."""


class TruthRecord(BaseModel):
    """One thing that happened to one machine or vehicle: what, where, when, how strong, from which seed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal[2] = 2
    fault_id: str = Field(min_length=1, description="The same in all records of one fault or failure.")
    event: TruthEvent = Field(description="What the record says of it.")
    at: UtcDatetime = Field(description="When, UTC, on the plant's clock.")
    plant: str = Field(description="Plant of the machine.")
    line: str = Field(description="Line of the machine.")
    device_id: str = Field(pattern=DEVICE_ID_PATTERN, description="The machine or vehicle.")
    family: TruthFamily = Field(description="What kind of thing it is.")
    kind: str = Field(description="What goes wrong: a kind of fault, or the component that wears.")
    label: str = Field(description="What people call it.")
    signal: AnySignal | None = Field(default=None, description="The signal whose sensor lies; none for other families.")
    parameters: dict[str, float] = Field(
        default_factory=dict, description="How strong: parameters with their units in the names."
    )
    cause: TruthCause = Field(description="Who asked for it: the scenario, a person, wear, or the plan of maintenance.")
    scenario: str = Field(description="Name of the scenario being played.")
    seed: int = Field(description="Seed from which the plant was made.")
    run: int = Field(ge=1, description="Generation of the publisher, as in the telemetry.")


class WearRow(BaseModel):
    """How worn one component of one machine is at a moment: the columns of the wear table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    timestamp: datetime = Field(description="Moment, UTC, on the plant's clock.")
    plant: str = Field(description="Plant of the machine.")
    line: str = Field(description="Line of the machine.")
    device_id: str = Field(description="The machine or vehicle.")
    model: str = Field(description="Its model.")
    component: str = Field(description="The component: bearing, tool, seal, filter, belt, …")
    cycle: int = Field(ge=0, description="How often it has been renewed.")
    damage: float = Field(ge=0, description="Used share of its life [1]; it fails at 1.")
    remaining_useful_life_h: float = Field(
        ge=0, description="Hours until it fails if nobody renews it and the machine is used as it has been [h]."
    )
    time_to_failure_h: float | None = Field(
        default=None,
        ge=0,
        description="Hours until this very component failed, in hindsight; none if it was renewed before, if the run "
        "ended first, or while the plant still runs [h].",
    )
