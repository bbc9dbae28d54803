"""Plays a scenario on a virtual clock, beside a twin without its faults, and keeps what is to be drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from contracts.identity import Identity
from contracts.telemetry import Signal
from contracts.truth import TruthEvent
from simulator.arrays import Floats, States
from simulator.drafts import TruthDraft
from simulator.plant import Plant
from simulator.scenario import Scenario

MOST_STEPS = 5000
"""Steps that a picture needs: more than it has pixels in a row."""
INTERVALS_S = (1, 2, 5, 10, 20, 30)
"""Times between readings [s]: the longest still sees a short pause."""
SLICE = 100
"""Steps between two signs of progress."""


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


@dataclass(frozen=True)
class Course:
    """What one machine told, and what really happened to it.

    Attributes:
        identity: the machine.
        readings: what its sensors told, by signal; NaN while silent.
        clean: the same in a plant without the scenario's faults.
        state: index into `simulator.STATES`, by moment.
        faults: what was wrong with it.
        events: failures, repairs and maintenance.
    """

    identity: Identity
    readings: dict[Signal, Floats]
    clean: dict[Signal, Floats]
    state: States
    faults: tuple[Span, ...]
    events: tuple[TruthDraft, ...]


@dataclass(frozen=True)
class Recording:
    """A scenario that was played.

    Attributes:
        scenario: what was played.
        seed: seed of everything random.
        moments_s: Unix time of each reading [s].
        interval_s: time between two readings [s].
        courses: one a machine.
    """

    scenario: Scenario
    seed: int
    moments_s: Floats
    interval_s: float
    courses: tuple[Course, ...]


def reading_interval_s(span_s: float) -> float:
    """Time between two readings, so that a picture has enough of them and not many more [s].

    Example:
        >>> reading_interval_s(1800), reading_interval_s(8 * 3600), reading_interval_s(30 * 86400)
        (1, 10, 30)
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
        machines: to whom.
        seed: seed of everything random.
        start: when the plant is first seen.
        span_s: for how long [s].
        advance: is told which share of the work has been done since it was told last.
    """
    interval_s = reading_interval_s(span_s)
    moments = [start + timedelta(seconds=interval_s * step) for step in range(math.floor(span_s / interval_s) + 1)]
    dirty = Plant(machines, scenario, seed=seed, start=start, interval_s=interval_s)
    calm = Plant(machines, scenario.model_copy(update={"faults": ()}), seed=seed, start=start, interval_s=interval_s)
    told, state, truth = _play(dirty, moments, advance)
    clean, _, _ = _play(calm, moments, advance)
    ends_s = moments[-1].timestamp()
    courses = tuple(
        Course(
            identity=identity,
            readings={signal: values[:, row] for signal, values in told.items()},
            clean={signal: values[:, row] for signal, values in clean.items()},
            state=state[:, row],
            faults=_spans([draft for draft in truth if draft.device_id == identity.device_id], ends_s),
            events=tuple(draft for draft in truth if draft.device_id == identity.device_id and _is_event(draft)),
        )
        for row, identity in enumerate(machines)
    )
    moments_s = np.array([moment.timestamp() for moment in moments])
    return Recording(scenario, seed, moments_s, interval_s, courses)


def _play(
    plant: Plant, moments: Sequence[datetime], advance: Callable[[float], None]
) -> tuple[dict[Signal, Floats], States, list[TruthDraft]]:
    """All readings of a plant (moments, machines), and what happened."""
    shape, truth = (len(moments), len(plant.identities)), list[TruthDraft]()
    told = {signal: np.empty(shape) for signal in Signal}
    state = np.empty(shape, dtype=np.int8)
    for number, moment in enumerate(moments):
        readings = plant.step(moment)
        for signal, values in told.items():
            values[number] = readings.signal(signal)
        state[number] = readings.state
        truth += plant.take_truth()
        if number % SLICE == SLICE - 1:
            advance(SLICE / len(moments) / 2)
    return told, state, truth


def _spans(truth: Sequence[TruthDraft], ends_s: float) -> tuple[Span, ...]:
    ended = {draft.fault_id: draft.at.timestamp() for draft in truth if draft.event is TruthEvent.ENDED}
    return tuple(
        Span(draft, draft.at.timestamp(), min(ends_s, ended.get(draft.fault_id, ends_s)))
        for draft in truth
        if draft.event is TruthEvent.STARTED
    )


def _is_event(draft: TruthDraft) -> bool:
    return draft.event not in (TruthEvent.STARTED, TruthEvent.ENDED)


def utc(moment_s: float) -> datetime:
    """A Unix time as UTC."""
    return datetime.fromtimestamp(moment_s, UTC)
