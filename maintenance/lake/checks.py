"""What a row must be to be telemetry: by the same limits as `contracts.telemetry` and the rule `archive`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel

from contracts.telemetry import DEVICE_ID_PATTERN, MachineState, MachineTelemetry, VehicleTelemetry
from maintenance.lake.conform import words_of
from maintenance.lake.tables import MACHINE_TELEMETRY, Table

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
"""Between these a moment is taken for one; they are those of `factory backfill --start`."""
_STATES = {state.value for state in MachineState}
_DEVICE_ID = re.compile(DEVICE_ID_PATTERN)


class _Range(NamedTuple):
    """What a number may be, ends included; None: no end."""

    name: str
    low: float | None
    high: float | None

    def __str__(self) -> str:
        if self.high is None:
            return f"from {self.low:g}"
        return f"from {self.low:g} to {self.high:g}"


def problems(rows: pa.Table, table: Table, plant: str) -> dict[int, str]:
    """What is wrong with rows, by their number; nothing if all are telemetry.

    Args:
        rows: in the working columns of the table; a column `plant`, where it is there, is compared with the folder's.
        table: which table it is.
        plant: name of the plant in whose folder the rows lie.

    Returns:
        A sentence for each row with a problem: its first one.
    """
    found: dict[int, str] = {}
    for which, sentences in _findings(rows, table, plant):
        for number, sentence in zip(which, sentences, strict=True):
            found.setdefault(number, sentence)
    return found


Finding = tuple[list[int], list[str]]


def _findings(rows: pa.Table, table: Table, plant: str) -> Iterator[Finding]:
    for column in table.columns:
        if column.required and rows.column(column.name).null_count:
            which = _numbers(pc.is_null(rows.column(column.name)))
            yield which, [f"{column.name} is missing."] * len(which)
        if column.kind == "moment":
            yield from _out_of_time(rows.column(column.name), column.name)
    yield from _words(rows, "device_id", lambda word: _DEVICE_ID.fullmatch(word) is not None, "no name of a device")
    if table is MACHINE_TELEMETRY:
        yield from _words(rows, "state", _STATES.__contains__, f"none of {', '.join(sorted(_STATES))}")
    if "plant" in rows.column_names:
        yield from _words(rows, "plant", plant.__eq__, f"not the plant of its folder, {plant}")
    for limits in _ranges(table):
        yield from _outside(rows.column(limits.name), limits)


def _words(rows: pa.Table, name: str, is_right: Any, wrong: str) -> Iterator[Finding]:
    """Rows whose word is wrong; only different words are looked at."""
    column = rows.column(name)
    bad = sorted(word for word in words_of(column) if not is_right(word))
    if bad:
        words = column.cast(pa.string())
        which = _numbers(pc.is_in(words, pa.array(bad, pa.string())))
        yield which, [f"{name} is {word!r}, {wrong}." for word in words.take(which).to_pylist()]


def _outside(column: pa.ChunkedArray, limits: _Range) -> Iterator[Finding]:
    ends = pc.min_max(column).as_py()
    inside = ends["min"] is None or not (_below(ends["min"], limits) or _above(ends["max"], limits))
    # The ends of numbers among which is a NaN are those of the others.
    if inside and not (pa.types.is_floating(column.type) and pc.any(pc.is_nan(column)).as_py()):
        return
    values = column.to_pylist()
    which = [
        number for number, value in enumerate(values)
        if value is not None and (_below(value, limits) or _above(value, limits))
    ]  # fmt: skip
    yield which, [f"{limits.name} is {values[number]:g}, not {limits}." for number in which]


def _out_of_time(column: pa.ChunkedArray, name: str) -> Iterator[Finding]:
    """Moments of a clock that cannot be right; they would make days, and folders, without end."""
    earliest, latest = (pa.scalar(moment, column.type) for moment in (EARLIEST, LATEST))
    ends = pc.min_max(column)
    if not ends["min"].is_valid or (ends["min"].value >= earliest.value and ends["max"].value < latest.value):
        return
    which = _numbers(pc.or_(pc.less(column, earliest), pc.greater_equal(column, latest)))
    yield which, [f"{name} is not between the years {EARLIEST.year} and {LATEST.year}."] * len(which)


def _below(value: float, limits: _Range) -> bool:
    return limits.low is not None and not value >= limits.low  # a NaN is outside of everything


def _above(value: float, limits: _Range) -> bool:
    return limits.high is not None and not value <= limits.high


@cache
def _ranges(table: Table) -> tuple[_Range, ...]:
    """Limits of the numbers of a table, from the model of its messages."""
    model: type[BaseModel] = MachineTelemetry if table is MACHINE_TELEMETRY else VehicleTelemetry
    limits = []
    for name, field in model.model_fields.items():
        low = next((one.ge for one in field.metadata if hasattr(one, "ge")), None)
        high = next((one.le for one in field.metadata if hasattr(one, "le")), None)
        if low is not None or high is not None:
            limits.append(_Range(name, low, high))
    return tuple(limits)


def _numbers(mask: pa.ChunkedArray) -> list[int]:
    numbers: list[int] = pc.indices_nonzero(pc.fill_null(mask, False)).to_pylist()
    return numbers
