"""Readings as columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maintenance.features import Readings, by_machine, in_order, row_of

MESSAGE = {
    "device_id": "M001", "timestamp": "2026-01-02T03:04:05.678Z", "run": 3, "seq": 17, "temp": 59.2,
    "vibration": 0.42, "rpm": 1425, "power": 7.5, "state": "running",
}  # fmt: skip


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


def test_a_message_and_a_table_give_the_same_row() -> None:
    """What is read from the lake is what the broker delivered, to the last bit."""
    moment = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
    table = pa.table({
        **{name: [value] for name, value in MESSAGE.items()},
        "timestamp": pa.array([moment.replace(tzinfo=None)], pa.timestamp("ms")),
    })  # fmt: skip
    [(name, from_table)] = by_machine(table)
    from_message = Readings.of([row_of(MESSAGE)])

    assert name == "M001"
    for column in Readings.__dataclass_fields__:
        assert getattr(from_table, column).tolist() == getattr(from_message, column).tolist()


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


@pytest.mark.parametrize(
    "wrong",
    [
        {"timestamp": "2026-01-02T03:04:05"},
        {"timestamp": 7},
        {"state": "asleep"},
        {"temp": "warm"},
        {"temp": float("inf")},
        {"seq": "first"},
        {"run": 10**30},
    ],
)
def test_what_is_no_telemetry_is_refused(wrong: dict[str, object]) -> None:
    """A time without a zone, an unknown state or a text for a number is no reading."""
    with pytest.raises(ValueError, match=r"\S"):
        row_of(MESSAGE | wrong)
