"""What faults do to machines: factors and amounts on the terms of the physics, neutral where nobody is ill."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from simulator.arrays import Floats


@dataclass(slots=True)
class Influences:
    """Terms that process faults change, one element a machine.

    Attributes:
        air_k: added to the air around the machine [K].
        cooling: heat that is carried off per kelvin, by what it should be [1].
        throughput: factor on what the machine has to do [1].
        torque: factor on the torque that the same throughput takes [1].
        speed: factor on the speed [1].
        voltage: supply voltage by nominal [1].
        unbalance_mm_s: vibration added by unbalance at rated speed; grows with speed² [mm/s].
        misalignment_mm_s: vibration added by misalignment at rated torque; grows with torque and speed [mm/s].
        broadband_mm_s: vibration added by flow or impacts at rated speed, whatever the load [mm/s].
        damage: factor on how fast components wear [1].
    """

    air_k: Floats
    cooling: Floats
    throughput: Floats
    torque: Floats
    speed: Floats
    voltage: Floats
    unbalance_mm_s: Floats
    misalignment_mm_s: Floats
    broadband_mm_s: Floats
    damage: Floats

    @classmethod
    def neutral(cls, count: int) -> Influences:
        """Influences of nothing on so many machines."""
        return cls(**{field.name: np.full(count, float(field.name in _FACTORS)) for field in fields(cls)})


_FACTORS = frozenset({"cooling", "throughput", "torque", "speed", "voltage", "damage"})
