"""Readings as columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from maintenance.features import Readings, by_machine, in_order, thinned


@given(order=st.permutations(range(12)), again=st.lists(st.integers(0, 11), max_size=8))
def test_order_of_arrival_and_repeats_do_not_matter(order: list[int], again: list[int]) -> None:
    """However messages come, and however often, each is there once, in the order of time."""
    rows = [(float(150 * number), 1, number + 1, 1.0 * number, 1.0, 1.0, 1.0, 2) for number in range(12)]
    arrived = Readings.of([rows[number] for number in [*order, *again]])

    assert in_order(arrived).seq.tolist() == list(range(1, 13))
    assert in_order(arrived).temp.tolist() == [float(number) for number in range(12)]


def test_a_new_run_is_no_repeat() -> None:
    """Numbers begin anew with a run, so the same number of another run is another message."""
    readings = Readings.of([(0.0, 1, 1, 1, 1, 1, 1, 2), (150.0, 2, 1, 2, 1, 1, 1, 2)])

    assert in_order(readings).run.tolist() == [1, 2]


def test_of_two_minutes_the_first_reading_is_used() -> None:
    """A plant that tells each second is read as one that tells each two minutes, by the clock."""
    each_second = Readings.of([(7.0 + second, 1, second + 1, 1.0, 1.0, 1.0, 1.0, 2) for second in range(600)])

    assert in_order(each_second).at_s.tolist() == [7.0, 120.0, 240.0, 360.0, 480.0, 600.0]


@given(
    readings=st.lists(
        st.tuples(st.sampled_from(["M001", "M002"]), st.integers(0, 900_000), st.integers(1, 2), st.integers(1, 9)),
        min_size=1,
        max_size=40,
        unique_by=lambda row: (row[0], row[2], row[3]),
    )
)
def test_a_table_is_thinned_as_readings_are(readings: list[tuple[str, int, int, int]]) -> None:
    """What is left of a table is what would have been used of it, machine by machine."""
    device_id, at_ms, run, seq = (list(column) for column in zip(*readings, strict=True))
    count = len(seq)
    table = pa.table({
        "device_id": device_id, "timestamp": pa.array(at_ms, pa.timestamp("ms", "UTC")), "run": run, "seq": seq,
        "temp": [1.0] * count, "vibration": [1.0] * count, "rpm": [1.0] * count, "power": [1.0] * count,
        "state": ["running"] * count,
    })  # fmt: skip
    few = thinned(table)

    assert few.num_rows == sum(len(some) for _, some in by_machine(table))
    for (name, used), (same, left) in zip(by_machine(table), by_machine(few), strict=True):
        assert (name, used.at_s.tolist(), used.seq.tolist()) == (same, left.at_s.tolist(), left.seq.tolist())


def test_machines_come_apart_by_name(make_readings: Callable[..., Readings]) -> None:
    """Rows of machines that are mixed in a table come out by machine, sorted by name; a silent sensor is NaN."""
    table = pa.table({
        "device_id": ["M002", "M001", "M002"],
        "timestamp": pa.array([120_000, 0, 60_000], pa.timestamp("ms")),
        "run": [1, 1, 1], "seq": [2, 1, 1], "temp": [2.0, None, 1.0], "vibration": [1.0] * 3, "rpm": [1.0] * 3,
        "power": [1.0] * 3, "state": ["running", "off", "idle"],
    })  # fmt: skip
    found = dict(by_machine(table))

    assert list(found) == ["M001", "M002"]
    assert found["M002"].at_s.tolist() == [60.0, 120.0]
    assert np.isnan(found["M001"].temp).all()
