"""Scores of many weightings at once are those of scikit-learn one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss, precision_score, recall_score

from maintenance.fleet_model.scores import (
    average_precision,
    brier_score,
    calibration_error,
    precision_at,
    recall_at,
)

ROWS = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9]), st.integers(1, 3)), min_size=2, max_size=40
).filter(lambda rows: any(row[0] for row in rows) and any(not row[0] for row in rows))


@given(ROWS)
def test_each_score_is_scikit_learns(rows: list[tuple[bool, float, int]]) -> None:
    """With ties among the scores, which are one step, and with rows that count more than once."""
    due, told, weight = (np.array(column) for column in zip(*rows, strict=True))
    weights = np.stack([np.ones(len(rows)), weight.astype(float)])
    for place, some in enumerate(weights):
        expected = average_precision_score(due, told, sample_weight=some)
        assert average_precision(due, told, weights)[place] == pytest.approx(expected)
        expected = brier_score_loss(due, told, sample_weight=some)
        assert brier_score(due, told, weights)[place] == pytest.approx(expected)
        for score, theirs in ((precision_at, precision_score), (recall_at, recall_score)):
            expected = theirs(due, told >= 0.5, sample_weight=some, zero_division=0.0)
            assert score(0.5)(due, told, weights)[place] == pytest.approx(expected)


def test_nobody_due_has_no_precision() -> None:
    """Instead of a division by zero."""
    assert average_precision(np.zeros(3, bool), np.ones(3), np.ones((1, 3))).tolist() == [0.0]


def test_whoever_says_how_it_is_has_no_error() -> None:
    """0.3 where three of ten are due, 0.8 where eight are; said the other way round it is 0.4 and 0.6 off."""
    due = np.array(([True] * 3 + [False] * 7) * 5 + ([True] * 8 + [False] * 2) * 5)
    told = np.repeat([0.3, 0.8], 50)
    once = np.ones((1, 100))
    assert calibration_error(due, told, once)[0] == pytest.approx(0.0)
    assert calibration_error(due, 1 - told, once)[0] == pytest.approx((0.4 + 0.6) / 2)
