"""Vibration velocity of a bearing housing, 10 to 1000 Hz RMS as ISO 20816-3 judges it."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats

ISO_20816_3_BOUNDARIES_MM_S: tuple[float, float, float] = (1.4, 2.8, 4.5)
"""Zone boundaries A/B, B/C and C/D of group 2 (15 to 300 kW) on a rigid support: ISO 20816-3:2022, table A.2 [mm/s]."""


def vibration_velocity(
    speed: Floats, torque: Floats, degradation: Floats, new_mm_s: Floats, load_share: Floats, wear_growth: Floats
) -> Floats:
    """Vibration velocity from residual unbalance, process forces and worn bearings.

    Unbalance of a rigid rotor with eccentricity e vibrates with the velocity e·ω (the balance quality grade G of ISO
    21940-11 is that product), so it grows with speed; process forces grow with torque; a worn bearing adds impacts
    that come with each revolution. The three are not coherent, so their energies add::

        v² = v_new² · [ (1 - s)·n² + s·m²·n + (g·d·n)² ]

    The process part has a factor n, since a machine that stands still under torque does not vibrate.

    Args:
        speed: n, speed by rated speed [1].
        torque: m, torque by rated torque [1].
        degradation: d, from 0 (new) to 1 (end of life) [1].
        new_mm_s: v_new, RMS velocity of a new machine at rated load [mm/s].
        load_share: s, share of the energy of v_new that comes from the process [1].
        wear_growth: g, what a bearing at the end of its life adds, by v_new [1].

    Returns:
        RMS velocity [mm/s].

    Example:
        >>> rated, new, share = np.ones(1), np.array([1.6]), np.array([0.3])
        >>> print(vibration_velocity(rated, rated, 0 * rated, new, share, rated).round(2))
        [1.6]
        >>> print(vibration_velocity(rated, rated, rated, new, share, rated).round(2))  # 1.6 · √2
        [2.26]
    """
    energy = (1.0 - load_share) * speed**2 + load_share * torque**2 * speed + (wear_growth * degradation * speed) ** 2
    return new_mm_s * np.sqrt(energy)


def severity_zone(velocity_mm_s: float) -> str:
    """Evaluation zone of a vibration velocity, ISO 20816-3, group 2, rigid support.

    Example:
        >>> [severity_zone(velocity) for velocity in (1.0, 2.0, 3.0, 5.0)]
        ['A', 'B', 'C', 'D']
    """
    return "ABCD"[sum(velocity_mm_s > boundary for boundary in ISO_20816_3_BOUNDARIES_MM_S)]
