"""The file of the milling machine, and what is made of it."""

import math
from pathlib import Path

import numpy as np
import pytest

from maintenance.errors import DataError
from maintenance.evaluation.ai4i.data import milling_features, read_milling

FILE = Path(__file__).parents[1] / "data" / "ai4i" / "ai4i2020.csv"
MODES = 5


def test_the_excerpt_is_read():
    """1,200 rows, of which 33 failed; the first as it stands in the file."""
    milling = read_milling(FILE)

    assert (len(milling.failed), int(milling.failed.sum())) == (1200, 33)
    assert milling.measured[0].tolist() == [298.1, 308.6, 1551.0, 42.8, 0.0]
    assert milling.quality[:3].tolist() == [1, 0, 0]


def test_the_modes_of_failure_leave_no_trace(tmp_path):
    """They make up the label: with all of them set to 0 nothing changes."""
    head, *rows = FILE.read_text(encoding="utf-8-sig").splitlines()
    blank = [",".join([*row.split(",")[:-MODES], *["0"] * MODES]) for row in rows]
    (tmp_path / "blank.csv").write_text("\n".join([head, *blank]))

    blanked, whole = read_milling(tmp_path / "blank.csv"), read_milling(FILE)

    np.testing.assert_array_equal(milling_features(blanked), milling_features(whole))
    np.testing.assert_array_equal(blanked.failed, whole.failed)


def test_features_follow_from_mechanics():
    """First row by hand: 308.6 K - 298.1 K; 42.8 Nm at 1,551 rpm is 6,951.6 W; an unworn tool is not strained."""
    first = milling_features(read_milling(FILE))[0]

    assert first[6] == pytest.approx(10.5)
    assert first[7] == pytest.approx(42.8 * 1551 * 2 * math.pi / 60)
    assert first[8:].tolist() == [0.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Machine failure", "Machine_failure", "line 1: the column 'Machine failure' is missing"),
        ("M14860,M,", "M14860,X,", "line 2: Type 'X' is none of L, M, H"),
        ("298.1,", "cold,", "line 2: Air temperature \\[K\\] 'cold' is not a number"),
        (",42.8,0,0,", ",42.8,0,2,", "line 2: Machine failure '2' is neither 0 nor 1"),
    ],
)
def test_a_malformed_file_is_told_by_its_line(tmp_path, old, new, told):
    """Whoever gave the file finds the spot."""
    (tmp_path / "spoilt.csv").write_text(FILE.read_text(encoding="utf-8-sig").replace(old, new, 1))

    with pytest.raises(DataError, match=told):
        read_milling(tmp_path / "spoilt.csv")
