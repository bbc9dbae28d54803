"""What really happened to the plant: a line of `ground_truth.jsonl`. It never goes on the wire."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from contracts.faults import FaultKind
from contracts.telemetry import DEVICE_ID_PATTERN, Signal, UtcDatetime


class TruthEvent(StrEnum):
    """What a record says of its fault."""

    STARTED = "started"
    ENDED = "ended"


class TruthRecord(BaseModel):
    """One fault on one machine: what, where, when, how strong, from which seed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal[1] = 1
    fault_id: str = Field(min_length=1, description="The same in the record of the start and of the end.")
    event: TruthEvent = Field(description="Whether the fault began or ended.")
    at: UtcDatetime = Field(description="When it began or ended, UTC, on the plant's clock.")
    plant: str = Field(description="Plant of the machine.")
    line: str = Field(description="Line of the machine.")
    device_id: str = Field(pattern=DEVICE_ID_PATTERN, description="The machine that has the fault.")
    kind: FaultKind = Field(description="What goes wrong.")
    signal: Signal | None = Field(default=None, description="The signal whose sensor lies; none for the air of a hall.")
    parameters: dict[str, float] = Field(
        default_factory=dict, description="How strong: the fault's parameters with their units in the names."
    )
    cause: Literal["scenario", "injected"] = Field(description="Who asked for it: the scenario's plan or a person.")
    scenario: str = Field(description="Name of the scenario being played.")
    seed: int = Field(description="Seed from which the plant was made.")
    run: int = Field(ge=1, description="Generation of the publisher, as in the telemetry.")
