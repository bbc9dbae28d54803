"""What the plant tells of itself, before it is known in which run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.telemetry import AnySignal
from contracts.truth import TruthCause, TruthEvent, TruthFamily


@dataclass(frozen=True, slots=True)
class TruthDraft:
    """What happened to a machine; with plant, scenario, seed and run it is a `contracts.truth.TruthRecord`."""

    fault_id: str
    event: TruthEvent
    at: datetime
    line: str
    device_id: str
    family: TruthFamily
    kind: str
    label: str
    signal: AnySignal | None
    parameters: dict[str, float]
    cause: TruthCause
