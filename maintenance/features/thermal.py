"""Temperature rise that a machine's power explains: the nameplate's thermal model, driven by the measured power.

One lump, one time constant (Incropera, DeWitt, Bergman and Lavine, "Fundamentals of Heat and Mass Transfer", 6th ed.
2007, section 5.3), solved exactly for a power that holds from one reading to the next::

    θ ← a·θ + (1 - a)·θ_rated·p,   a = exp(-Δt / τ)

What is left of the temperature is the hall's air, and whatever is wrong.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from contracts.nameplates import Nameplate
from maintenance.features.arrays import Floats

_FORGOTTEN = 5.0
"""After a gap of so many time constants the last rise says nothing; the present power's steady one is taken [1]."""


@dataclass(frozen=True, slots=True)
class Warmth:
    """What is remembered of a machine's heat between two windows.

    Attributes:
        at_s: Unix time of the last reading [s]; NaN before the first.
        rise_k: rise over the air then [K].
        power: last known power by rated [1].
    """

    at_s: float = math.nan
    rise_k: float = math.nan
    power: float = math.nan


def explained_rise(at_s: Floats, power: Floats, plate: Nameplate, before: Warmth) -> tuple[Floats, Warmth]:
    """Temperature rise explained by the power, and what to remember.

    Args:
        at_s: Unix times, ascending [s].
        power: electrical power by rated [1]; NaN where it is not known, and the last one is taken.
        plate: the nameplate.
        before: what was remembered.

    Returns:
        Rise over the hall's air [K], NaN while no power was ever known; and what to remember.

    Example:
        One time constant after full power has come: 63 % of the way from half of the rise to all of it.

        >>> from contracts.nameplates import nameplate
        >>> plate = nameplate("robot_arm")  # 26 K, 780 s
        >>> rise, _ = explained_rise(np.array([0.0, 780.0]), np.array([0.5, 1.0]), plate, Warmth())
        >>> print(rise.round(2))  # 13, then 26 - 13/e
        [13.   21.22]
    """
    rated, time_constant = plate.temperature_rise_k, plate.thermal_time_constant_s
    last_s, rise, known = before.at_s, before.rise_k, before.power
    told = []
    for moment, now in zip(at_s.tolist(), power.tolist(), strict=True):
        known = known if now != now else now  # NaN is not itself; faster than a call
        step = (moment - last_s) / time_constant
        if step <= _FORGOTTEN and rise == rise:
            kept = math.exp(-step)
            rise = kept * rise + (1.0 - kept) * rated * known
        else:
            rise = rated * known
        last_s = moment
        told.append(rise)
    return np.array(told, dtype=np.float64), Warmth(last_s, rise, known)
