r"""The archive's JSON lines as columns.

Arrow's reader parses whole objects at once, and gives up on the whole object for one bad line. Then, and when a row is
no telemetry, the lines are read one by one, so that the good ones land and the bad ones can be shown.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.json as arrow_json

from contracts.telemetry import VehicleSignal
from maintenance.lake.tables import ARROW_TYPES, CURATED, FLEET_LINE, Column, Kind

_INT64 = range(-(2**63), 2**63)
_BLOCK = 4 * 2**20
"""What Arrow parses at a time; a line must not be longer [bytes]."""
_NESTED = 1000
"""With more values within values the lines are read one by one: Arrow takes any depth, and at 20,000 the stack ends."""


def _columns() -> dict[str, Column]:
    found = {column.name: column for table in CURATED for column in table.columns}
    found["plant"] = Column("plant", "text", "Name of the plant")
    # AWS IoT's timestamp() is a whole number of milliseconds.
    found["received_at"] = Column("received_at", "whole", "When it came [ms since 1970]")
    return found


COLUMNS = _columns()
"""What a line of the archive may have: the signals of machines and of vehicles, and what the rule adds."""
SCHEMA = pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in COLUMNS.values()])
_MACHINES_SCHEMA = pa.schema([field for field in SCHEMA if field.name not in set(VehicleSignal)])


class GoodLine(NamedTuple):
    """A line that is an object with values of the right kinds."""

    number: int
    text: bytes
    values: dict[str, Any]


class BadLine(NamedTuple):
    """A line that is none, and why."""

    number: int
    text: bytes
    reason: str


def parse_quickly(text: bytes) -> pa.Table | None:
    r"""All lines at once; None if one of them stands in the way.

    Returns:
        A row a line, with the columns that a message may have first; after them those that nobody knows.

    Example:
        >>> parse_quickly(b'{"device_id":"M001","seq":1}\n\n{"device_id":"M002","seq":2}\n')["seq"].to_pylist()
        [1, 2]
        >>> parse_quickly(b'{"device_id":"M001","seq":1}\nnonsense\n') is None
        True
    """
    if text.count(b"{") + text.count(b"[") - text.count(b"\n") > _NESTED:
        return None
    if b"NaN" in text or b"Inf" in text:  # Arrow takes them for numbers, and JSON has none
        return None
    # Columns that no line has cost a quarter of the time.
    schema = SCHEMA if f'"{FLEET_LINE}"'.encode() in text else _MACHINES_SCHEMA
    try:
        return arrow_json.read_json(
            pa.BufferReader(text),
            read_options=arrow_json.ReadOptions(use_threads=False, block_size=_BLOCK),
            parse_options=arrow_json.ParseOptions(explicit_schema=schema),
        )
    except pa.ArrowInvalid:
        return None


def parse_slowly(text: bytes) -> tuple[list[GoodLine], list[BadLine], Counter[str]]:
    """Line by line: good ones, bad ones, and how often which unknown field was there."""
    good: list[GoodLine] = []
    bad: list[BadLine] = []
    unknown: Counter[str] = Counter()
    for number, line in _lines(text):
        try:
            found = _object(line)
            unknown.update(name for name in found.keys() - COLUMNS.keys() if found[name] is not None)
            good.append(GoodLine(number, line, {name: _value(found, name) for name in COLUMNS}))
        except ValueError as error:
            bad.append(BadLine(number, line, str(error)))
    return good, bad, unknown


def rows_of(good: list[GoodLine]) -> pa.Table:
    """Good lines as the columns of `SCHEMA`."""
    return pa.Table.from_pylist([line.values for line in good], schema=SCHEMA)


def _lines(text: bytes) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(text.split(b"\n"), start=1):
        if line.strip():
            yield number, line.rstrip(b"\r")


def _object(line: bytes) -> dict[str, Any]:
    try:
        found = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ValueError("The line is no JSON.") from None
    if not isinstance(found, dict):
        raise ValueError("The line is no JSON object.")  # noqa: TRY004 - one kind of error for all bad lines
    if b"\\u" in line and not _is_unicode(found):
        raise ValueError("The line has half of a character: a surrogate without its other half.")
    return found


def _is_unicode(found: dict[str, Any]) -> bool:
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def _value(found: dict[str, Any], name: str) -> Any:
    value = found.get(name)
    return None if value is None else _READERS[COLUMNS[name].kind](value, name)


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} is no text.")  # noqa: TRY004
    return value


def _number(value: Any, name: str) -> float:
    # bool is an int to Python, and `true` is no number
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} is no number.")  # noqa: TRY004
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{name} is too large a number.") from None


def _whole(value: Any, name: str) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value not in _INT64:
        raise ValueError(f"{name} is no whole number.")
    return value


def _moment(value: Any, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None:
        raise ValueError(f"{name} is no time such as 2026-01-02T03:04:05.678Z.")
    # Without a zone it is UTC, as Arrow takes it; the archive's own lines have one.
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_READERS: dict[Kind, Callable[[Any, str], Any]] = {
    "text": _text,
    "number": _number,
    "whole": _whole,
    "moment": _moment,
}
