"""Temperature of the coolant: heat of the engine, thermostat, radiator, fan.

Engine and coolant are one lump of one temperature, as in Incropera et al., "Fundamentals of Heat and Mass Transfer",
6th ed. 2007, section 5.3::

    C · dT/dt = Q - [K_block + K_radiator(v, T) · x(T)] · (T - T_air)

The thermostat's opening x grows linearly between two temperatures, the radiator's conductance with the air through it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats

RATED_AIR_M_S = 15.0
"""Air speed for which a radiator's conductance is told [m/s]."""
RAM_SHARE = 0.35
"""Air speed through the radiator by that of the vehicle [1]: grille and core slow it down."""
FAN_M_S = 4.0
"""Air speed that the fan makes [m/s]."""
FAN_RANGE_C = (97.0, 103.0)
"""The fan's clutch takes hold between these [°C]."""
AIR_EXPONENT = 0.6
"""Conductance grows with this power of air speed: forced convection, turbulent core side (Kays and London, "Compact
Heat Exchangers", 3rd ed. 1984: j falls with Re^-0.4)."""
SUBSTEP_S = 15.0
"""Longest step within which thermostat and fan are taken as they are at its beginning [s]."""
MOST_SUBSTEPS = 40


def thermostat_opening(temperature_c: Floats, opens_c: Floats, open_c: Floats, least: Floats, most: Floats) -> Floats:
    """How far the thermostat is open.

    Args:
        temperature_c: of the coolant [°C].
        opens_c: at which it begins to open [°C].
        open_c: at which it is open [°C].
        least: opening below which it cannot go; 0 unless it sticks [1].
        most: opening above which it cannot go; 1 unless it sticks [1].

    Returns:
        Opening [1].

    Example:
        >>> at = np.array([80.0, 93.0, 110.0])
        >>> print(thermostat_opening(at, np.array(88.0), np.array(98.0), np.array(0.0), np.array(1.0)))
        [0.  0.5 1. ]
    """
    return np.minimum(np.maximum((temperature_c - opens_c) / (open_c - opens_c), least), most)


def radiator_conductance(speed_m_s: Floats, temperature_c: Floats, engine_on: Floats, rated_kw_k: Floats) -> Floats:
    """Heat that an open radiator gives to the air, per kelvin.

    Args:
        speed_m_s: of the vehicle [m/s].
        temperature_c: of the coolant, which lets the fan in [°C].
        engine_on: 1 while the engine turns pump and fan, else 0 [1].
        rated_kw_k: conductance at an air speed of `RATED_AIR_M_S` [kW/K].

    Returns:
        Conductance; nothing without the pump [kW/K].

    Example:
        >>> one = np.ones(1)
        >>> print(radiator_conductance(15 / 0.35 * one, 80 * one, one, 1.3 * one))
        [1.3]
    """
    low, high = FAN_RANGE_C
    fan = np.clip((temperature_c - low) / (high - low), 0.0, 1.0)
    air = np.maximum(RAM_SHARE * speed_m_s, FAN_M_S * fan)
    return rated_kw_k * engine_on * (air / RATED_AIR_M_S) ** AIR_EXPONENT


def _fan_slope(speed_m_s: Floats, temperature_c: Floats) -> Floats:
    """Relative change of the conductance with temperature, where the fan takes hold [1/K]."""
    low, high = FAN_RANGE_C
    above_k = temperature_c - low
    held = (above_k > 0) & (temperature_c < high) & (FAN_M_S * above_k > RAM_SHARE * speed_m_s * (high - low))
    return np.where(held, AIR_EXPONENT / np.maximum(above_k, 0.1), 0.0)


@dataclass(frozen=True, slots=True)
class Cooling:
    """What cools an engine, one element a vehicle.

    Attributes:
        heat_capacity_kj_k: C, of engine and coolant [kJ/K].
        block_kw_k: K_block [kW/K].
        radiator_kw_k: K_radiator at an air speed of `RATED_AIR_M_S` [kW/K].
        opens_c: coolant at which the thermostat begins to open [°C].
        open_c: coolant at which it is open [°C].
        least_opening: opening below which it cannot go [1].
        most_opening: opening above which it cannot go [1].
    """

    heat_capacity_kj_k: Floats
    block_kw_k: Floats
    radiator_kw_k: Floats
    opens_c: Floats
    open_c: Floats
    least_opening: Floats
    most_opening: Floats


def coolant_step(
    temperature_c: Floats,
    heat_kw: Floats,
    air_c: Floats,
    speed_m_s: Floats,
    engine_on: Floats,
    cooling: Cooling,
    elapsed_s: float,
) -> Floats:
    """Temperature of the coolant after one time step.

    Exponential Euler with the slope of the thermostat (Hochbruck and Ostermann, "Exponential integrators", Acta
    Numerica 19, 2010, eq. 2.39), in steps of 15 s or in 40 longer ones: stable where radiator and
    thermostat make it stiff.

    Args:
        temperature_c: before the step [°C].
        heat_kw: Q, heat into the coolant [kW].
        air_c: T_air, of the air outside [°C].
        speed_m_s: mean speed within the step [m/s].
        engine_on: share of the step for which the engine runs [1].
        cooling: what cools the engine.
        elapsed_s: length of the step [s].

    Returns:
        Temperature [°C].
    """
    steps = int(np.clip(np.ceil(elapsed_s / SUBSTEP_S), 1, MOST_SUBSTEPS))
    length_s = elapsed_s / steps
    span_k = cooling.open_c - cooling.opens_c
    # The fan is seldom wanted, and a power is dear: without it the conductance is the same in all steps.
    without_fan = radiator_conductance(speed_m_s, cooling.opens_c, engine_on, cooling.radiator_kw_k)
    for _ in range(steps):
        warmer_k = temperature_c - air_c
        hot = temperature_c.max(initial=0.0) > FAN_RANGE_C[0]
        radiator = (
            radiator_conductance(speed_m_s, temperature_c, engine_on, cooling.radiator_kw_k) if hot else without_fan
        )
        wanted = (temperature_c - cooling.opens_c) / span_k
        opening = np.minimum(np.maximum(wanted, cooling.least_opening), cooling.most_opening)
        conductance = cooling.block_kw_k + radiator * opening
        opens = radiator / span_k * np.maximum(warmer_k, 0.0) * (wanted == opening)
        if hot:
            opens += _fan_slope(speed_m_s, temperature_c) * radiator * opening * np.maximum(warmer_k, 0.0)
        rate = (heat_kw - conductance * warmer_k) / cooling.heat_capacity_kj_k
        stiffness = -(conductance + opens) / cooling.heat_capacity_kj_k
        temperature_c = temperature_c + rate * np.expm1(stiffness * length_s) / stiffness
    return temperature_c
