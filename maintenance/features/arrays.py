"""Names for the arrays of this package."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Names = npt.NDArray[np.str_]


@contextmanager
def unknown_allowed() -> Iterator[None]:
    """Within, NumPy's statistics of columns in which nothing is known are NaN without a warning."""
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore",
            "(All-NaN|Mean of empty|Degrees of freedom|invalid value encountered in scalar divide)",
            RuntimeWarning,
        )
        yield
