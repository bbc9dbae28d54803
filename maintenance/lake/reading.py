"""An object of the archive as rows of the lake's tables, and what of it is no telemetry.

Whether it is Parquet or JSON lines, compressed or not, its first bytes say; names of objects are other people's.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from maintenance.lake.checks import problems
from maintenance.lake.conform import TEXT, UnfitError, conform, version_of
from maintenance.lake.json_lines import GoodLine, parse_quickly, parse_slowly, rows_of
from maintenance.lake.tables import CURATED, FLEET_LINE, MACHINE_TELEMETRY, VEHICLE_TELEMETRY, Table

_PARQUET_MAGIC = b"PAR1"
_GZIP_MAGIC = b"\x1f\x8b"
_IN_THE_PATH = {"plant", "dt", "hour"}


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

    def add(self, table: Table, rows: pa.Table) -> None:
        """Rows of a table."""
        if rows.num_rows:
            self.rows[table.name] = rows


def read_object(content: bytes, plant: str) -> ObjectRows:
    r"""The rows of an object of the archive.

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
            return _parquet(content, plant)
        text = gzip.decompress(content) if content.startswith(_GZIP_MAGIC) else content
    except (OSError, EOFError, zlib.error, UnfitError) as error:
        # Of a torn object nothing lands: without its checksum nobody knows which of its lines are whole.
        return ObjectRows(refused=[Refusal(None, f"The object cannot be read: {_sentence(error)}", content)])
    return _json_lines(text, plant)


def _sentence(error: Exception) -> str:
    return (" ".join(str(error).split()).rstrip(".") or "it ends too early") + "."


def _parquet(content: bytes, plant: str) -> ObjectRows:
    try:
        rows = pq.read_table(pa.BufferReader(content), use_threads=False)
    except pa.ArrowInvalid as error:
        raise UnfitError(str(error)) from error
    if "line" not in rows.column_names:
        raise UnfitError("There is no column `line`, which says whether a row is a machine's or a vehicle's.")
    vehicles = _vehicles(rows)
    found = ObjectRows()
    for table, mask in ((MACHINE_TELEMETRY, ~vehicles), (VEHICLE_TELEMETRY, vehicles)):
        some, numbers = (rows, None) if mask.all() else (rows.filter(pa.array(mask)), np.flatnonzero(mask))
        if some.num_rows:
            _sift(found, table, some, plant, _row_teller(some, numbers))
            found.unknown.update(dict.fromkeys(_unknown_names(some, table), some.num_rows))
    return found


def _row_teller(rows: pa.Table, numbers: np.ndarray | None) -> Callable[[int], tuple[int, bytes]]:
    """Number of a row in its file, and the row as JSON."""

    def tell(place: int) -> tuple[int, bytes]:
        row = rows.slice(place, 1).to_pylist()[0]
        number = place if numbers is None else int(numbers[place])
        return number + 1, json.dumps(row, default=str).encode()

    return tell


def _unknown_names(rows: pa.Table, table: Table) -> set[str]:
    return set(rows.column_names) - {column.name for column in table.columns} - _IN_THE_PATH


def _json_lines(text: bytes, plant: str) -> ObjectRows:
    if not text.strip():
        return ObjectRows()
    quick = parse_quickly(text)
    if quick is not None:
        found = ObjectRows()
        vehicles = _vehicles(quick)
        for table, mask in ((MACHINE_TELEMETRY, ~vehicles), (VEHICLE_TELEMETRY, vehicles)):
            some = quick if mask.all() else quick.filter(pa.array(mask))
            if some.num_rows:
                _sift(found, table, some, plant, lambda place: (place, b""))
        if not found.refused:
            known = {column.name for table in CURATED for column in table.columns} | {"plant"}
            others = [name for name in quick.column_names if name not in known]
            found.unknown.update({name: len(quick) - quick[name].null_count for name in others})
            return found
    return _line_by_line(text, plant)


def _line_by_line(text: bytes, plant: str) -> ObjectRows:
    good, bad, unknown = parse_slowly(text)
    found = ObjectRows(refused=[Refusal(*line[::2], line.text) for line in bad], unknown=unknown)
    for table, is_vehicle in ((MACHINE_TELEMETRY, False), (VEHICLE_TELEMETRY, True)):
        lines = [line for line in good if (line.values["line"] == FLEET_LINE) is is_vehicle]
        if lines:
            _sift(found, table, rows_of(lines), plant, _line_teller(lines))
    found.refused.sort(key=lambda one: one.number or 0)
    return found


def _line_teller(lines: list[GoodLine]) -> Callable[[int], tuple[int, bytes]]:
    return lambda place: (lines[place].number, lines[place].text)


def _vehicles(rows: pa.Table) -> np.ndarray:
    """Which rows are vehicles'."""
    mask = pc.fill_null(pc.equal(rows["line"], FLEET_LINE), False)
    vehicles: np.ndarray = mask.to_numpy()
    return vehicles


def _sift(
    found: ObjectRows, table: Table, rows: pa.Table, plant: str, tell: Callable[[int], tuple[int, bytes]]
) -> None:
    """Put rows where they belong: into the table, or aside with the reason."""
    right = conform(rows, table, version_of(rows.schema))
    checked = right.append_column("plant", _plant(rows)) if "plant" in rows.column_names else right
    wrong = problems(checked, table, plant)
    if wrong:
        for place, reason in sorted(wrong.items()):
            number, content = tell(place)
            found.refused.append(Refusal(number, reason, content))
        keep = np.ones(right.num_rows, dtype=bool)
        keep[list(wrong)] = False
        right = right.filter(pa.array(keep))
    found.add(table, right)


def _plant(rows: pa.Table) -> pa.ChunkedArray:
    column = rows["plant"]
    return column if column.type == TEXT else column.cast(pa.string())
