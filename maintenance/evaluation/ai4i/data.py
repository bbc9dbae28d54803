"""The AI4I 2020 set: ten thousand states of a milling machine, and whether it failed.

Matzka, "Explainable artificial intelligence for predictive maintenance applications", AI4I 2020,
doi 10.1109/AI4I49448.2020.00023; UCI 601, CC BY 4.0. The five columns of failure modes make up the label; they are not
read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maintenance.errors import DataError
from maintenance.evaluation.reading import number_of, table

Floats = NDArray[np.float64]

FILE = "ai4i2020.csv"
TYPE, LABEL = "Type", "Machine failure"
MEASURED = (
    "Air temperature [K]",
    "Process temperature [K]",
    "Rotational speed [rpm]",
    "Torque [Nm]",
    "Tool wear [min]",
)
_QUALITIES = "LMH"


@dataclass(frozen=True, slots=True)
class Milling:
    """The set.

    Attributes:
        quality: of the product: 0 low, 1 medium, 2 high; shape [rows].
        measured: columns as in `MEASURED`, shape [rows, 5].
        failed: shape [rows].
    """

    quality: NDArray[np.intp]
    measured: Floats
    failed: NDArray[np.bool_]


def read_milling(path: Path) -> Milling:
    """The set from its file as UCI publishes it.

    Raises:
        DataError: the file is missing or malformed.
    """
    quality, measured, failed = [], [], []
    for line, row in table(path, (TYPE, *MEASURED, LABEL)):
        if row[TYPE] not in tuple(_QUALITIES):
            raise DataError(f"{TYPE} {row[TYPE]!r} is none of L, M, H", file=path, line=line)
        if row[LABEL].strip() not in ("0", "1"):
            raise DataError(f"{LABEL} {row[LABEL]!r} is neither 0 nor 1", file=path, line=line)
        quality.append(_QUALITIES.index(row[TYPE]))
        measured.append([number_of(row[column], column, path, line) for column in MEASURED])
        failed.append(row[LABEL].strip() == "1")
    return Milling(np.array(quality), np.array(measured), np.array(failed))


def milling_features(milling: Milling) -> Floats:
    """What is measured, and what follows from it by mechanics, shape [rows, 12].

    The difference of temperatures drives the heat away [K]; torque times angular speed is the power at the spindle [W];
    tool wear times torque strains the tool [min Nm], each quality of product in a column of its own, since they bear
    different strains.

    Example:
        >>> one = Milling(np.array([1]), np.array([[300.0, 310.0, 1500.0, 40.0, 100.0]]), np.array([False]))
        >>> milling_features(one)[0].round(1).tolist()
        [1.0, 300.0, 310.0, 1500.0, 40.0, 100.0, 10.0, 6283.2, 4000.0, 0.0, 4000.0, 0.0]
    """
    air_k, process_k, speed_rpm, torque_nm, wear_min = milling.measured.T
    power_w = torque_nm * speed_rpm * math.tau / 60.0
    strain = wear_min * torque_nm
    by_quality = np.where(milling.quality[:, None] == np.arange(len(_QUALITIES)), strain[:, None], 0.0)
    derived = np.column_stack([process_k - air_k, power_w, strain])
    return np.hstack([milling.quality[:, None], milling.measured, derived, by_quality])
