"""Work at the wheels: rolling resistance, air, grade and inertia.

The equation of motion of a vehicle on a road (Gillespie, "Fundamentals of Vehicle Dynamics", SAE 1992, ch. 4)::

    F = m·a + m·g·(c_r + i) + ½·d·c_w·A·v²

Within a phase of constant acceleration the first two terms are constant and the work of the last has a closed form, so
work over any time is exact, whatever the step.
"""

from __future__ import annotations

from simulator.arrays import Floats

GRAVITY_M_S2 = 9.80665
"""Standard acceleration of gravity (CGPM 1901) [m/s²]."""
AIR_DENSITY_KG_M3 = 1.16
"""Density of air at 30 °C and 1013 hPa [kg/m³]."""


def steady_force(acceleration_m_s2: Floats, grade: Floats, mass_kg: float, rolling_resistance: float) -> Floats:
    """Force at the wheels without that of the air.

    For the grades i of roads the sine of the slope is the grade, and its cosine is 1.

    Args:
        acceleration_m_s2: a; braking is negative [m/s²].
        grade: slope, uphill is positive [1].
        mass_kg: m [kg].
        rolling_resistance: c_r [1].

    Returns:
        Force; negative where the vehicle has to be held back [N].

    Example:
        >>> import numpy as np
        >>> print(steady_force(np.array([0.0]), np.array([0.0]), 1000.0, 0.01).round(1))  # 1000 · 9.80665 · 0.01
        [98.1]
    """
    return mass_kg * (acceleration_m_s2 + GRAVITY_M_S2 * (rolling_resistance + grade))


def aerodynamic_factor(drag_coefficient: float, frontal_area_m2: float) -> float:
    """Force of the air by the square of the speed, half the air's density times c_w and A [N·s²/m²].

    Example:
        >>> round(aerodynamic_factor(0.5, 4.0), 2)  # 0.5 · 1.16 · 0.5 · 4
        1.16
    """
    return 0.5 * AIR_DENSITY_KG_M3 * drag_coefficient * frontal_area_m2


def road_work(
    force_n: Floats, air_factor: Floats, speed_m_s: Floats, acceleration_m_s2: Floats, elapsed_s: Floats
) -> Floats:
    """Work at the wheels in a time of constant acceleration.

    ``W = F·Δs + k·∫v³ dt`` with ``v = v₀ + a·t``; the integral of the cube is ``v₀³·t + 3/2·v₀²·a·t² + v₀·a²·t³ +
    a³·t⁴/4``.

    Args:
        force_n: F, force without that of the air [N].
        air_factor: k, as `aerodynamic_factor` gives it [N·s²/m²].
        speed_m_s: v₀, speed at the beginning [m/s].
        acceleration_m_s2: a [m/s²].
        elapsed_s: t [s].

    Returns:
        Work [J]; negative if the vehicle gives it to brakes and engine.

    Example:
        >>> import numpy as np
        >>> one = np.ones(1)
        >>> print(road_work(100 * one, one, 10 * one, 0 * one, 5 * one))  # 100 N · 50 m + 10³ · 5
        [10000.]
    """
    time, speed, rate = elapsed_s, speed_m_s, acceleration_m_s2
    distance = (speed + 0.5 * rate * time) * time
    cubes = ((0.25 * rate * time + speed) * rate * time + 1.5 * speed**2) * rate * time**2 + speed**3 * time
    return force_n * distance + air_factor * cubes
