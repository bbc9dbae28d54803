"""Series and labelled windows of the Numenta Anomaly Benchmark, as it publishes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maintenance.errors import DataError
from maintenance.evaluation.nab.scorer import Window
from maintenance.evaluation.reading import find, lines, number_of, table

FILES = ("machine_temperature_system_failure.csv", "ambient_temperature_system_failure.csv")
"""The two that tell of machines, of the benchmark's `realKnownCause`."""
WINDOWS = "combined_windows.json"
_FOLDER = "realKnownCause"


@dataclass(frozen=True, slots=True)
class Series:
    """A series and where its anomalies are.

    Attributes:
        name: of its file.
        time_s: when each row was read [s since 1970], as the file's clock told; shape [rows].
        values: what was read, in the file's unit; shape [rows].
        windows: rows around the labelled anomalies.
    """

    name: str
    time_s: NDArray[np.float64]
    values: NDArray[np.float64]
    windows: tuple[Window, ...]


def read_series(directory: Path, name: str) -> Series:
    """A series of the benchmark from a directory: flat, or laid out as the benchmark's repository.

    Raises:
        DataError: a file is missing or malformed.
    """
    path, windows_path = _place(directory, "data", name), _place(directory, "labels", WINDOWS)
    moments: list[datetime] = []
    values: list[float] = []
    for line, row in table(path, ("timestamp", "value")):
        moments.append(_moment(row["timestamp"], path, line))
        values.append(number_of(row["value"], "value", path, line))
    rows = {moment: row for row, moment in reversed(list(enumerate(moments)))}
    windows = tuple(
        (_row(left, rows, windows_path), _row(right, rows, windows_path))
        for left, right in _windows(windows_path, name)
    )
    if any(left > right for left, right in windows) or any(a[1] >= b[0] for a, b in pairwise(windows)):
        raise DataError(f"the windows of {name} overlap or are not in order", file=windows_path)
    time_s = np.array([moment.timestamp() for moment in moments])
    return Series(name, time_s, np.array(values), windows)


def _place(directory: Path, part: str, name: str) -> Path:
    """Where a file is: right here, or in its part of the benchmark's repository."""
    inside = directory / part / _FOLDER if part == "data" else directory / part
    there = any((inside / each).is_file() for each in (name, f"{name}.gz"))
    return find(inside if there else directory, name)


def _windows(path: Path, name: str) -> list[tuple[datetime, datetime]]:
    """First and last moment of each window of a series."""
    try:
        labelled = json.loads("\n".join(line for _, line in lines(path)))
        found = labelled[f"{_FOLDER}/{name}"]
        return [(_moment(left, path, None), _moment(right, path, None)) for left, right in found]
    except json.JSONDecodeError as error:
        raise DataError(f"this is not JSON: {error.msg}", file=path, line=error.lineno) from error
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"there are no windows of {_FOLDER}/{name}", file=path) from error


def _moment(text: object, path: Path, line: int | None) -> datetime:
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)
    except ValueError:
        raise DataError(f"timestamp {text!r} is not a time", file=path, line=line) from None


def _row(moment: datetime, rows: dict[datetime, int], path: Path) -> int:
    """The first row at a moment; windows begin and end at rows."""
    if moment not in rows:
        raise DataError(
            f"a window begins or ends at {moment:%Y-%m-%d %H:%M:%S}, where the series has no row", file=path
        )
    return rows[moment]
