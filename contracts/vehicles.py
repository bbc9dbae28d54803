"""What a maker promises of a vehicle model: the data sheet, known to the fleet and to those who watch it.

The values are typical of the class, rounded; sources stand beside them.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from contracts.errors import UsageError

FLEET_LINE = "fleet"
"""The line of all vehicles, and of nothing else: by the topic's third level the rules know whose message it is."""


class VehicleSheet(BaseModel):
    """Data of a vehicle model."""

    model_config = ConfigDict(frozen=True)

    model: str = Field(description="Name of the model, as in the label `model`.")
    title: str = Field(description="What people call it.")
    empty_mass_kg: float = Field(gt=0, description="Ready to drive, without load [kg].")
    payload_kg: float = Field(gt=0, description="Greatest load [kg].")
    drag_coefficient: float = Field(gt=0, lt=1.2, description="Aerodynamic drag coefficient [1].")
    frontal_area_m2: float = Field(gt=0, description="Frontal area [m²].")
    rolling_resistance: float = Field(gt=0, lt=0.05, description="Coefficient of rolling resistance [1].")
    rated_power_kw: float = Field(gt=0, description="Rated power of the engine [kW].")
    top_speed_kmph: float = Field(gt=0, description="Speed that it is limited to [km/h].")
    tank_l: float = Field(gt=0, description="Usable content of the fuel tank [l].")
    thermostat_opens_c: float = Field(description="Coolant temperature at which the thermostat begins to open [°C].")
    thermostat_open_c: float = Field(description="Coolant temperature at which it is open [°C].")
    coolant_limit_c: float = Field(description="Coolant temperature above which the engine is too hot [°C].")


# Drag and rolling resistance: Gillespie, "Fundamentals of Vehicle Dynamics", SAE 1992, ch. 4 (vans and trucks; truck
# tyres roll easier than those of vans). Thermostats of diesel engines begin to open at 82 to 90 °C and are open some
# 10 K above. 100 °C is the limit from which the fleet's owner is alerted.
VEHICLES: dict[str, VehicleSheet] = {
    sheet.model: sheet
    for sheet in (
        VehicleSheet(
            model="van",
            title="Delivery van",
            empty_mass_kg=2100,
            payload_kg=1300,
            drag_coefficient=0.36,
            frontal_area_m2=4.2,
            rolling_resistance=0.010,
            rated_power_kw=96,
            top_speed_kmph=120,
            tank_l=80,
            thermostat_opens_c=88,
            thermostat_open_c=98,
            coolant_limit_c=100,
        ),
        VehicleSheet(
            model="truck",
            title="Two-axle truck",
            empty_mass_kg=6000,
            payload_kg=10_000,
            drag_coefficient=0.65,
            frontal_area_m2=7.5,
            rolling_resistance=0.0075,
            rated_power_kw=170,
            top_speed_kmph=80,
            tank_l=250,
            thermostat_opens_c=86,
            thermostat_open_c=96,
            coolant_limit_c=100,
        ),
    )
}


def vehicle_sheet(model: str) -> VehicleSheet:
    """The data sheet of a vehicle model.

    Raises:
        UsageError: no model of that name.

    Example:
        >>> vehicle_sheet("van").tank_l
        80.0
    """
    try:
        return VEHICLES[model]
    except KeyError:
        raise UsageError(
            f"{model!r} is not a vehicle model.", remedy="Use one of " + ", ".join(VEHICLES) + "."
        ) from None
