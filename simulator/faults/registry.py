"""All kinds of fault, in the order in which they are told."""

from __future__ import annotations

from contracts.faults import FaultKind
from simulator.faults.base import FaultDefinition
from simulator.faults.bias import BIAS
from simulator.faults.drift import DRIFT
from simulator.faults.dropout import DROPOUT
from simulator.faults.hall_warming import HALL_WARMING
from simulator.faults.noise import NOISE
from simulator.faults.spikes import SPIKES
from simulator.faults.stuck import STUCK

FAULTS: dict[FaultKind, FaultDefinition] = {
    definition.kind: definition for definition in (DRIFT, BIAS, STUCK, SPIKES, NOISE, DROPOUT, HALL_WARMING)
}
