"""What a machine did in an hour, as numbers: the windows of which all features are made.

`summarise` is the one function that makes them, from a year at once or from an hour at a time: an hour's row depends on
its own readings and on the heat that the machine had at its beginning, which is handed on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from maintenance.features.arrays import Flags, Floats, Integers
from maintenance.features.normal import ModelBehaviour, working
from maintenance.features.readings import DOWN, RUNNING, Readings, at_pace
from maintenance.features.thermal import Warmth, explained_rise

_STILL = 0.05
"""A shaft slower than this part of its rated speed stands [1]."""


LEAST_SPREAD = 1e-4
"""Variance of a signal within an hour from which a slope by it says anything [square of its unit]."""


class Column(NamedTuple):
    """A number of an hour: its name, its unit, and what people call it."""

    name: str
    unit: str
    title: str


_SIGNALS = (("temp", "°C", "temperature"), ("vibration", "mm/s", "vibration"), ("speed", "1", "speed"),
            ("power", "1", "power"))  # fmt: skip

COLUMNS: tuple[Column, ...] = (
    Column("running", "1", "share of the readings in which it runs"),
    Column("down", "1", "share of the readings in which it stands for a repair"),
    Column("power", "1", "power by rated, while running"),
    Column("speed", "1", "speed by rated, while running"),
    Column("vibration", "mm/s", "vibration while running"),
    Column("residual", "K", "temperature over what the power explains"),
    Column("residual_std", "K", "scatter of the temperature that the power does not explain"),
    Column("excess", "mm²/s²", "vibration energy over that of a new machine"),
    Column("excess_std", "mm²/s²", "scatter of the vibration energy"),
    Column("excess_by_load", "mm²/s²", "vibration energy that comes with rated power"),
    Column("residual_by_rise", "1", "unexplained temperature that comes with each kelvin of the explained one"),
    Column("slip", "1", "speed over what goes with the power, by rated"),
    Column("slip_std", "1", "scatter of the speed at its power"),
    Column("power_jump", "1", "jumps of the power from reading to reading, by rated"),
    *(Column(f"{name}_missing", "1", f"share of the readings without {title}") for name, _, title in _SIGNALS),
    *(
        Column(f"{name}_flat", "1", f"share of the readings that repeat the last {title}")
        for name, _, title in _SIGNALS
    ),
    *(Column(f"{name}_step", unit, f"smallest step of the {title}") for name, unit, title in _SIGNALS),
    *(Column(f"{name}_peak", unit, f"largest single deviation of the {title}") for name, unit, title in _SIGNALS),
    *(
        Column(f"{name}_spike", "1", f"largest single deviation of the {title}, by the mean one")
        for name, _, title in _SIGNALS
    ),
    Column("rest_power", "1", "power by rated, while not running"),
    Column("rest_speed", "1", "speed by rated, while not running"),
    Column("rest_vibration", "mm/s", "vibration while not running"),
    Column("rest_residual", "K", "temperature over what the power explains, while not running"),
    Column("still", "1", "share of the running time in which the shaft stands"),
)
"""The columns of a window, in their order."""

PLACE = {column.name: number for number, column in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True)
class Windows:
    """Hours of one machine.

    Attributes:
        hour: which, ascending [h since 1970]; only those with a reading.
        rows: their numbers, shape (hours, `COLUMNS`); NaN where there is nothing to tell.
        warmth: what to hand to the next call.
    """

    hour: Integers
    rows: Floats
    warmth: Warmth


def summarise(readings: Readings, behaviour: ModelBehaviour, warmth: Warmth | None = None) -> Windows:
    """The hours of a machine.

    Args:
        readings: cleaned by `in_order`; whole hours. Of more than one each `PACE_S` the last is used.
        behaviour: how its model behaves while it is well.
        warmth: what the call for the hours before gave.
    """
    before = warmth or Warmth()
    if not len(readings):
        return Windows(np.zeros(0, dtype=np.int64), np.zeros((0, len(COLUMNS))), before)
    readings = at_pace(readings)
    hours = _Hours.of(readings.hour)
    power, turns = behaviour.power(readings), behaviour.turns(readings)
    driving = readings.driving / behaviour.plate.rated_input_kw
    rise, after = explained_rise(readings.at_s, driving, behaviour.plate, before)
    signals = (readings.temp, readings.vibration, turns, power)
    columns = [
        *_activity(hours, readings),
        *_working(hours, readings, behaviour, power, turns, rise),
        *(hours.mean(np.isnan(values).astype(np.float64)) for values in signals),
        *(_flat(hours, values, readings.state == RUNNING) for values in signals),
        *(_step(hours, values) for values in signals),
        *_peaks(hours, signals, readings.state == RUNNING),
        *_at_rest(hours, (power, turns, readings.vibration, readings.temp - rise), readings.state != RUNNING),
        hours.mean((turns < _STILL).astype(np.float64), (readings.state == RUNNING) & np.isfinite(turns)),
    ]
    return Windows(hours.hour, np.stack(columns, axis=1), after)


def _activity(hours: _Hours, readings: Readings) -> list[Floats]:
    down = np.isin(readings.state, DOWN)
    return [hours.mean((readings.state == RUNNING).astype(np.float64)), hours.mean(down.astype(np.float64))]


def _working(
    hours: _Hours, readings: Readings, behaviour: ModelBehaviour, power: Floats, turns: Floats, rise: Floats
) -> list[Floats]:
    residual = readings.temp - rise
    well = working(readings, turns, power)
    runs = readings.state == RUNNING
    with np.errstate(invalid="ignore", divide="ignore"):
        excess = (readings.vibration**2 - behaviour.expected_energy(turns, power)) / turns**2
        slip = turns - behaviour.expected_turns(power)
    jumps = np.diff(power, prepend=np.nan)
    together = runs & hours.follows & np.roll(runs, 1)
    return [
        hours.mean(power, runs),
        hours.mean(turns, runs),
        np.sqrt(hours.mean(readings.vibration**2, runs)),
        hours.mean(residual),
        hours.std(residual),
        hours.mean(excess, well),
        hours.std(excess, well),
        hours.slope(power, excess, well),
        hours.slope(rise, residual, runs),
        hours.mean(slip, well),
        hours.std(slip, well),
        np.sqrt(hours.mean(jumps**2, together)),
    ]


def _at_rest(hours: _Hours, signals: tuple[Floats, ...], rests: Flags) -> list[Floats]:
    return [hours.mean(values, rests) for values in signals]


def _flat(hours: _Hours, values: Floats, runs: Flags) -> Floats:
    """Share of the running readings that repeat the one before."""
    last = np.roll(values, 1)
    known = hours.follows & runs & np.isfinite(values) & np.isfinite(last)
    return hours.mean((values == last).astype(np.float64), known)


def _step(hours: _Hours, values: Floats) -> Floats:
    """Smallest difference of two values that differ: the resolution with which the sensor seems to speak."""
    order = np.lexsort((values, hours.index))
    ordered, index = values[order], hours.index[order]
    steps = np.diff(ordered, prepend=np.nan)
    counts = (np.diff(index, prepend=-1) == 0) & (steps > 1e-9)
    smallest = np.minimum.reduceat(np.where(counts, steps, np.inf), hours.starts)
    return np.where(np.isfinite(smallest), smallest, np.nan)


def _peaks(hours: _Hours, signals: tuple[Floats, ...], runs: Flags) -> list[Floats]:
    """Largest distance of a running machine's reading from the median of itself and its neighbours, and by the mean."""
    inner = hours.follows & np.roll(hours.follows, -1) & runs & np.roll(runs, 1) & np.roll(runs, -1)
    peaks, spikes = [], []
    for values in signals:
        last, following = np.roll(values, 1), np.roll(values, -1)
        median = np.maximum(np.minimum(last, following), np.minimum(np.maximum(last, following), values))
        distance = np.where(inner, np.abs(values - median), np.nan)
        largest = np.maximum.reduceat(np.where(np.isfinite(distance), distance, -np.inf), hours.starts)
        peak, mean = np.where(np.isfinite(largest), largest, np.nan), hours.mean(distance)
        peaks.append(peak)
        spikes.append(np.divide(peak, mean, out=np.full_like(peak, np.nan), where=mean > 1e-9))
    return [*peaks, *spikes]


@dataclass(frozen=True, slots=True)
class _Hours:
    """Which readings belong to which hour.

    Attributes:
        hour: the hours, ascending.
        starts: first reading of each.
        index: place of each reading's hour.
        follows: whether the reading before is of the same hour.
    """

    hour: Integers
    starts: Integers
    index: Integers
    follows: Flags

    @classmethod
    def of(cls, hour: Integers) -> _Hours:
        follows = np.zeros(len(hour), dtype=np.bool_)
        follows[1:] = hour[1:] == hour[:-1]
        starts = np.flatnonzero(~follows)
        return cls(hour[starts], starts, np.cumsum(~follows) - 1, follows)

    def mean(self, values: Floats, chosen: Flags | None = None) -> Floats:
        """Mean of the known values of each hour; NaN where there are none."""
        known = np.isfinite(values) if chosen is None else chosen & np.isfinite(values)
        totals = np.add.reduceat(np.where(known, values, 0.0), self.starts)
        counts = np.add.reduceat(known.astype(np.float64), self.starts)
        mean: Floats = np.divide(totals, counts, out=np.full(len(totals), np.nan), where=counts > 0)
        return mean

    def std(self, values: Floats, chosen: Flags | None = None) -> Floats:
        """Standard deviation of the known values of each hour."""
        return np.sqrt(self.mean((values - self.mean(values, chosen)[self.index]) ** 2, chosen))

    def slope(self, by: Floats, values: Floats, chosen: Flags) -> Floats:
        """Slope of least squares of values by others, of each hour; NaN where these do not differ."""
        known = chosen & np.isfinite(by) & np.isfinite(values)
        by = by - self.mean(by, known)[self.index]
        values = values - self.mean(values, known)[self.index]
        with np.errstate(invalid="ignore"):
            spread, together = self.mean(by * by, known), self.mean(by * values, known)
        slope: Floats = np.divide(together, spread, out=np.full_like(spread, np.nan), where=spread > LEAST_SPREAD)
        return slope
