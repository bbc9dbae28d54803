"""Readings as columns."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from maintenance.features import Readings, by_machine, in_order, thinned
from maintenance.features.readings import at_pace


@given(order=st.permutations(range(12)), again=st.lists(st.integers(0, 11), max_size=8))
def test_order_of_arrival_and_repeats_do_not_matter(order: list[int], again: list[int]) -> None:
    """However messages come, and however often, each is there once, in the order of time."""
    rows = [(float(60 * number), 1, number + 1, 1.0 * number, 1.0, 1.0, 1.0, 2) for number in range(12)]
    arrived = Readings.of([rows[number] for number in [*order, *again]])

    assert in_order(arrived).seq.tolist() == list(range(1, 13))
    assert in_order(arrived).temp.tolist() == [float(number) for number in range(12)]


def test_a_new_run_is_no_repeat() -> None:
    """Numbers begin anew with a run, so the same number of another run is another message."""
    readings = Readings.of([(0.0, 1, 1, 1, 1, 1, 1, 2), (60.0, 2, 1, 2, 1, 1, 1, 2)])

    assert in_order(readings).run.tolist() == [1, 2]


@given(
    readings=st.lists(
        st.tuples(
            st.sampled_from(["M001", "M002"]),
            st.integers(0, 900_000),
            st.integers(1, 2),
            st.integers(1, 9),
            st.none() | st.integers(0, 50),
        ),
        min_size=1,
        max_size=40,
        unique_by=lambda row: (row[0], row[2], row[3]),
    ),
    cut=st.integers(0, 40),
)
def test_a_table_is_thinned_as_readings_are(readings: list[tuple[str, int, int, int, int | None]], cut: int) -> None:
    """What is left of a table, in one go or in parts, is what is used of it, by machine, with the same power."""
    device_id, at_ms, run, seq, power = (list(column) for column in zip(*readings, strict=True))
    count = len(seq)
    table = pa.table({
        "device_id": device_id, "timestamp": pa.array(at_ms, pa.timestamp("ms", "UTC")), "run": run, "seq": seq,
        "temp": [1.0] * count, "vibration": [1.0] * count, "rpm": [1.0] * count,
        "power": pa.array(power, pa.float64()), "state": ["running"] * count,
    })  # fmt: skip
    parts = [thinned(table.slice(0, cut)), thinned(table.slice(cut))]

    for few in (thinned(table), thinned(pa.concat_tables(parts)), thinned(thinned(table))):
        for (name, told), (same, left) in zip(by_machine(table), by_machine(few), strict=True):
            used = at_pace(told)
            assert (name, used.at_s.tolist(), used.seq.tolist()) == (same, left.at_s.tolist(), left.seq.tolist())
            np.testing.assert_allclose(left.driving, used.driving, rtol=1e-12)


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
