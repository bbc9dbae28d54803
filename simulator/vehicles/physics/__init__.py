"""Physics of a road vehicle as pure functions on arrays.

`traction` turns motion into work at the wheels, `fuel` work into fuel and heat, `cooling` heat into the temperature of
the coolant. A function takes values and returns values, knows no clock and keeps nothing.
"""

from simulator.vehicles.physics.cooling import Cooling, coolant_step, radiator_conductance, thermostat_opening
from simulator.vehicles.physics.fuel import FUEL_MJ_PER_L, fuel_energy
from simulator.vehicles.physics.traction import (
    AIR_DENSITY_KG_M3,
    GRAVITY_M_S2,
    aerodynamic_factor,
    road_work,
    steady_force,
)

__all__ = [
    "AIR_DENSITY_KG_M3",
    "FUEL_MJ_PER_L",
    "GRAVITY_M_S2",
    "Cooling",
    "aerodynamic_factor",
    "coolant_step",
    "fuel_energy",
    "radiator_conductance",
    "road_work",
    "steady_force",
    "thermostat_opening",
]
