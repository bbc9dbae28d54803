"""The grid of a run: every step once, and pauses where they were asked for."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.backfill.timeline import Timeline, moment, unix_ms


@given(st.integers(1, 500), st.integers(1, 60), st.integers(1, 60))
def test_spans_hold_every_step_once_and_end_at_pauses(count: int, longest: int, pause_every: int) -> None:
    """Put together they are all steps in order; none is too long, and each pause is the end of one."""
    spans = list(Timeline(0, 1000, count).spans(longest, pause_every))

    assert [step for span in spans for step in span] == list(range(count))
    assert max(len(span) for span in spans) <= longest
    assert set(range(0, count, pause_every)) <= {span[-1] for span in spans}


def test_a_year_of_seconds_ends_to_the_millisecond() -> None:
    """Nothing adds up: the last moment is one interval before the end, and the end is the next New Year."""
    year = Timeline(unix_ms(datetime(2025, 1, 1, tzinfo=UTC)), 1000, 365 * 86_400)

    assert year.end == datetime(2026, 1, 1, tzinfo=UTC)
    assert year.moments_ms(range(year.count - 1, year.count)).tolist() == [year.end_ms - 1000]


@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_moments_come_back(at: datetime) -> None:
    """A moment cut to the millisecond survives the way to a number and back."""
    cut = at.replace(microsecond=at.microsecond // 1000 * 1000)

    assert moment(unix_ms(at)) == cut
    assert np.int64(unix_ms(at)) == unix_ms(cut)
