"""Electrical power of a machine, from torque and speed.

Losses are split as in IEC 60034-2-1 ("determining losses and efficiency from tests"): a part that is always there
(iron, friction, windage; here also control and auxiliaries) and a part that goes with the square of the current, and
so of the torque.
"""

from __future__ import annotations

from simulator.arrays import Floats


def torque_fraction(load: Floats, no_load_torque: Floats) -> Floats:
    """Torque at the shaft, by rated torque.

    An affine law, common to all models: pumps at shut-off, unloaded compressors and empty belts need a torque
    without doing anything useful, and each unit of throughput adds its share: `M = M_0 + (1 - M_0) · q`.

    Args:
        load: throughput by rated throughput [1].
        no_load_torque: torque at no throughput by rated torque [1].

    Returns:
        Torque by rated torque [1].

    Example:
        >>> import numpy as np
        >>> float(torque_fraction(np.array([0.5]), np.array([0.4]))[0])
        0.7
    """
    return no_load_torque + (1.0 - no_load_torque) * load


def electrical_power(
    torque: Floats,
    speed: Floats,
    rated_power_kw: Floats,
    efficiency: Floats,
    fixed_loss_share: Floats,
    voltage: Floats | float = 1.0,
) -> Floats:
    """Electrical power taken in.

    Mechanical power is torque times speed; losses at rated load are what the efficiency leaves. The same power at a
    lower voltage takes more current, and copper losses go with its square::

        P = P_r · m · n + V · (f + (1 - f) · m² / u²),      V = P_r · (1/η - 1)

    Args:
        torque: m, torque by rated torque [1].
        speed: n, speed by rated speed [1].
        rated_power_kw: P_r, mechanical power at rated load [kW].
        efficiency: η, mechanical power out per electrical power in at rated load [1].
        fixed_loss_share: f, share of the rated losses that is always there [1].
        voltage: u, supply voltage by nominal [1].

    Returns:
        Electrical power [kW]; at rated torque, speed and voltage P_r / η.

    Example:
        >>> import numpy as np
        >>> one = np.ones(1)
        >>> print(electrical_power(one, one, 30 * one, 0.9 * one, 0.4 * one).round(3))
        [33.333]
    """
    losses_kw = rated_power_kw * (1.0 / efficiency - 1.0)
    current = torque / voltage
    return rated_power_kw * torque * speed + losses_kw * (fixed_loss_share + (1.0 - fixed_loss_share) * current**2)
