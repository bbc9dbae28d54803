"""The wear table: its columns, and how long each component still had in hindsight."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.identity import Identity
from contracts.truth import WearRow
from simulator.backfill.cast import Cast, Words
from simulator.backfill.timeline import HOUR_MS
from simulator.backfill.wear_table import SCHEMA, Failure, Wear, time_to_failure_h, wear_rows


def wear(moments: list[tuple[int, str, int, int]]) -> Wear:
    """Wear at some moments: machine, component, cycle, hour; how worn does not matter."""
    machines, names, cycles, hours = (list(column) for column in zip(*moments, strict=True))
    nothing = np.zeros(len(hours))
    at_ms, rows, cycle = (np.array(one, dtype=np.int64) for one in (hours, machines, cycles))
    return Wear(at_ms * HOUR_MS, rows, Words.of(names), cycle, nothing, nothing > 0, nothing)


def test_hours_count_down_to_the_failure_of_this_component() -> None:
    """The belt fails at hour 5 and stays in until it is renewed; its successor does not fail in the run."""
    moments = [(0, "belt", 0, hour) for hour in (0, 4, 5, 6)] + [(0, "belt", 1, 7), (0, "belt", 1, 99)]
    hours = time_to_failure_h(wear(moments), [Failure(0, "belt", 0, 5 * HOUR_MS)])

    assert hours[:4].tolist() == [5.0, 1.0, 0.0, 0.0]
    assert np.isnan(hours[4:]).all()


COMPONENTS = st.tuples(st.integers(0, 2), st.sampled_from(["belt", "seal"]), st.integers(0, 2))


@given(
    st.dictionaries(COMPONENTS, st.integers(1, 50)),
    st.lists(st.tuples(COMPONENTS, st.integers(0, 60)), min_size=1, max_size=20),
)
def test_it_is_what_a_look_into_the_log_finds(
    ends: dict[tuple[int, str, int], int], asked: list[tuple[tuple[int, str, int], int]]
) -> None:
    """Of just this machine, component and cycle; nothing where the log has no failure of it."""
    failures = [Failure(*component, hour * HOUR_MS) for component, hour in ends.items()]
    found = time_to_failure_h(wear([(*component, hour) for component, hour in asked]), failures)

    expected = [max(0, ends[component] - hour) if component in ends else None for component, hour in asked]
    assert [None if np.isnan(one) else round(one, 9) for one in found.tolist()] == expected


def test_rows_are_wear_rows(make_identities: Callable[..., list[Identity]]) -> None:
    """Every row is one that the contract reads, with all its fields in its order."""
    some = wear([(1, "belt", 0, 0), (0, "seal", 2, 9)])
    rows = wear_rows(some, Cast.of(make_identities(2)), [Failure(1, "belt", 0, HOUR_MS)]).to_pylist()
    read = [WearRow.model_validate(row) for row in rows]

    assert list(WearRow.model_fields) == SCHEMA.names
    assert [(one.device_id, one.component, one.time_to_failure_h) for one in read] == [
        ("M002", "belt", 1.0),
        ("M001", "seal", None),
    ]
    assert read[1].timestamp.timestamp() == pytest.approx(9 * 3600)
