"""Families of faults: what a fault acts on. The kinds are defined one a file in `simulator/faults/kinds/`."""

from __future__ import annotations

from typing import Literal

FaultFamily = Literal["sensor", "process", "message", "network"]
"""`sensor`: one sensor lies while the machine is well. `process`: the machine or its surroundings change, and every
sensor tells the truth. `message`: readings are right, and their messages are stamped, ordered or repeated wrongly.
`network`: the way to the broker is broken or slow."""
