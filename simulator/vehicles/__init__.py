"""A fleet that drives: vans and trucks on real roads, with engines that warm up, tanks that empty and parts that wear.

A step goes clock → timetable and plan (`trips`, `profile`) → motion on the road (`journeys`) → work, fuel and heat
(`physics`, `engines`) → wear, failures and repairs (`components`, `workshop`) → sensors → faults → messages. A new
model is a data sheet in `contracts.vehicles` and an entry in `models`.
"""

from simulator.vehicles.components import COMPONENTS, DUE_DAMAGE
from simulator.vehicles.encode import encode_vehicles
from simulator.vehicles.fleet import Fleet
from simulator.vehicles.models import VEHICLE_MODELS, VehicleModel
from simulator.vehicles.readings import VehicleBlock, VehicleReadings
from simulator.vehicles.sensors import VEHICLE_SENSORS

__all__ = [
    "COMPONENTS",
    "DUE_DAMAGE",
    "VEHICLE_MODELS",
    "VEHICLE_SENSORS",
    "Fleet",
    "VehicleBlock",
    "VehicleModel",
    "VehicleReadings",
    "encode_vehicles",
]
