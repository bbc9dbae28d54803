"""Rows in order, each message once, however they came."""

from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from maintenance.lake.conform import conform
from maintenance.lake.merging import merge
from maintenance.lake.tables import MACHINE_TELEMETRY

Row = dict[str, Any]

_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "device_id": st.sampled_from(["M10", "M2", "m1"]),
            "run": st.integers(1, 2),
            "seq": st.integers(1, 4),
            "timestamp": st.integers(0, 3),
            "received_at": st.one_of(st.none(), st.integers(0, 2)),
            "temp": st.one_of(st.none(), st.sampled_from([1.0, 2.0])),
            "state": st.sampled_from(["running", "idle"]),
        }
    ),
    min_size=1,
    max_size=30,
)


def _table(rows: list[Row]) -> pa.Table:
    return conform(pa.Table.from_pylist(rows), MACHINE_TELEMETRY)


def _number(value: int | None) -> float:
    return float("inf") if value is None else value


def _plainly(rows: list[Row]) -> list[Row]:
    """The same in plain Python: of each message the copy that came first, by device and time."""

    def preferred(row: Row) -> tuple[Any, ...]:
        # As the module says: when it came, then what it tells; null is behind everything.
        return _number(row["received_at"]), row["timestamp"], _number(row["temp"]), row["state"]

    kept: dict[tuple[str, int, int], Row] = {}
    for row in rows:
        message = row["device_id"], row["run"], row["seq"]
        if message not in kept or preferred(row) < preferred(kept[message]):
            kept[message] = row
    return sorted(kept.values(), key=lambda row: (row["device_id"], row["timestamp"], row["run"], row["seq"]))


def _told(table: pa.Table) -> list[Row]:
    names = ["device_id", "run", "seq", "timestamp", "received_at", "temp", "state"]
    columns = {name: table[name] for name in names}
    for name in ("timestamp", "received_at"):
        columns[name] = columns[name].cast(pa.int64())
    return pa.table(columns).to_pylist()


@settings(deadline=None)
@given(_ROWS)
def test_each_message_lands_once_in_order(rows: list[Row]) -> None:
    """As plain Python would do it."""
    merged = merge([_table(rows)])
    expected = _plainly(rows)
    assert _told(merged.rows) == [{name: row[name] for name in _told(merged.rows)[0]} for row in expected]
    assert merged.repeated == len(rows) - len(expected)


@settings(deadline=None)
@given(_ROWS, st.data())
def test_the_way_in_which_rows_came_does_not_matter(rows: list[Row], data: st.DataObject) -> None:
    """Shuffled, in two parts, one of them in order already: the same."""
    shuffled = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    first, second = shuffled[:cut], shuffled[cut:]
    parts = [merge([_table(first)]).rows] if first else []
    parts += [_table(second)] if second else []
    assert merge(parts).rows.equals(merge([_table(rows)]).rows) or _told(merge(parts).rows) == _told(
        merge([_table(rows)]).rows
    )


def test_the_copy_that_came_first_is_kept() -> None:
    """A message that was delivered twice: the second one says something else, and is left out."""
    row = {"device_id": "M1", "run": 1, "seq": 1, "timestamp": 5, "state": "running"}
    merged = merge([_table([row | {"received_at": 9, "temp": 2.0}, row | {"received_at": 8, "temp": 1.0}])])
    assert merged.rows["temp"].to_pylist() == [1.0]
    assert merged.repeated == 1
