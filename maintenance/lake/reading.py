"""An object of the archive as rows of the lake's tables, and what of it is no telemetry.

Whether it is Parquet or JSON lines, compressed or not, its first bytes say; names of objects are other people's.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from maintenance.lake.checks import problems
from maintenance.lake.conform import UnfitError, conform, version_of, words_of
from maintenance.lake.json_lines import GoodLine, parse_quickly, parse_slowly, rows_of
from maintenance.lake.tables import FLEET_LINE, MACHINE_TELEMETRY, VEHICLE_TELEMETRY, Table

_PARQUET_MAGIC = b"PAR1"
_GZIP_MAGIC = b"\x1f\x8b"
_IN_THE_PATH = {"plant", "dt", "hour"}
_UNREADABLE = (OSError, EOFError, zlib.error, UnfitError, pa.ArrowException)


class Refusal(NamedTuple):
    """A line or row that is no telemetry, or a whole object that cannot be read.

    Attributes:
        number: of the line, or row, from 1; None: the whole object.
        reason: why, in a sentence.
        content: the line, the row as JSON, or the object.
    """

    number: int | None
    reason: str
    content: bytes


@dataclass(slots=True)
class ObjectRows:
    """What an object came to.

    Attributes:
        rows: by the name of their table, in its working columns.
        refused: what is no telemetry.
        unknown: fields that no table has, and how often each was there.
    """

    rows: dict[str, pa.Table] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class ParsedObject:
    """An object as its rows were written, before anybody has looked whether they are telemetry.

    Attributes:
        content: the object.
        rows: all of them; None if they can only be read one by one, or not at all.
    """

    content: bytes
    rows: pa.Table | None


def parse_object(content: bytes) -> ParsedObject:
    """An object of the archive as one table, if that can be."""
    try:
        if content.startswith(_PARQUET_MAGIC):
            return ParsedObject(content, _parquet_rows(content))
        text = _text(content)
    except _UNREADABLE:
        return ParsedObject(content, None)
    return ParsedObject(content, parse_quickly(text) if text.strip() else None)


def sift_quickly(rows: pa.Table, plant: str) -> ObjectRows | None:
    """Rows of one or more objects in their tables; None if anything is wrong with any of them.

    Args:
        rows: as they were written.
        plant: name of the plant in whose folder they lie.
    """
    found = ObjectRows()
    try:
        for table, some, _ in _by_table(rows):
            right = conform(some, table, version_of(rows.schema))
            if problems(_with_plant(right, some), table, plant):
                return None
            found.rows[table.name] = right
            found.unknown.update(_unknown(some, table))
    except (UnfitError, pa.ArrowException):
        return None
    return found


def read_object(content: bytes, plant: str) -> ObjectRows:
    r"""The rows of an object of the archive, and each that is no telemetry.

    Args:
        content: the object.
        plant: name of the plant in whose folder it lies.

    Example:
        >>> line = (b'{"device_id":"M001","timestamp":"2026-01-02T03:04:05.678Z","run":1,"seq":1,"temp":59,'
        ...         b'"state":"running","plant":"p","line":"line1","received_at":1767323045678}\n')
        >>> found = read_object(line + b'nonsense\n', "p")
        >>> found.rows["machine_telemetry"]["temp"].to_pylist(), found.refused[0].reason
        ([59.0], 'The line is no JSON.')
    """
    try:
        if content.startswith(_PARQUET_MAGIC):
            return _row_by_row(_parquet_rows(content), plant)
        return _line_by_line(_text(content), plant)
    except _UNREADABLE as error:
        # Of a torn object nothing lands: without its checksum nobody knows which of its lines are whole.
        return ObjectRows(refused=[Refusal(None, f"The object cannot be read: {_sentence(error)}", content)])


def _text(content: bytes) -> bytes:
    return gzip.decompress(content) if content.startswith(_GZIP_MAGIC) else content


def _sentence(error: Exception) -> str:
    return (" ".join(str(error).split()).rstrip(".") or "it ends too early") + "."


def _parquet_rows(content: bytes) -> pa.Table:
    try:
        # Half the time of `read_table`, which takes each file for a data set.
        rows = pq.ParquetFile(pa.BufferReader(content)).read(use_threads=False)
    except pa.ArrowException as error:
        raise UnfitError(str(error)) from error
    _refuse_unfit(rows)
    return rows


def _refuse_unfit(rows: pa.Table) -> None:
    """Refuse a file from which nobody could tell what its rows are."""
    if "line" not in rows.column_names:
        raise UnfitError("There is no column `line`, which says whether a row is a machine's or a vehicle's.")
    if twice := [name for name, count in Counter(rows.column_names).items() if count > 1]:
        raise UnfitError(f"There is more than one column `{twice[0]}`.")
    for name in ("line", "plant"):
        if name in rows.column_names and not _is_text(kind := rows.schema.field(name).type):
            raise UnfitError(f"{name} is {kind}, not string.")
    version_of(rows.schema)


def _is_text(kind: pa.DataType) -> bool:
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    return any(is_one(plain) for is_one in (pa.types.is_string, pa.types.is_large_string, pa.types.is_null))


def _by_table(rows: pa.Table) -> Iterator[tuple[Table, pa.Table, np.ndarray | None]]:
    """Rows of machines and of vehicles, and their numbers if these are not simply all."""
    if not rows.num_rows:
        return
    vehicles = _vehicles(rows)
    for table, mask in ((MACHINE_TELEMETRY, ~vehicles), (VEHICLE_TELEMETRY, vehicles)):
        if mask.all():
            yield table, rows, None
        elif mask.any():
            yield table, rows.filter(pa.array(mask)), np.flatnonzero(mask)


def _row_by_row(rows: pa.Table, plant: str) -> ObjectRows:
    found = ObjectRows()
    for table, some, numbers in _by_table(rows):
        _sift(found, table, some, plant, _row_teller(some, numbers))
        found.unknown.update(_unknown(some, table))
    return found


def _row_teller(rows: pa.Table, numbers: np.ndarray | None) -> Callable[[int], tuple[int, bytes]]:
    """Number of a row in its file, and the row as JSON."""

    def tell(place: int) -> tuple[int, bytes]:
        row = rows.slice(place, 1).to_pylist()[0]
        number = place if numbers is None else int(numbers[place])
        return number + 1, json.dumps(row, default=str).encode()

    return tell


def _unknown(rows: pa.Table, table: Table) -> dict[str, int]:
    """Fields that the table does not have, and how many rows have them."""
    names = set(rows.column_names) - _IN_THE_PATH - {column.name for column in table.columns}
    counts = {name: rows.num_rows - rows[name].null_count for name in sorted(names)}
    return {name: count for name, count in counts.items() if count}


def _line_by_line(text: bytes, plant: str) -> ObjectRows:
    good, bad, unknown = parse_slowly(text)
    found = ObjectRows(refused=[Refusal(*line[::2], line.text) for line in bad], unknown=unknown)
    for table, is_vehicle in ((MACHINE_TELEMETRY, False), (VEHICLE_TELEMETRY, True)):
        lines = [line for line in good if (line.values["line"] == FLEET_LINE) is is_vehicle]
        if lines:
            rows = rows_of(lines)
            _sift(found, table, rows, plant, _line_teller(lines))
            found.unknown.update(_unknown(rows, table))
    found.refused.sort(key=lambda one: one.number or 0)
    return found


def _line_teller(lines: list[GoodLine]) -> Callable[[int], tuple[int, bytes]]:
    return lambda place: (lines[place].number, lines[place].text)


def _vehicles(rows: pa.Table) -> np.ndarray:
    """Which rows are vehicles'."""
    words = words_of(rows["line"])
    if FLEET_LINE not in words:
        return np.zeros(rows.num_rows, dtype=bool)
    if words == {FLEET_LINE} and not rows["line"].null_count:
        return np.ones(rows.num_rows, dtype=bool)
    mask = pc.fill_null(pc.equal(rows["line"], FLEET_LINE), False)
    vehicles: np.ndarray = mask.to_numpy()
    return vehicles


def _sift(
    found: ObjectRows, table: Table, rows: pa.Table, plant: str, tell: Callable[[int], tuple[int, bytes]]
) -> None:
    """Put rows where they belong: into the table, or aside with the reason."""
    right = conform(rows, table, version_of(rows.schema))
    wrong = problems(_with_plant(right, rows), table, plant)
    if wrong:
        for place, reason in sorted(wrong.items()):
            number, content = tell(place)
            found.refused.append(Refusal(number, reason, content))
        keep = np.ones(right.num_rows, dtype=bool)
        keep[list(wrong)] = False
        right = right.filter(pa.array(keep))
    if right.num_rows:
        found.rows[table.name] = right


def _with_plant(right: pa.Table, rows: pa.Table) -> pa.Table:
    """Rows with the plant that they tell, if they do; the table has it in its path."""
    return right.append_column("plant", rows["plant"]) if "plant" in rows.column_names else right
