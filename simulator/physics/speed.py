"""Speed of a shaft: what turns it, and how fast it gets there."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats


def induction_speed(torque: Floats, synchronous_rpm: Floats, rated_rpm: Floats) -> Floats:
    """Speed of an induction motor on the mains.

    Slip is proportional to torque up to rated torque and a little above (Fitzgerald, Kingsley and Umans, "Electric
    Machinery", 6th ed. 2003, chapter 6)::

        n = n_s - (n_s - n_rated) · M / M_rated

    Args:
        torque: torque by rated torque [1].
        synchronous_rpm: speed of the rotating field [1/min]; 3000 for two poles at 50 Hz.
        rated_rpm: speed at rated torque [1/min].

    Returns:
        Speed [1/min].

    Example:
        >>> float(induction_speed(np.array([0.5]), np.array([3000.0]), np.array([2950.0]))[0])
        2975.0
    """
    return synchronous_rpm - (synchronous_rpm - rated_rpm) * torque


def drive_speed(load: Floats, lowest: Floats, rated_rpm: Floats) -> Floats:
    """Speed that the control of a servo or inverter drive asks for.

    Faster orders are run faster: linear from the lowest speed at no load to rated speed at full load.

    Args:
        load: throughput by rated throughput [1].
        lowest: speed at no load by rated speed [1].
        rated_rpm: speed at full load [1/min].

    Returns:
        Speed [1/min].

    Example:
        >>> float(drive_speed(np.array([0.5]), np.array([0.6]), np.array([6000.0]))[0])
        4800.0
    """
    return rated_rpm * (lowest + (1.0 - lowest) * load)


def speed_step(speed_rpm: Floats, command_rpm: Floats, elapsed_s: float, run_up_s: Floats) -> Floats:
    """Speed of a shaft after one time step.

    A controlled drive follows its command as a first-order lag: `n += (n_command - n) · (1 - exp(-Δt / T))`.

    Args:
        speed_rpm: speed before the step [1/min].
        command_rpm: speed asked for [1/min].
        elapsed_s: length of the step [s].
        run_up_s: time to 63 % of a change [s]; larger values for heavier rotors.

    Returns:
        Speed after the step [1/min].

    Example:
        >>> print(speed_step(np.array([0.0]), np.array([6000.0]), 2.0, np.array([2.0])).round(1))
        [3792.7]
    """
    return command_rpm + (speed_rpm - command_rpm) * np.exp(-elapsed_s / run_up_s)
