"""Scores of remaining life, by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maintenance.evaluation.cmapss.scores import nasa_score, rmse


def test_scores_are_as_calculated_by_hand():
    """Errors -13, 0 and 20: RMSE sqrt(569/3); score (e - 1) + 0 + (e² - 1) (Saxena et al. 2008, equation 13)."""
    predicted, true = np.array([87.0, 50.0, 120.0]), np.array([100.0, 50.0, 100.0])

    assert rmse(predicted, true) == pytest.approx(math.sqrt(569 / 3))
    assert nasa_score(predicted, true) == pytest.approx(math.e - 1 + math.e**2 - 1)


@given(error=st.floats(0.1, 100.0))
def test_too_late_costs_more_than_too_early(error):
    """An engine that fails in the air is worse than one that is looked at too soon."""
    true = np.array([100.0])

    assert nasa_score(true + error, true) > nasa_score(true - error, true) > 0
