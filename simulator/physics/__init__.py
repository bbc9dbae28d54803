"""Physics of a machine as pure functions on arrays.

A function takes values and returns values, knows no clock and keeps nothing; each says its unit, its equation and
where that comes from. `speed` turns load into rotation, `power` into electricity, `thermal` electricity into heat,
`lag` lets them follow, `damage` turns rotation and force into wear, and `vibration` is what an accelerometer feels of
it all. Arrays may have any shape that NumPy broadcasts: machines, or moments by machines.
"""

from simulator.physics.damage import degradation, growth, stress, weibull_life
from simulator.physics.lag import first_order
from simulator.physics.power import electrical_power, torque_fraction
from simulator.physics.speed import drive_speed, induction_speed
from simulator.physics.thermal import steady_rise
from simulator.physics.vibration import (
    ISO_20816_3_BOUNDARIES_MM_S,
    severity_zone,
    vibration_velocity,
    with_process_faults,
)

__all__ = [
    "ISO_20816_3_BOUNDARIES_MM_S",
    "degradation",
    "drive_speed",
    "electrical_power",
    "first_order",
    "growth",
    "induction_speed",
    "severity_zone",
    "steady_rise",
    "stress",
    "torque_fraction",
    "vibration_velocity",
    "weibull_life",
    "with_process_faults",
]
