"""The files of the Skoltech Anomaly Benchmark: eight sensors of a pump's loop, each second, and what was done to it.

Katser and Kozitsin, "Skoltech Anomaly Benchmark (SKAB)", Kaggle 2020, doi 10.34740/KAGGLE/DSV/1693952.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maintenance.errors import DataError
from maintenance.evaluation.reading import number_of, table

ANOMALY, CHANGEPOINT, TIME = "anomaly", "changepoint", "datetime"
_NORMAL_FOLDER = "anomaly-free"


@dataclass(frozen=True, slots=True)
class Experiment:
    """One file.

    Attributes:
        path: the file.
        name: its folder and file, below the benchmark's `data`.
        values: of the sensors, NaN where one said nothing; shape [rows, sensors].
        anomalous: labelled so, shape [rows].
    """

    path: Path
    name: str
    values: NDArray[np.float64]
    anomalous: NDArray[np.bool_]


def read_experiments(directory: Path) -> list[Experiment]:
    """All experiments with anomalies below a directory, by name; `anomaly-free` is left out, as the protocol does.

    Args:
        directory: the benchmark's folder `data`, or its repository.

    Raises:
        DataError: there are none, or a file is malformed.
    """
    if not directory.is_dir():
        raise DataError("there is no such directory", file=directory, remedy="Name the benchmark's folder `data`.")
    if (directory / "data").is_dir():
        directory = directory / "data"
    paths = [path for path in sorted(directory.rglob("*.csv*")) if _is_experiment(path, directory)]
    if not paths:
        remedy = "It holds valve1/, valve2/ and other/, with files of sensors in them."
        raise DataError("there is no experiment in this directory", file=directory, remedy=remedy)
    return [_read(path, path.relative_to(directory).as_posix()) for path in paths]


def _is_experiment(path: Path, directory: Path) -> bool:
    """Whether it is one, gzipped or not; what editors and archivers leave behind begins with a dot or two lines."""
    parts = path.relative_to(directory).parts
    named = path.name.endswith(".csv") or (path.name.endswith(".csv.gz") and not path.with_suffix("").exists())
    return named and not any(part.startswith((".", "__")) or _NORMAL_FOLDER in part for part in parts)


def _read(path: Path, name: str) -> Experiment:
    values, anomalous = [], []
    for line, row in table(path, (TIME, ANOMALY), delimiter=";"):
        label = number_of(row[ANOMALY], ANOMALY, path, line)
        if label not in (0.0, 1.0):
            raise DataError(f"{ANOMALY} {label:g} is neither 0 nor 1", file=path, line=line)
        sensors = {column: text for column, text in row.items() if column not in (TIME, ANOMALY, CHANGEPOINT)}
        if not sensors:
            raise DataError("there is no column of a sensor", file=path, line=1)
        values.append(
            [number_of(text, column, path, line) if text.strip() else np.nan for column, text in sensors.items()]
        )
        anomalous.append(label == 1.0)
    return Experiment(path, name, np.array(values, dtype=np.float64), np.array(anomalous, dtype=bool))
