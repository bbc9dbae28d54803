"""The files of C-MAPSS: runs to failure, runs that end before, and what these had left.

Saxena, Goebel, Simon, Eklund, "Damage propagation modeling for aircraft engine run-to-failure simulation", PHM 2008,
doi 10.1109/PHM.2008.4711414. A line is a flight of an engine: its number, the flight's number from 1, three operating
settings and 21 sensors.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maintenance.errors import DataError
from maintenance.evaluation.reading import find, lines, number_of

Floats = NDArray[np.float64]

SUBSETS = ("FD001", "FD002", "FD003", "FD004")
_SETTINGS, _SENSORS = 3, 21


@dataclass(frozen=True, slots=True)
class Engine:
    """A run of an engine from its first flight on.

    Attributes:
        settings: shape [flights, 3].
        sensors: shape [flights, 21].
    """

    settings: Floats
    sensors: Floats


@dataclass(frozen=True, slots=True)
class Subset:
    """One of the four sets.

    Attributes:
        train: engines that ran until they failed.
        test: engines whose record ends earlier.
        test_rul: flights that each of these had left after its last one, shape [engines].
    """

    train: tuple[Engine, ...]
    test: tuple[Engine, ...]
    test_rul: Floats


def read_subset(directory: Path, subset: str) -> Subset:
    """One of the sets, from files as NASA names them, gzipped or not.

    Args:
        directory: where `train_FD001.txt`, `test_FD001.txt` and `RUL_FD001.txt` are.
        subset: one of `SUBSETS`.

    Raises:
        DataError: a file is missing or malformed.
    """
    train = _engines(find(directory, f"train_{subset}.txt"))
    test = _engines(find(directory, f"test_{subset}.txt"))
    rul_path = find(directory, f"RUL_{subset}.txt")
    rul = [_flights_left(text, rul_path, number) for number, text in lines(rul_path) if text.strip()]
    if len(rul) != len(test):
        raise DataError(f"{len(test)} engines are tested, here are {len(rul)} of them", file=rul_path)
    return Subset(train, test, np.array(rul))


def _flights_left(text: str, path: Path, line: int) -> float:
    left = number_of(text, "RUL", path, line)
    if left < 0:
        raise DataError(f"RUL {text.strip()} is negative", file=path, line=line)
    return left


def _engines(path: Path) -> tuple[Engine, ...]:
    """The engines of a file, in its order."""
    runs: list[list[list[float]]] = []
    engine = 0.0
    for number, text in lines(path):
        if not text.strip():
            continue
        row = _row(text, path, number)
        if not runs or row[0] != engine:
            engine = row[0]
            runs.append([])
        if row[1] != len(runs[-1]) + 1:
            problem = f"flight {row[1]:g} of engine {engine:g} is not flight {len(runs[-1]) + 1}"
            raise DataError(problem, file=path, line=number, remedy="An engine's flights stand together, from 1.")
        runs[-1].append(row)
    if not runs:
        raise DataError("the file is empty", file=path)
    return tuple(_engine(np.array(run)) for run in runs)


def _engine(run: Floats) -> Engine:
    return Engine(settings=run[:, 2 : 2 + _SETTINGS], sensors=run[:, 2 + _SETTINGS :])


def _row(text: str, path: Path, line: int) -> list[float]:
    fields = text.split()
    if len(fields) != 2 + _SETTINGS + _SENSORS:
        needed = 2 + _SETTINGS + _SENSORS
        raise DataError(f"{needed} columns are needed, here are {len(fields)}", file=path, line=line)
    return [number_of(field, f"column {column}", path, line) for column, field in enumerate(fields, start=1)]
