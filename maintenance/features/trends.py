"""How machines have been over the last hours, days and weeks: the features that models are given.

`Trends` is fed the hours of all machines of a plant, one after the other, and remembers two weeks of a few columns and
six hours of all. The same object makes the features of a year of history and of the running plant, so they cannot
differ.

What all machines of a plant share is taken away first: the median of what the power does not explain of their
temperatures is the hall's air. After a long standstill for a repair a machine is another one: its past ends there.

The wear index is the logarithm of the vibration that a worn component adds. Degradation signals of bearings grow
exponentially (Gebraeel, Lawley, Li and Ryan, "Residual-life distributions from component degradation signals: a
Bayesian approach", IIE Transactions 37, 2005, doi:10.1080/07408170590929018), so the index grows by about the same with
each share of the life, and a straight line through it points at the end.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np

from contracts.nameplates import Nameplate
from maintenance.features.arrays import Flags, Floats
from maintenance.features.windows import COLUMNS, PLACE, Column

DAY_H = 24
LONG_H = 14 * DAY_H
SHORT_H = 6
PASTS_D = (3, 7, 14)
"""Own pasts with which the last six hours are compared [d]."""
SLOPES_D = (1, 3, 7, 13)
"""Over so many days the growth of the wear index is told [d]."""

LONG_REPAIR_H = 2.5
"""A machine that stood for so long for a repair has had something large renewed [h]; a filter or tool takes less."""
LEAST_MACHINES = 4
"""With fewer machines the median of the plant would be one of them; the hall's air is unknown then."""

RESOLVED_MM_S = 0.12
"""Vibration that can just be told from a healthy machine's: unit of the wear index [mm/s]."""
END_MM_S = 7.1
"""Boundary of zones C and D of ISO 20816-3:2022, table A.2, group 2, flexible: no machine may stay there [mm/s]."""
OWN_SHARE = 0.15
"""A healthy machine's vibration energy differs from its nameplate's by this at most [1]: 7.5 % of the velocity."""

_SHARED = (
    Column("over_hall", "K", "temperature over what power and hall explain"),
    Column("hall", "K", "temperature of the hall's air, as the plant's machines tell it"),
)
_ALL = (*COLUMNS, *_SHARED)
_MAIN = ("power", "vibration", "excess", "slip", "over_hall", "hall")
_TITLES = {column.name: column for column in _ALL}


def _catalogue() -> tuple[Column, ...]:
    hour = [Column(f"{c.name}_1h", c.unit, f"{c.title}, last hour") for c in _ALL]
    six = [Column(f"{c.name}_6h", c.unit, f"{c.title}, last six hours") for c in _ALL]
    pasts = [
        Column(f"{name}_past_{past}", _TITLES[name].unit, f"{_TITLES[name].title}, over its own past {title}")
        for name in _MAIN
        for past, title in (("6h", "six hours"), ("1d", "day"), *((f"{days}d", f"{days} days") for days in PASTS_D))
    ]
    slopes = [Column(f"wear_index_{days}d", "1/d", f"growth of the wear index over {days} days") for days in SLOPES_D]
    wear = [
        Column("added", "mm/s", "vibration added to a new machine's, last day"),
        Column("wear_index", "1", "wear index, last day"),
        *slopes,
        Column("wear_index_life", "1/d", "growth of the wear index since the last long repair"),
        Column("since_repair", "h", "time since the last long repair"),
        Column("seen", "h", "time since the machine was first seen"),
        Column("to_limit", "ln h", "time until the wear index is at the limit of ISO 20816-3, by the line through it"),
        Column("to_limit_13d", "ln h", "the same, by its growth over 13 days"),
        Column("to_limit_age", "ln h", "the same, by its growth since the last long repair"),
        Column("rated_power", "kW", "rated power on the nameplate"),
        Column("rated_speed", "1/min", "rated speed on the nameplate"),
        Column("new_vibration", "mm/s", "vibration of a new machine on the nameplate"),
    ]
    return (*hour, *six, *pasts, *wear)


FEATURES: tuple[Column, ...] = _catalogue()
"""The features of a machine at the end of an hour, in their order."""
FEATURE_PLACE = {column.name: number for number, column in enumerate(FEATURES)}

MEDIAN_OF = 3 * DAY_H
"""Hours of which a median is taken at most, or less than twice as many: sorting is what features cost."""
LONGEST_H = np.log(10_000.0)
"""Times to the limit are told up to ten thousand hours [ln h]."""


class Trends:
    """The recent past of the machines of a plant, hour by hour.

    Args:
        plates: nameplates of the machines, in the order of the rows.
    """

    def __init__(self, plates: Sequence[Nameplate]) -> None:
        count = len(plates)
        self._plates = np.array([(one.rated_power_kw, one.rated_speed_rpm, one.vibration_new_mm_s) for one in plates])
        self._long: Floats = np.full((LONG_H, count, len(_MAIN)), np.nan)
        self._short: Floats = np.full((SHORT_H, count, len(_ALL)), np.nan)
        self._index: Floats = np.full((LONG_H, count), np.nan)
        self._down_h, self._since_h = np.zeros(count), np.full(count, np.inf)
        self._seen_h = np.full(count, np.nan)
        self._own: Floats = np.full(count, np.inf)
        self._added: Floats = np.full(count, np.nan)
        self._line: Floats = np.zeros((5, count))

    def push(self, rows: Floats) -> None:
        """Take up the next hour.

        Args:
            rows: numbers of the hour, shape (machines, `COLUMNS`); NaN for a machine that said nothing.
        """
        full = np.concatenate([rows, _hall(rows[:, PLACE["residual"]])], axis=1)
        _shift(self._short, full)
        _shift(self._long, full[:, [_place(name) for name in _MAIN]])
        self._grow_older(rows)
        self._learn_wear()

    def skip(self, hours: int) -> None:
        """Let hours pass of which nothing is known; more than are remembered make no difference but to the age."""
        nothing = np.full((len(self._plates), len(COLUMNS)), np.nan)
        for _ in range(min(hours, LONG_H)):
            self.push(nothing)
        beyond = max(0, hours - LONG_H)
        self._since_h += beyond
        self._seen_h += beyond

    def copy(self) -> Trends:
        """One that goes on from here by itself."""
        return copy.deepcopy(self)

    def features(self) -> Floats:
        """The features of all machines now, shape (machines, `FEATURES`)."""
        hour, six = self._short[-1], _mean(self._short)
        return np.concatenate([hour, six, self._against_past(), self._wear()], axis=1)

    def _grow_older(self, rows: Floats) -> None:
        down = np.nan_to_num(rows[:, PLACE["down"]])
        self._down_h = np.where(down > 0, self._down_h + down, 0.0)
        self._since_h = np.where(self._down_h >= LONG_REPAIR_H, 0.0, self._since_h + 1.0)
        told = np.isfinite(rows[:, PLACE["running"]])
        self._seen_h = np.where(np.isfinite(self._seen_h), self._seen_h + 1.0, np.where(told, 1.0, np.nan))

    def _learn_wear(self) -> None:
        """Bring the machine's own level, the wear index and the line through it up to this hour."""
        new_energy = self._plates[:, 2] ** 2
        energy = self._long[:, :, _MAIN.index("excess")]
        three_days = _mean(energy[-3 * DAY_H :], self._valid(3 * DAY_H))
        self._own = np.fmin(self._own, three_days)
        own = np.clip(np.where(np.isfinite(self._own), self._own, 0.0), -OWN_SHARE * new_energy, OWN_SHARE * new_energy)
        self._added = np.sqrt(np.maximum(_mean(energy[-DAY_H:], self._valid(DAY_H)) - own, 0.0))
        index = np.log1p(self._added / RESOLVED_MM_S)
        _shift(self._index, index)
        age_d = np.where(np.isfinite(self._since_h), self._since_h, self._seen_h) / DAY_H
        self._line[:, self._since_h == 0.0] = 0.0
        terms = np.stack([np.ones_like(age_d), age_d, index, age_d * age_d, age_d * index])
        self._line += np.where(np.isfinite(terms).all(axis=0), terms, 0.0)

    def _valid(self, hours: int) -> Flags:
        """Which of the last hours are of the machine as it is now, shape (hours, machines)."""
        ago = np.arange(hours - 1, -1, -1.0)[:, None]
        return ago < self._since_h[None, :]

    def _against_past(self) -> Floats:
        """The last hour over the six before and the day, the last six hours over longer pasts; a past is a median.

        A median, so that a fault that was is not part of what is usual.
        """
        valid = self._valid(LONG_H)
        now, six = self._long[-1], _mean(self._long[-SHORT_H:], valid[-SHORT_H:])
        found = [now - self._past(valid, hours, 1) for hours in (SHORT_H, DAY_H)]
        found += [six - self._past(valid, days * DAY_H - SHORT_H, SHORT_H) for days in PASTS_D]
        return np.stack(found, axis=2).reshape(len(self._plates), -1)

    def _past(self, valid: Flags, hours: int, ago: int) -> Floats:
        """Median of so many hours that ended so many hours ago; of long ones every second or fourth will do."""
        before = slice(LONG_H - ago - hours, LONG_H - ago, max(1, hours // MEDIAN_OF))
        return _median(self._long[before], valid[before])

    def _wear(self) -> Floats:
        index = self._index[-1]
        slopes = []
        for days in SLOPES_D:
            then = np.where(self._since_h > (days + 1) * DAY_H, self._index[-1 - days * DAY_H], np.nan)
            slopes.append((index - then) / days)
        count, age, sum_index, age2, cross = self._line
        spread = count * age2 - age * age
        life = np.divide(count * cross - age * sum_index, spread, out=np.full_like(spread, np.nan), where=spread > 1e-6)
        since = np.where(np.isfinite(self._since_h), self._since_h, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            by_age = DAY_H * index / since
        limits = [_to_limit(index, growth) for growth in (life, slopes[-1], by_age)]
        return np.stack([self._added, index, *slopes, life, since, self._seen_h, *limits, *self._plates.T], axis=1)


def _to_limit(index: Floats, growth_per_d: Floats) -> Floats:
    """Logarithm of the hours until the wear index is at its limit."""
    left = np.maximum(np.log1p(END_MM_S / RESOLVED_MM_S) - index, 0.0)
    hours = DAY_H * left / np.maximum(growth_per_d, 1e-4)
    told: Floats = np.clip(np.log(np.maximum(hours, 1.0)), 0.0, LONGEST_H)
    return told


def _place(name: str) -> int:
    return next(number for number, column in enumerate(_ALL) if column.name == name)


def _shift(ring: Floats, newest: Floats) -> None:
    ring[:-1] = ring[1:]
    ring[-1] = newest


def _hall(residual: Floats) -> Floats:
    """Temperature over the hall's air, and the hall's air, of each machine, shape (machines, 2)."""
    told = residual[np.isfinite(residual)]
    hall = float(np.median(told)) if len(told) >= LEAST_MACHINES else np.nan
    over = residual - (hall if np.isfinite(hall) else 0.0)
    return np.stack([over, np.full_like(over, hall)], axis=1)


def _mean(values: Floats, valid: Flags | None = None) -> Floats:
    """Mean over the first axis of what is known; NaN where nothing is."""
    known = np.isfinite(values)
    if valid is not None:
        known &= valid if values.ndim == valid.ndim else valid[:, :, None]
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    mean: Floats = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean


def _median(values: Floats, valid: Flags) -> Floats:
    """Median over the first axis of what is known; NaN where nothing is."""
    ordered = np.sort(np.where(valid[:, :, None], values, np.nan), axis=0)  # NaN comes last
    count = np.isfinite(ordered).sum(axis=0)
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    pair = np.take_along_axis(ordered, np.stack([low, np.minimum(high, len(ordered) - 1)]), axis=0)
    median: Floats = np.where(count > 0, (pair[0] + pair[1]) / 2, np.nan)
    return median
