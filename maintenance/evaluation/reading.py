"""Reading published data sets: text files, gzipped or not; whatever is wrong in them is told by file and line."""

from __future__ import annotations

import csv
import gzip
import math
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from maintenance.errors import DataError


def find(directory: Path, name: str) -> Path:
    """The file of that name, or the same with `.gz` behind it.

    Raises:
        DataError: the directory or the file is not there.
    """
    if not directory.is_dir():
        raise DataError("there is no such directory", file=directory, remedy="Name the one that holds the data set.")
    for candidate in (directory / name, directory / f"{name}.gz"):
        if candidate.is_file():
            return candidate
    raise DataError(f"there is neither {name} nor {name}.gz", file=directory)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text file with their numbers, from 1; a byte-order mark is not part of the first.

    Raises:
        DataError: it cannot be read, or is not text.
    """
    number = 0
    try:
        with _open(path) as file:
            for number, line in enumerate(file, start=1):
                yield number, line.rstrip("\r\n")
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise DataError(f"this cannot be read as text: {error}", file=path, line=number + 1) from error


def table(path: Path, columns: Sequence[str], delimiter: str = ",") -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a CSV file with a header, by column, with the numbers of their lines.

    Args:
        path: the file; blank lines are skipped.
        columns: those that there must be.
        delimiter: between columns.

    Raises:
        DataError: a column is missing, a row has more or fewer fields than the header, or it is no CSV.
    """
    numbered = lines(path)
    header: list[str] = []
    for number, line in numbered:
        if not line.strip():
            continue
        fields = _fields(line, delimiter, path, number)
        if not header:
            header = [field.strip() for field in fields]
            missing = [column for column in columns if column not in header]
            if missing:
                raise DataError(f"the column {missing[0]!r} is missing", file=path, line=number)
            continue
        if len(fields) != len(header):
            raise DataError(f"{len(header)} fields are needed, here are {len(fields)}", file=path, line=number)
        yield number, dict(zip(header, fields, strict=True))
    if not header:
        raise DataError("the file is empty", file=path)


def number_of(text: str, what: str, path: Path, line: int) -> float:
    """The finite number that a field holds.

    Raises:
        DataError: it holds something else.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise DataError(f"{what} {text.strip()!r} is not a number", file=path, line=line)
    return value


def _fields(line: str, delimiter: str, path: Path, number: int) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error as error:
        raise DataError(f"this is not a line of CSV: {error}", file=path, line=number) from None


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
