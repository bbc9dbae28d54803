"""What is to be seen at a moment: which machines, in which order, how old what they told is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from contracts.telemetry import Signal, VehicleSignal
from factory.watch.history import History
from factory.watch.judging import Judgement, judge
from factory.watch.snapshot import FaultSeen, MachineSeen, Snapshot

KINDS: tuple[type[StrEnum], ...] = (Signal, VehicleSignal)
"""Who tells different signals has a table of its own."""
_KEYS = {kind: frozenset(signal.value for signal in kind) for kind in KINDS}
CLOCKS_DIFFER = timedelta(hours=1)
"""A plant whose youngest reading is further than this from our clock has a clock of its own."""


class Order(StrEnum):
    """What stands on top."""

    WORST = "worst"
    NAME = "name"

    @property
    def other(self) -> Order:
        """The order that a key changes to."""
        return Order.NAME if self is Order.WORST else Order.WORST


@dataclass(frozen=True, slots=True)
class Selection:
    """Which machines are wanted; empty: all.

    Attributes:
        machines: names.
        lines: lines.
        models: models.
    """

    machines: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()

    def __contains__(self, machine: MachineSeen) -> bool:
        wanted = ((self.machines, machine.device_id), (self.lines, machine.line), (self.models, machine.model))
        return all(not names or name in names for names, name in wanted)


@dataclass(frozen=True, slots=True)
class Row:
    """A machine, and what is to be said of it.

    Attributes:
        machine: what it told last.
        age_s: age of that [s]; None if it told nothing.
        judgement: how bad it is.
    """

    machine: MachineSeen
    age_s: float | None
    judgement: Judgement

    @property
    def kind(self) -> type[StrEnum]:
        """Which signals it tells."""
        keys = self.machine.readings.keys()
        return next((kind for kind in KINDS if not _KEYS[kind].isdisjoint(keys)), KINDS[0])


@dataclass(frozen=True)
class Scene:
    """All that a frame shows.

    Attributes:
        url: where the simulator is.
        snapshot: what it told last; None if it never did.
        rows: the machines wanted, in order.
        history: what they told before.
        rates: growth of its counters, by the metric's name [1/s]; empty as long as nothing can be said.
        away: why it does not answer, if it does not.
        now: our clock.
        order: what stands on top.
        page: which screenful is shown, from 0.
    """

    url: str
    snapshot: Snapshot | None
    rows: tuple[Row, ...]
    history: History
    rates: Mapping[str, float] = field(default_factory=dict)
    away: str | None = None
    now: datetime = field(default_factory=lambda: datetime.now().astimezone())
    order: Order = Order.WORST
    page: int = 0

    @cached_property
    def kinds(self) -> int:
        """How many tables there are."""
        return len({row.kind for row in self.rows})

    @property
    def own_clock(self) -> bool:
        """Whether the plant has a clock of its own, on which it is not now."""
        return self.snapshot is not None and has_own_clock(self.snapshot)


def has_own_clock(snapshot: Snapshot) -> bool:
    """Whether a plant has a clock of its own: it lives faster than we do, or in another time."""
    newest = snapshot.newest
    return newest is not None and abs(snapshot.taken_at - newest) > CLOCKS_DIFFER


def rows_of(snapshot: Snapshot, selection: Selection, order: Order) -> tuple[Row, ...]:
    """The machines that are wanted, judged and in order; ties by name."""
    faults: dict[str, list[FaultSeen]] = defaultdict(list)
    for fault in snapshot.faults:
        faults[fault.device_id].append(fault)
    clock = snapshot.newest if has_own_clock(snapshot) else snapshot.taken_at
    rows = [_row(machine, faults[machine.device_id], clock) for machine in snapshot.machines if machine in selection]
    if order is Order.NAME:
        return tuple(sorted(rows, key=lambda row: row.machine.device_id))
    return tuple(sorted(rows, key=_badness))


def _row(machine: MachineSeen, faults: list[FaultSeen], clock: datetime | None) -> Row:
    age_s = None
    if machine.timestamp is not None and clock is not None:
        age_s = max(0.0, (clock - machine.timestamp).total_seconds())
    return Row(machine, age_s, judge(machine, faults, age_s))


def _badness(row: Row) -> tuple[int, int, str]:
    return (-row.judgement.level, -sum(level for level, _ in row.judgement.reasons), row.machine.device_id)


@dataclass(frozen=True, slots=True)
class Totals:
    """A simulator's counters at a moment.

    Attributes:
        at: the moment.
        values: by the metric's name.
    """

    at: datetime
    values: Mapping[str, float]


def rates_between(before: Totals, after: Totals) -> dict[str, float]:
    """How fast counters grew between two looks [1/s]; those that began anew are left out.

    Example:
        >>> from datetime import UTC
        >>> noon = datetime(2026, 1, 2, 12, tzinfo=UTC)
        >>> later = Totals(noon + timedelta(seconds=10), {"a_total": 25.0, "b_total": 3.0})
        >>> rates_between(Totals(noon, {"a_total": 5.0, "b_total": 90.0}), later)
        {'a_total': 2.0}
    """
    elapsed_s = (after.at - before.at).total_seconds()
    if elapsed_s <= 0:
        return {}
    grown = {name: value - before.values.get(name, value) for name, value in after.values.items()}
    return {name: growth / elapsed_s for name, growth in grown.items() if name.endswith("_total") and growth >= 0}
