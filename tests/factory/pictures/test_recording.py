"""A scenario, played for a picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from contracts.telemetry import Signal
from contracts.truth import TruthEvent
from factory.pictures.recording import Recording, reading_interval_s

Play = Callable[..., Recording]
START_S = 1_767_592_800.0
"""2026-01-05T06:00:00Z as a Unix time [s]."""


def test_a_bias_parts_the_reading_from_its_twin(played: Play) -> None:
    """Ten kelvins too much from minute 2 to 5, and only in temperature; before, after and elsewhere nothing."""
    bias = "{kind: bias, target: M001, signal: temp, parameters: {magnitude: 10}, start_s: 120, duration_s: 180}"
    course = played(f"[{bias}]").courses[0]
    difference = course.readings[Signal.TEMP] - course.clean[Signal.TEMP]

    # Rounded to a tenth each, so the difference of two readings is right to a tenth.
    assert difference[120:300] == pytest.approx(np.full(180, 10.0), abs=0.11)
    assert not difference[:120].any()
    assert not difference[301:].any()
    assert np.array_equal(course.readings[Signal.POWER], course.clean[Signal.POWER])


def test_a_fault_is_a_span(played: Play) -> None:
    """From its start to its end, or to that of the recording."""
    stuck = "{kind: stuck, target: M001, signal: rpm, start_s: 60, duration_s: 60}"
    drift = "{kind: drift, target: M001, signal: temp, parameters: {rate_per_min: 1}, start_s: 90}"
    faults = played(f"[{stuck}, {drift}]").courses[0].faults

    assert [(one.draft.kind, one.starts_s - START_S, one.ends_s - START_S) for one in faults] == [
        ("stuck", 60, 120),
        ("drift", 90, 600),
    ]


def test_what_becomes_of_messages_is_kept(played: Play) -> None:
    """Offline, refused, late, by a wrong clock, thrice, with a wrong state: each where it was, else nothing."""
    faults = """[
        {kind: disconnect, target: M001, start_s: 10, duration_s: 20},
        {kind: certificate_expired, target: M001, start_s: 40, duration_s: 20},
        {kind: slow_link, target: M001, parameters: {latency_s: 2}, start_s: 70, duration_s: 20},
        {kind: clock_skew, target: M001, parameters: {offset_s: -30}, start_s: 100, duration_s: 20},
        {kind: wrong_state, target: M001, parameters: {state: 4}, start_s: 160, duration_s: 20},
        {kind: duplicates, target: M001, parameters: {probability: 1, copies: 3}, start_s: 130, duration_s: 20}]"""
    way = played(faults).courses[0].way

    assert way is not None
    for found, first in ((way.offline, 10), (way.refused, 40), (way.late_s == 2, 70), (way.clock_s == -30, 100)):
        assert np.flatnonzero(found).tolist() == list(range(first, first + 20))
    assert np.flatnonzero(way.copies == 3).tolist() == list(range(130, 150))
    assert np.flatnonzero(way.told == 4).tolist() == list(range(160, 180))
    assert played().courses[0].way is None


def test_wear_is_followed_to_the_failure(played: Play) -> None:
    """In an accelerated life test the bearing's life goes down to nothing, it fails, and a new one has a life again."""
    spec = "{maintenance: run_to_failure, wear_speed: 600, age: new}"
    recording = played(plant=spec, span_s=4 * 86_400.0)
    course = recording.courses[0]
    failed = next(draft.at.timestamp() for draft in course.events if draft.event is TruthEvent.FAILED)
    before, after = recording.looks_s < failed, recording.looks_s > failed + 86_400

    assert course.lives["bearing"][before][-1] < 12.0  # [h], of the 40 or so at the start
    assert course.lives["bearing"][after].min() > 24.0


def test_a_machine_is_the_same_alone_and_in_company(played: Play) -> None:
    """What is drawn of M001 does not depend on who else is drawn."""
    alone, together = played(machines=1).courses[0], played(machines=3).courses[0]

    for signal in Signal:
        assert np.array_equal(alone.readings[signal], together.readings[signal])


@pytest.mark.parametrize("span_s", [60.0, 3600.0, 8 * 3600.0, 7 * 86_400.0, 365 * 86_400.0])
def test_readings_are_enough_and_not_too_many(span_s: float) -> None:
    """A page has some thousand pixels in a row; a year is told by two minutes, and nothing by less than a second."""
    interval_s = reading_interval_s(span_s)

    assert 1 <= interval_s <= 120
    assert interval_s in (1, 120) or 4_000 <= span_s / interval_s <= 10_000
