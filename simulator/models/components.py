"""How the components of a machine wear: their lives, and what their wear does to the signals."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentWear:
    """A component that wears, fails and is renewed.

    Attributes:
        name: bearing, tool, seal, filter or belt.
        label: what people call it.
        life_h: characteristic life at rated load and speed: 63 % have failed by then [h].
        shape: Weibull shape of its lives [1]; 1: no ageing, the larger, the more alike.
        load_exponent: how its damage goes with the torque [1]: 3 after ISO 281, 0 for what wears by turning alone.
        vibration_mm_s: vibration velocity that it adds at the end of its life, at rated speed [mm/s].
        temperature_share: what it adds to the temperature rise at the end of its life [1].
        torque_share: what it adds to the torque at the end of its life [1].
        speed_loss: share of the speed that is lost at the end of its life [1].
        repair_h: mean time to renew it after a failure [h].
        planned_h: time to renew it by plan [h].
        planning_h: within what time it is renewed when it is due by plan [h].
    """

    name: str
    label: str
    life_h: float
    shape: float
    load_exponent: int
    vibration_mm_s: float = 0.0
    temperature_share: float = 0.0
    torque_share: float = 0.0
    speed_loss: float = 0.0
    repair_h: float
    planned_h: float
    planning_h: float = 8.0


def rolling_bearing(rating_life_h: float, *, vibration_mm_s: float, temperature_share: float) -> ComponentWear:
    """A rolling bearing by its rating life, which 90 % survive (ISO 281:2007).

    Lives scatter with a Weibull shape of 1.5: the factors of ISO 281:1990 for other reliabilities (0.62 for 95 %, 0.21
    for 99 %) follow from it. So the characteristic life is::

        η = L_10 · (-ln 0.9)^(-1/β)

    Args:
        rating_life_h: L_10 at rated load and speed [h].
        vibration_mm_s: what it adds at the end of its life [mm/s].
        temperature_share: what it adds to the temperature rise then [1].

    Example:
        >>> round(rolling_bearing(1000, vibration_mm_s=6, temperature_share=0.1).life_h)
        4483
    """
    shape = 1.5
    return ComponentWear(
        name="bearing",
        label="Bearing",
        life_h=rating_life_h * (-math.log(0.9)) ** (-1 / shape),
        shape=shape,
        load_exponent=3,
        vibration_mm_s=vibration_mm_s,
        temperature_share=temperature_share,
        torque_share=0.03,
        repair_h=6.0,
        planned_h=3.0,
    )


def belt(life_h: float, *, speed_loss: float = 0.05) -> ComponentWear:
    """A belt: it stretches and flaps, and a V-belt slips."""
    return ComponentWear(
        name="belt",
        label="Belt",
        life_h=life_h,
        shape=2.5,
        load_exponent=1,
        vibration_mm_s=2.2,
        temperature_share=0.03,
        torque_share=0.04,
        speed_loss=speed_loss,
        repair_h=2.0,
        planned_h=1.0,
    )


def air_filter(life_h: float, *, torque_share: float, temperature_share: float) -> ComponentWear:
    """A filter in the way of air or oil: it clogs, pressure drop and heat go up."""
    return ComponentWear(
        name="filter",
        label="Filter",
        life_h=life_h,
        shape=3.0,
        load_exponent=0,
        torque_share=torque_share,
        temperature_share=temperature_share,
        repair_h=1.0,
        planned_h=0.5,
    )


def shaft_seal(life_h: float) -> ComponentWear:
    """A mechanical seal: its faces wear, it leaks and runs hot."""
    return ComponentWear(
        name="seal",
        label="Shaft seal",
        life_h=life_h,
        shape=1.8,
        load_exponent=1,
        vibration_mm_s=0.8,
        temperature_share=0.10,
        torque_share=0.07,
        repair_h=4.0,
        planned_h=2.0,
    )


def cutting_tool(life_h: float) -> ComponentWear:
    """A set of cutting tools: flanks wear, forces and chatter go up."""
    return ComponentWear(
        name="tool",
        label="Cutting tool",
        life_h=life_h,
        shape=3.5,
        load_exponent=1,
        vibration_mm_s=2.4,
        torque_share=0.12,
        repair_h=0.75,
        planned_h=0.25,
        planning_h=0.5,
    )
