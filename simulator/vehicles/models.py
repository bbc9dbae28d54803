"""What a vehicle model says beyond its data sheet: how it is driven, how it cools, how it wears.

A model is a set of parameters, not a class of its own: all vehicles obey the same equations. A new model is a data
sheet in `contracts.vehicles` and an entry here; the common exam takes it up by itself. Where no source is named, the
value is typical of the class and chosen by us.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from contracts.vehicles import VehicleSheet, vehicle_sheet
from simulator.arrays import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleModel:
    """Parameters of a kind of vehicle.

    Attributes:
        model: name, as on the data sheet.
        speeding_up_m_s2: acceleration that its drivers use [m/s²].
        slowing_down_m_s2: deceleration that they use [m/s²].
        efficiency: work at the wheels by fuel on the Willans line's slope: engine and driveline [1].
        idle_kw: fuel at idle, warm, with auxiliaries [kW].
        friction_kj_per_m: fuel for the friction that comes with the way [kJ/m].
        coolant_share: share of the fuel's energy that goes into the coolant [1].
        heat_capacity_kj_k: of engine and coolant [kJ/K].
        block_kw_k: heat that the engine gives to the air without radiator [kW/K].
        radiator_kw_k: the same of the open radiator at 15 m/s of air [kW/K].
        shortest_stop_s: at a customer [s].
        longest_stop_s: likewise [s].
        usual_km_per_day: mean distance of a day, for the odometer when a vehicle is first seen [km].
        coolant_life_h: mean life of coolant, hoses and pump, running [h].
        thermostat_life_h: the same of the thermostat [h].
        brakes_life_gj: braking work in the mean life of the pads [GJ].
        battery_life_h: mean life of the starter battery at 25 °C [h].
        battery_life_starts: starts that would use it up [1].
    """

    model: str
    speeding_up_m_s2: float
    slowing_down_m_s2: float
    efficiency: float
    idle_kw: float
    friction_kj_per_m: float
    coolant_share: float
    heat_capacity_kj_k: float
    block_kw_k: float
    radiator_kw_k: float
    shortest_stop_s: float
    longest_stop_s: float
    usual_km_per_day: float
    coolant_life_h: float
    thermostat_life_h: float
    brakes_life_gj: float
    battery_life_h: float
    battery_life_starts: float

    @property
    def sheet(self) -> VehicleSheet:
        """What the maker promises."""
        return vehicle_sheet(self.model)


VEHICLE_MODELS: dict[str, VehicleModel] = {
    model.model: model
    for model in (
        VehicleModel(
            model="van",
            speeding_up_m_s2=0.9,
            slowing_down_m_s2=1.1,
            efficiency=0.40,  # [1] indicated 0.44 · driveline 0.92
            idle_kw=8.0,  # [kW] 0.8 l/h
            friction_kj_per_m=0.75,
            coolant_share=0.28,  # [1] diesel: 16 to 35 %, Heywood, "Internal Combustion Engine Fundamentals" 1988, 12.3
            heat_capacity_kj_k=120.0,  # [kJ/K] 160 kg of metal, 9 l of coolant
            block_kw_k=0.03,
            radiator_kw_k=2.2,
            shortest_stop_s=360.0,
            longest_stop_s=900.0,
            usual_km_per_day=350.0,
            coolant_life_h=6000.0,  # [h] about 270,000 km, at 46 km/h of a running engine
            thermostat_life_h=7000.0,
            brakes_life_gj=2.4,  # [GJ] some 60,000 km at 0.04 MJ/km, as these roads take
            battery_life_h=43_800.0,  # [h] five years
            battery_life_starts=40_000.0,
        ),
        VehicleModel(
            model="truck",
            speeding_up_m_s2=0.4,
            slowing_down_m_s2=0.8,
            efficiency=0.39,  # [1] indicated 0.44 · driveline 0.88
            idle_kw=20.0,  # [kW] 2 l/h
            friction_kj_per_m=1.4,
            coolant_share=0.27,
            heat_capacity_kj_k=330.0,  # [kJ/K] 450 kg of metal, 25 l of coolant
            block_kw_k=0.06,
            radiator_kw_k=4.0,
            shortest_stop_s=1200.0,
            longest_stop_s=2700.0,
            usual_km_per_day=245.0,
            coolant_life_h=8000.0,
            thermostat_life_h=9000.0,
            brakes_life_gj=16.0,  # [GJ] some 100,000 km at 0.16 MJ/km
            battery_life_h=43_800.0,
            battery_life_starts=40_000.0,
        ),
    )
}


def vehicle_columns(names: Sequence[str]) -> dict[str, Floats]:
    """Each numeric parameter and value of the data sheet as a column, one element a vehicle.

    Raises:
        UsageError: no model of that name.

    Example:
        >>> vehicle_columns(["truck", "van"])["tank_l"].tolist()
        [250.0, 80.0]
    """
    models = [VEHICLE_MODELS[vehicle_sheet(name).model] for name in names]
    columns = {name: _column([getattr(model, name) for model in models]) for name in _MODEL_FIELDS}
    return columns | {name: _column([getattr(model.sheet, name) for model in models]) for name in _SHEET_FIELDS}


def _column(values: list[float]) -> Floats:
    return np.array(values, dtype=np.float64)


_MODEL_FIELDS = [field.name for field in fields(VehicleModel) if field.name != "model"]
_SHEET_FIELDS = [name for name, field in VehicleSheet.model_fields.items() if field.annotation is float]
