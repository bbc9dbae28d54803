"""Speed of a shaft: what turns it."""

from __future__ import annotations

from simulator.arrays import Floats


def induction_speed(
    torque: Floats, synchronous_rpm: Floats, rated_rpm: Floats, voltage: Floats | float = 1.0
) -> Floats:
    """Speed of an induction motor on the mains.

    Slip is proportional to torque up to rated torque and a little above, and to the inverse square of the voltage
    (Fitzgerald, Kingsley and Umans, "Electric Machinery", 6th ed. 2003, chapter 6)::

        n = n_s - (n_s - n_rated) · M / M_rated / u²

    Args:
        torque: torque by rated torque [1].
        synchronous_rpm: speed of the rotating field [1/min]; 3000 for two poles at 50 Hz.
        rated_rpm: speed at rated torque [1/min].
        voltage: u, supply voltage by nominal [1].

    Returns:
        Speed [1/min].

    Example:
        >>> import numpy as np
        >>> float(induction_speed(np.array([0.5]), np.array([3000.0]), np.array([2950.0]))[0])
        2975.0
    """
    return synchronous_rpm - (synchronous_rpm - rated_rpm) * (torque / voltage**2)


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
        >>> import numpy as np
        >>> float(drive_speed(np.array([0.5]), np.array([0.6]), np.array([6000.0]))[0])
        4800.0
    """
    return rated_rpm * (lowest + (1.0 - lowest) * load)
