"""Plays a scenario on a virtual clock, beside a twin without its faults, and keeps what is to be drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from contracts.identity import Identity
from contracts.telemetry import AnySignal
from contracts.truth import TruthEvent
from simulator.arrays import Flags, Floats, Integers, States
from simulator.delivery import AS_IT_IS, Certificate
from simulator.drafts import TruthDraft
from simulator.population import AnyBlock, Population, make_population, of_vehicles, signals_of
from simulator.scenario import Scenario
from simulator.wear import WearTable

MOST_STEPS = 10_000
"""Steps that a picture needs: more than it has pixels in a row."""
INTERVALS_S = (1, 2, 5, 10, 20, 30, 60, 120)
"""Times between readings [s]; pauses of half a minute may fall between the longest."""
BLOCK = 60
"""Moments that are played at once; between two blocks wear is looked at."""


@dataclass(frozen=True, slots=True)
class Span:
    """A fault on a machine, from its start to its end.

    Attributes:
        draft: what the truth says of its start.
        starts_s: when it began, Unix time [s].
        ends_s: when its cause ended, or the recording [s].
    """

    draft: TruthDraft
    starts_s: float
    ends_s: float


@dataclass(frozen=True, slots=True)
class Way:
    """What became of a machine's messages, one element a moment.

    Attributes:
        offline: no connection could be had.
        refused: the broker would not have its certificate.
        late_s: how long a message was kept back or under way [s].
        clock_s: what its clock was ahead [s].
        copies: how often each was sent.
        told: index of the state that each told; `AS_IT_IS` for the true one.
    """

    offline: Flags
    refused: Flags
    late_s: Floats
    clock_s: Floats
    copies: Integers
    told: States

    @property
    def usual(self) -> bool:
        """Whether there is nothing to be told."""
        wrong = (self.copies > 1, self.told != AS_IT_IS)
        return not any(one.any() for one in (self.offline, self.refused, self.late_s, self.clock_s, *wrong))


@dataclass(frozen=True)
class Course:
    """What one machine or vehicle told, and what really happened to it.

    Attributes:
        identity: the machine or vehicle.
        readings: what its sensors told, by signal; NaN while silent.
        clean: the same in a plant without the scenario's faults.
        state: index into `simulator.STATES`, by moment.
        faults: what was wrong with it.
        events: failures, repairs and maintenance.
        lives: remaining life of each component at `Recording.looks_s` [h].
        way: what became of its messages; None if nothing unusual did.
    """

    identity: Identity
    readings: dict[AnySignal, Floats]
    clean: dict[AnySignal, Floats]
    state: States
    faults: tuple[Span, ...]
    events: tuple[TruthDraft, ...]
    lives: dict[str, Floats]
    way: Way | None


@dataclass(frozen=True)
class Recording:
    """A scenario that was played.

    Attributes:
        scenario: what was played.
        seed: seed of everything random.
        moments_s: Unix time of each reading [s].
        interval_s: time between two readings [s].
        looks_s: Unix times at which wear was looked at [s].
        courses: one a machine, or one a vehicle.
    """

    scenario: Scenario
    seed: int
    moments_s: Floats
    interval_s: float
    looks_s: Floats
    courses: tuple[Course, ...]

    @property
    def of_vehicles(self) -> bool:
        """Whether vehicles were played, and not machines."""
        return of_vehicles(course.identity for course in self.courses)


def reading_interval_s(span_s: float) -> float:
    """Time between two readings, so that a picture has enough of them and not many more [s].

    Example:
        >>> reading_interval_s(1800), reading_interval_s(8 * 3600), reading_interval_s(30 * 86400)
        (1, 5, 120)
    """
    return next((interval for interval in INTERVALS_S if span_s / interval <= MOST_STEPS), INTERVALS_S[-1])


def record(
    scenario: Scenario,
    machines: Sequence[Identity],
    *,
    seed: int,
    start: datetime,
    span_s: float,
    advance: Callable[[float], None] = lambda _share: None,
) -> Recording:
    """Play a scenario.

    A machine tells the same in whatever company it is, so only those to be drawn are played.

    Args:
        scenario: what happens.
        machines: to whom; all machines, or all vehicles.
        seed: seed of everything random.
        start: when the plant is first seen.
        span_s: for how long [s].
        advance: is told which share of the work has been done since it was told last.
    """
    interval_s = reading_interval_s(span_s)
    steps = np.arange(math.floor(span_s / interval_s) + 1, dtype=np.float64)
    moments_s: Floats = start.timestamp() + interval_s * steps
    calm_scenario = scenario.model_copy(update={"faults": ()})
    dirty, calm = (
        make_population(machines, one, seed=seed, start=start, interval_s=interval_s)
        for one in (scenario, calm_scenario)
    )
    played = _play(dirty, moments_s, advance)
    twin = _play(calm, moments_s, advance)
    courses = tuple(_course(row, identity, played, twin, moments_s) for row, identity in enumerate(machines))
    return Recording(scenario, seed, moments_s, interval_s, np.array(played.looks_s), courses)


@dataclass(slots=True)
class _Played:
    """All that a plant or fleet told, as it came."""

    blocks: list[AnyBlock] = field(default_factory=list)
    truth: list[TruthDraft] = field(default_factory=list)
    looks_s: list[float] = field(default_factory=list)
    wear: list[WearTable] = field(default_factory=list)

    def signal(self, signal: AnySignal, row: int) -> Floats:
        """The readings of a signal of a machine or vehicle."""
        return np.concatenate([getattr(block, signal.value)[:, row] for block in self.blocks])


def _play(plant: Population, moments_s: Floats, advance: Callable[[float], None]) -> _Played:
    played = _Played()
    for first in range(0, len(moments_s), BLOCK):
        some_s = moments_s[first : first + BLOCK]
        played.blocks.append(plant.play(some_s))
        played.truth += plant.take_truth()
        played.looks_s.append(float(some_s[-1]))
        played.wear.append(plant.wear_table())
        advance(len(some_s) / len(moments_s) / 2)
    return played


def _course(row: int, identity: Identity, played: _Played, twin: _Played, moments_s: Floats) -> Course:
    truth = [draft for draft in played.truth if draft.device_id == identity.device_id]
    signals = signals_of([identity])
    return Course(
        identity=identity,
        readings={signal: played.signal(signal, row) for signal in signals},
        clean={signal: twin.signal(signal, row) for signal in signals},
        state=np.concatenate([block.state[:, row] for block in played.blocks]),
        faults=_spans(truth, float(moments_s[-1])),
        events=tuple(draft for draft in truth if draft.event not in (TruthEvent.STARTED, TruthEvent.ENDED)),
        lives=_lives(row, played.wear),
        way=_way(row, len(moments_s), played.blocks),
    )


def _lives(row: int, tables: Sequence[WearTable]) -> dict[str, Floats]:
    names = tables[0].component[tables[0].row == row].tolist()
    hours = np.array([table.remaining_useful_life_h[table.row == row] for table in tables])
    return {name: hours[:, place] for place, name in enumerate(names)}


def _way(row: int, count: int, blocks: Sequence[AnyBlock]) -> Way | None:
    way = Way(
        offline=np.zeros(count, dtype=np.bool_),
        refused=np.zeros(count, dtype=np.bool_),
        late_s=np.zeros(count),
        clock_s=np.zeros(count),
        copies=np.ones(count, dtype=np.int64),
        told=np.full(count, AS_IT_IS, dtype=np.int8),
    )
    each = ((network, delivery) for one in blocks for network, delivery in zip(one.network, one.delivery, strict=True))
    for place, (network, delivery) in enumerate(each):
        if network is not None:
            way.offline[place] = network.offline[row]
            way.refused[place] = network.certificate[row] != Certificate.VALID
            way.late_s[place] += network.latency_s[row]
        if delivery is not None:
            way.late_s[place] += delivery.delay_s[row]
            way.clock_s[place] = delivery.clock_offset_s[row]
            way.copies[place] = delivery.copies[row]
            way.told[place] = delivery.state[row]
    return None if way.usual else way


def _spans(truth: Sequence[TruthDraft], ends_s: float) -> tuple[Span, ...]:
    ended = {draft.fault_id: draft.at.timestamp() for draft in truth if draft.event is TruthEvent.ENDED}
    return tuple(
        Span(draft, draft.at.timestamp(), min(ends_s, ended.get(draft.fault_id, ends_s)))
        for draft in truth
        if draft.event is TruthEvent.STARTED
    )


def utc(moment_s: float) -> datetime:
    """A Unix time as UTC."""
    return datetime.fromtimestamp(moment_s, UTC)
