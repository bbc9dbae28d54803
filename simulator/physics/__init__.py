"""Physics of a machine as pure functions on arrays.

A function takes values and returns values, knows no clock and keeps nothing; each says its unit, its equation and
where that comes from. `speed` turns load into rotation, `power` into electricity, `thermal` electricity into heat,
`bearing` rotation and force into wear, and `vibration` all of them into what an accelerometer feels.
"""

from simulator.physics.bearing import degradation, wear_rate
from simulator.physics.power import electrical_power, torque_fraction
from simulator.physics.speed import drive_speed, induction_speed, speed_step
from simulator.physics.thermal import rise_step, steady_rise
from simulator.physics.vibration import ISO_20816_3_BOUNDARIES_MM_S, severity_zone, vibration_velocity

__all__ = [
    "ISO_20816_3_BOUNDARIES_MM_S",
    "degradation",
    "drive_speed",
    "electrical_power",
    "induction_speed",
    "rise_step",
    "severity_zone",
    "speed_step",
    "steady_rise",
    "torque_fraction",
    "vibration_velocity",
    "wear_rate",
]
