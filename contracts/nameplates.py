"""What a maker promises of a machine model: the data on its nameplate.

A nameplate is known to all: the plant is built around it (each machine deviates a little, by its seed), and the
monitoring may use it as
people do who read a data sheet. The values are typical of the class of machine, rounded; sources stand beside them.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from contracts.errors import UsageError


class Nameplate(BaseModel):
    """Rated data of a machine model."""

    model_config = ConfigDict(frozen=True)

    model: str = Field(description="Name of the model, as in the label `model`.")
    title: str = Field(description="What people call it.")
    rated_power_kw: float = Field(gt=0, description="Mechanical power at rated load [kW].")
    rated_speed_rpm: float = Field(gt=0, description="Shaft speed at rated load [1/min].")
    efficiency: float = Field(gt=0, lt=1, description="Mechanical power out per electrical power in, at rated load.")
    temperature_rise_k: float = Field(
        gt=0,
        description="Steady rise of the bearing housing over the hall's air at rated electrical power [K].",
    )
    thermal_time_constant_s: float = Field(gt=0, description="Time to 63 % of a step of that rise [s].")
    vibration_new_mm_s: float = Field(gt=0, description="Vibration velocity RMS of a new machine at rated load [mm/s].")
    iso_20816_group: int = Field(ge=1, le=2, description="1: above 300 kW; 2: 15 to 300 kW (ISO 20816-3).")
    temperature_limit_c: float = Field(description="Bearing housing temperature not to be exceeded [°C].")

    @property
    def rated_input_kw(self) -> float:
        """Electrical power at rated load [kW]."""
        return self.rated_power_kw / self.efficiency


# Efficiencies: IE3 limits of IEC 60034-30-1 at 4 poles, less the driven machine's gear or belt. Speeds: 4-pole and
# 2-pole machines at 50 Hz
# less slip. Temperature limits: rolling bearings with lithium grease are commonly alarmed at 80-95 °C at the housing.
# Smaller machines than
# ISO 20816-3's 15 kW are judged by its group 2, as is the practice.
NAMEPLATES: dict[str, Nameplate] = {
    plate.model: plate
    for plate in (
        Nameplate(
            model="cnc_mill",
            title="CNC mill",
            rated_power_kw=15.0,
            rated_speed_rpm=6000,
            efficiency=0.84,
            temperature_rise_k=32.0,
            thermal_time_constant_s=900,
            vibration_new_mm_s=0.9,
            iso_20816_group=2,
            temperature_limit_c=80.0,
        ),
        Nameplate(
            model="centrifugal_pump",
            title="Centrifugal pump",
            rated_power_kw=30.0,
            rated_speed_rpm=2950,
            efficiency=0.90,
            temperature_rise_k=38.0,
            thermal_time_constant_s=1200,
            vibration_new_mm_s=1.1,
            iso_20816_group=2,
            temperature_limit_c=90.0,
        ),
        Nameplate(
            model="air_compressor",
            title="Air compressor",
            rated_power_kw=55.0,
            rated_speed_rpm=2970,
            efficiency=0.91,
            temperature_rise_k=48.0,
            thermal_time_constant_s=1500,
            vibration_new_mm_s=1.6,
            iso_20816_group=2,
            temperature_limit_c=95.0,
        ),
        Nameplate(
            model="conveyor",
            title="Conveyor",
            rated_power_kw=4.0,
            rated_speed_rpm=1440,
            efficiency=0.82,
            temperature_rise_k=22.0,
            thermal_time_constant_s=1080,
            vibration_new_mm_s=0.7,
            iso_20816_group=2,
            temperature_limit_c=75.0,
        ),
        Nameplate(
            model="robot_arm",
            title="Robot arm",
            rated_power_kw=3.0,
            rated_speed_rpm=3000,
            efficiency=0.80,
            temperature_rise_k=26.0,
            thermal_time_constant_s=780,
            vibration_new_mm_s=0.6,
            iso_20816_group=2,
            temperature_limit_c=80.0,
        ),
        Nameplate(
            model="electric_motor",
            title="Electric motor drive",
            rated_power_kw=22.0,
            rated_speed_rpm=1475,
            efficiency=0.91,
            temperature_rise_k=44.0,
            thermal_time_constant_s=1800,
            vibration_new_mm_s=0.8,
            iso_20816_group=2,
            temperature_limit_c=95.0,
        ),
        Nameplate(
            model="injection_press",
            title="Injection moulding press",
            rated_power_kw=37.0,
            rated_speed_rpm=2000,
            efficiency=0.82,
            temperature_rise_k=30.0,
            thermal_time_constant_s=1400,
            vibration_new_mm_s=1.0,
            iso_20816_group=2,
            temperature_limit_c=80.0,
        ),
        Nameplate(
            model="industrial_fan",
            title="Industrial fan",
            rated_power_kw=18.5,
            rated_speed_rpm=1180,
            efficiency=0.87,
            temperature_rise_k=30.0,
            thermal_time_constant_s=1100,
            vibration_new_mm_s=1.2,
            iso_20816_group=2,
            temperature_limit_c=80.0,
        ),
    )
}


def nameplate(model: str) -> Nameplate:
    """The nameplate of a model.

    Raises:
        UsageError: no model of that name.
    """
    try:
        return NAMEPLATES[model]
    except KeyError:
        raise UsageError(
            f"{model!r} is not a machine model.", remedy="Use one of " + ", ".join(NAMEPLATES) + "."
        ) from None
