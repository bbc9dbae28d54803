"""Fuel of a diesel engine, by a Willans line.

Over its range an engine's fuel grows linearly with the work it gives, from an offset that pays for its own friction
(Guzzella and Onder, "Introduction to Modeling and Control of Internal Combustion Engine Systems", 2nd ed. 2010, sec.
2.5). The offset is here a part by the time, that of idling, and a part by the way, as friction grows with speed.
"""

from __future__ import annotations

from simulator.arrays import Floats

FUEL_MJ_PER_L = 35.8
"""Lower heating value of diesel: 43 MJ/kg at 0.832 kg/l (EN 590) [MJ/l]."""


def fuel_energy(
    wheel_work_kj: Floats,
    distance_m: Floats,
    engine_on_s: Floats,
    idle_kw: Floats,
    friction_kj_per_m: Floats,
    efficiency: Floats,
) -> Floats:
    """Energy of the fuel that a drive takes.

    ``E = W/η + P_idle·t + f·s``

    Args:
        wheel_work_kj: W, work at the wheels; only where the engine drives [kJ].
        distance_m: s, way [m].
        engine_on_s: t, time for which the engine runs [s].
        idle_kw: P_idle, fuel at idle [kW].
        friction_kj_per_m: f, friction that comes with the way [kJ/m].
        efficiency: η, work at the wheels by fuel on the Willans line's slope [1].

    Returns:
        Energy [kJ].

    Example:
        >>> import numpy as np
        >>> one = np.ones(1)
        >>> print(fuel_energy(40 * one, 100 * one, 10 * one, 8 * one, 0.2 * one, 0.4 * one))  # 100 + 80 + 20
        [200.]
    """
    return wheel_work_kj / efficiency + idle_kw * engine_on_s + friction_kj_per_m * distance_m
