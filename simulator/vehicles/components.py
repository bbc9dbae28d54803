"""What wears in a vehicle, how fast, and what a worn part does before it fails.

Damage is the used share of a component's own life (Palmgren and Miner's rule of linear damage): 0 new, 1 failed. Lives
scatter: that of each renewal is the mean life times a Weibull number of mean 1, drawn from the seed (Weibull, "A
statistical distribution function of wide applicability", J. Appl. Mech. 18, 1951, p. 293).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gamma

import numpy as np

from simulator.arrays import Floats, Integers
from simulator.randomness import Randomness

COMPONENTS = ("coolant", "thermostat", "brakes", "battery")
"""Names, in the order of the rows of arrays of damage."""
COOLANT, THERMOSTAT, BRAKES, BATTERY = range(len(COMPONENTS))
LABELS = ("Loss of coolant", "Sticking thermostat", "Worn brake pads", "Weak starter battery")
"""What people call a failure of each."""
WEIBULL_SHAPE = (2.0, 2.5, 4.0, 3.0)
"""Shape of each life: the larger, the less it scatters. Wear-out failures lie between 2 and 4 (Abernethy, "The New
Weibull Handbook", 5th ed. 2006, ch. 2)."""
DUE_DAMAGE = (0.75, 0.75, 0.85, 0.85)
"""Damage from which each is due for maintenance: it shows by then, and fails soon."""
ONSET = (0.35, 0.35, 0.5, 0.6)
"""Damage from which each shows at all."""
GROWTH = 0.7
"""Exponent of how it grows from there: fast at first, as a leak lets the level fall below the pump's inlet."""
COOLING_LOST = 0.96
"""Share of the radiator's conductance that is gone with the coolant [1]."""
STUCK_CLOSED_SHARE = 0.7
"""Share of thermostats that stick closed; the others stick open, and the engine stays cold [1]."""
STUCK_CLOSED_LOST = 0.97
"""Share of the opening that a stuck one has lost at the end [1]."""
STUCK_OPEN = 0.85
"""Opening that one that sticks open cannot go below at the end [1]."""
DRAG_SHARE = 0.5
"""Rolling resistance that dragging brakes add at the end, by that of the vehicle [1]."""
CHARGING_KW = 3.0
"""Fuel that the alternator takes for a battery at its end [kW]."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a step has asked of the components, one element a vehicle.

    Attributes:
        elapsed_s: length of the step [s].
        engine_s: time for which the engine ran [s].
        braked_kj: work that brakes and engine took from the vehicle [kJ].
        starts: starts of the engine [1].
        air_c: outdoor air [°C].
        coolant_c: coolant [°C].
    """

    elapsed_s: float
    engine_s: Floats
    braked_kj: Floats
    starts: Floats
    air_c: float
    coolant_c: Floats


def life_factor(randomness: Randomness, component: int, cycle: Integers) -> Floats:
    """How long each vehicle's component lives in this cycle, by the mean life.

    The inverse of Weibull's distribution at a uniform number, scaled to mean 1.

    Args:
        randomness: of the vehicles.
        component: which.
        cycle: how often it has been renewed, a vehicle each.

    Example:
        >>> lives = life_factor(Randomness(1, [str(number) for number in range(4000)]), BRAKES, np.zeros(4000, int))
        >>> bool(abs(lives.mean() - 1.0) < 0.02)
        True
    """
    shape = WEIBULL_SHAPE[component]
    uniform = randomness.uniform(f"wear/life/{COMPONENTS[component]}", cycle)
    factor: Floats = (-np.log1p(-uniform)) ** (1.0 / shape) / gamma(1.0 + 1.0 / shape)
    return factor


def damage_rates(use: Use, columns: dict[str, Floats]) -> Floats:
    """Damage that a step does to components of mean life.

    Coolant and thermostat age with the hours of the engine, coolant three times as fast above 105 °C; pads wear with
    the work they take (Archard, J. Appl. Phys. 24, 1953, p. 981); a battery ages with time, twice as fast for each 10 K
    (Arrhenius' law as batteries are rated by it), and with each start.

    Args:
        use: what the step asked.
        columns: parameters by name.

    Returns:
        Damage, a row a component and a column a vehicle [1].
    """
    hours = use.engine_s / 3600.0
    hot = np.where(use.coolant_c > 105.0, 3.0, 1.0)
    ageing_h = use.elapsed_s / 3600.0 * 2.0 ** ((use.air_c - 25.0) / 10.0)
    return np.array(
        [
            hours * hot / columns["coolant_life_h"],
            hours / columns["thermostat_life_h"],
            use.braked_kj / (1e6 * columns["brakes_life_gj"]),
            ageing_h / columns["battery_life_h"] + use.starts / columns["battery_life_starts"],
        ]
    )


def severity(damage: Floats) -> Floats:
    """How far each component shows its damage.

    Args:
        damage: a row a component [1].

    Returns:
        0 up to the onset, 1 at failure [1].

    Example:
        >>> print(severity(np.array([[0.35], [1.0], [0.5], [0.8]])).round(2).T)
        [[0.   1.   0.   0.62]]
    """
    onset = np.array(ONSET)[:, None]
    shown: Floats = np.clip((damage - onset) / (1.0 - onset), 0.0, 1.0) ** GROWTH
    return shown


@dataclass(frozen=True, slots=True)
class Effects:
    """What worn components do, one element a vehicle.

    Attributes:
        radiator: factor on the radiator's conductance [1].
        least_opening: opening that the thermostat cannot go below [1].
        most_opening: opening that it cannot go above [1].
        drag: rolling resistance added, by that of the vehicle [1].
        charging_kw: fuel for the alternator [kW].
    """

    radiator: Floats
    least_opening: Floats
    most_opening: Floats
    drag: Floats
    charging_kw: Floats


def effects(damage: Floats, sticks_closed: Floats) -> Effects:
    """What worn components do.

    Args:
        damage: a row a component [1].
        sticks_closed: 1 where the thermostat sticks closed, 0 where it sticks open.
    """
    shown = severity(damage)
    stuck = shown[THERMOSTAT]
    return Effects(
        radiator=1.0 - COOLING_LOST * shown[COOLANT],
        least_opening=(1.0 - sticks_closed) * STUCK_OPEN * stuck,
        most_opening=1.0 - sticks_closed * STUCK_CLOSED_LOST * stuck,
        drag=DRAG_SHARE * shown[BRAKES],
        charging_kw=CHARGING_KW * shown[BATTERY],
    )
