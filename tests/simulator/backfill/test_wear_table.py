"""The wear table: its columns, and how long each component still had in hindsight."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.identity import Identity
from contracts.truth import TruthEvent, WearRow
from simulator.backfill.cast import Cast, Words
from simulator.backfill.timeline import HOUR_MS
from simulator.backfill.wear_table import SCHEMA, Renewal, Wear, time_to_failure_h, wear_rows

FAILED, REPAIRED, MAINTAINED = TruthEvent.FAILED, TruthEvent.REPAIRED, TruthEvent.MAINTAINED


def wear(hours: list[int], machines: list[int], components: list[str]) -> Wear:
    """Wear of some components at some hours; how worn does not matter."""
    nothing = np.zeros(len(hours))
    at_ms = np.array(hours, dtype=np.int64) * HOUR_MS
    rows = np.array(machines, dtype=np.int64)
    return Wear(at_ms, rows, Words.of(components), nothing.astype(np.int64), nothing, nothing)


def test_hours_count_down_to_the_failure_of_this_component() -> None:
    """Belt fails at hour 5 and is renewed at 7, its successor by plan at 10: 5 h, 1 h, 0 in between, then unknown."""
    ends = [Renewal(0, "belt", hour * HOUR_MS, event) for hour, event in ((5, FAILED), (7, REPAIRED), (10, MAINTAINED))]
    hours = time_to_failure_h(wear([0, 4, 5, 6, 7, 9, 11], [0] * 7, ["belt"] * 7), ends)

    assert hours[:4].tolist() == [5.0, 1.0, 0.0, 0.0]
    assert np.isnan(hours[4:]).all()


def test_other_components_and_machines_do_not_count() -> None:
    """Only the bearing of machine 1 fails; neither its seal nor the bearing of machine 0 knows of it."""
    hours = time_to_failure_h(
        wear([1, 1, 1, 1], [0, 0, 1, 1], ["bearing", "seal", "bearing", "seal"]),
        [Renewal(1, "bearing", 3 * HOUR_MS, FAILED)],
    )

    assert hours[2] == 2.0
    assert np.isnan(hours[[0, 1, 3]]).all()


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["belt", "seal"]), st.integers(1, 50)), max_size=12, unique=True
    ),
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["belt", "seal"]), st.integers(0, 60)), min_size=1, max_size=20
    ),
    st.randoms(use_true_random=False),
)
def test_it_is_what_a_search_through_all_events_finds(ends, moments, random) -> None:
    """The plain way: of a component's later events the first; if it is a failure, the hours up to it."""
    renewals = [
        Renewal(machine, name, hour * HOUR_MS, random.choice(list(TruthEvent)[2:])) for machine, name, hour in ends
    ]

    def plainly(machine: int, name: str, hour: int) -> float | None:
        later = [
            one for one in renewals if (one.machine, one.component) == (machine, name) and one.at_ms > hour * HOUR_MS
        ]
        first = min(later, key=lambda one: one.at_ms, default=None)
        if first is None or first.event is MAINTAINED:
            return None
        return first.at_ms / HOUR_MS - hour if first.event is FAILED else 0.0

    machines, names, hours = (list(column) for column in zip(*moments, strict=True))
    found = time_to_failure_h(wear(hours, machines, names), renewals)
    assert [None if np.isnan(one) else round(one, 9) for one in found.tolist()] == [plainly(*one) for one in moments]


def test_rows_are_wear_rows(make_identities: Callable[..., list[Identity]]) -> None:
    """Every row is one that the contract reads, with all its fields in its order."""
    rows = wear_rows(
        wear([0, 9], [1, 0], ["belt", "seal"]), Cast.of(make_identities(2)), [Renewal(1, "belt", HOUR_MS, FAILED)]
    ).to_pylist()
    read = [WearRow.model_validate(row) for row in rows]

    assert list(WearRow.model_fields) == SCHEMA.names
    assert [(one.device_id, one.component, one.time_to_failure_h) for one in read] == [
        ("M002", "belt", 1.0),
        ("M001", "seal", None),
    ]
    assert read[1].timestamp.timestamp() == pytest.approx(9 * 3600)
