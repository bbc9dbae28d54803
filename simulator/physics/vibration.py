"""Vibration velocity of a bearing housing, 10 to 1000 Hz RMS as ISO 20816-3 judges it."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats

ISO_20816_3_BOUNDARIES_MM_S: tuple[float, float, float] = (1.4, 2.8, 4.5)
"""Zone boundaries A/B, B/C and C/D of group 2 (15 to 300 kW) on a rigid support: ISO 20816-3:2022, table A.2 [mm/s]."""


def vibration_velocity(
    speed: Floats, torque: Floats, worn_mm_s: Floats, new_mm_s: Floats, load_share: Floats
) -> Floats:
    """Vibration velocity from residual unbalance, process forces and worn components.

    Unbalance with eccentricity e pulls with the force m·e·ω² on a foundation whose mobility is about flat in the
    range of running speeds, so its velocity grows with the square of the speed; process forces grow with torque; a worn
    component adds impacts that come with each revolution. The three are not coherent, so their energies add::

        v² = v_new² · [ (1 - s)·n⁴ + s·m²·n ] + (w·n)²

    The process part has a factor n, since a machine that stands still under torque does not vibrate.

    Args:
        speed: n, speed by rated speed [1].
        torque: m, torque by rated torque [1].
        worn_mm_s: w, what worn components add at rated speed [mm/s].
        new_mm_s: v_new, RMS velocity of a new machine at rated load [mm/s].
        load_share: s, share of the energy of v_new that comes from the process [1].

    Returns:
        RMS velocity [mm/s].

    Example:
        >>> rated, new, share = np.ones(1), np.array([1.6]), np.array([0.3])
        >>> print(vibration_velocity(rated, rated, 0 * rated, new, share).round(2))
        [1.6]
        >>> print(vibration_velocity(rated, rated, 1.2 * rated, new, share).round(2))  # √(1.6² + 1.2²)
        [2.]
    """
    square = speed * speed
    energy = (1.0 - load_share) * square * square + load_share * torque * torque * speed
    return np.sqrt(new_mm_s * new_mm_s * energy + worn_mm_s * worn_mm_s * square)


def with_process_faults(
    velocity_mm_s: Floats,
    speed: Floats,
    torque: Floats,
    unbalance_mm_s: Floats,
    misalignment_mm_s: Floats,
    broadband_mm_s: Floats,
) -> Floats:
    """Vibration velocity with what faults of the machine add.

    Added unbalance goes with the square of the speed as residual unbalance does; a misaligned coupling bends the shaft
    once and twice a turn with a force that goes with the torque it carries; flow and impacts are broadband::

        v² = v_0² + (u·n²)² + (a·m·n)² + (b·n)²

    Args:
        velocity_mm_s: v_0, velocity without them [mm/s].
        speed: n, speed by rated speed [1].
        torque: m, torque by rated torque [1].
        unbalance_mm_s: u, at rated speed [mm/s].
        misalignment_mm_s: a, at rated torque and speed [mm/s].
        broadband_mm_s: b, at rated speed [mm/s].

    Returns:
        RMS velocity [mm/s].

    Example:
        >>> rated, nothing = np.ones(1), np.zeros(1)
        >>> print(with_process_faults(3 * rated, rated, rated, 4 * rated, nothing, nothing))
        [5.]
    """
    added = (unbalance_mm_s * speed) ** 2 + (misalignment_mm_s * torque) ** 2 + broadband_mm_s**2
    combined: Floats = np.sqrt(velocity_mm_s**2 + added * speed**2)
    return combined


def severity_zone(velocity_mm_s: float) -> str:
    """Evaluation zone of a vibration velocity, ISO 20816-3, group 2, rigid support.

    Example:
        >>> [severity_zone(velocity) for velocity in (1.0, 2.0, 3.0, 5.0)]
        ['A', 'B', 'C', 'D']
    """
    return "ABCD"[sum(velocity_mm_s > boundary for boundary in ISO_20816_3_BOUNDARIES_MM_S)]
