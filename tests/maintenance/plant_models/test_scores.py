"""Scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score

from maintenance.plant_models.scores import (
    average_precision,
    by_machine_bootstrap,
    expected_calibration_error,
    macro_f1,
)


@given(rows=st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.9])), min_size=1, max_size=40))
def test_average_precision_is_that_of_scikit_learn(rows: list[tuple[bool, float]]) -> None:
    """With ties, too; without a positive row it is not a number."""
    truth, score = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    told = average_precision(truth, score)

    assert told == pytest.approx(average_precision_score(truth, score)) if truth.any() else np.isnan(told)


@given(rows=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=40))
def test_macro_f1_is_that_of_scikit_learn(rows: list[tuple[str, str]]) -> None:
    """Over the classes that there are in truth."""
    truth, told = (np.array(column) for column in zip(*rows, strict=True))
    expected = f1_score(truth, told, labels=np.unique(truth), average="macro", zero_division=0)

    assert macro_f1(truth, told) == pytest.approx(expected)


def test_rows_of_one_machine_are_not_many_witnesses() -> None:
    """A thousand rows of two machines that differ give an interval as wide as the machines are apart."""
    values = np.repeat([0.0, 1.0], 500)
    score = by_machine_bootstrap(lambda rows: float(values[rows].mean()), np.repeat(["a", "b"], 500))

    assert (score.value, score.low, score.high) == (0.5, 0.0, 1.0)


def test_probabilities_that_are_kept() -> None:
    """Of rows told 0.8, four fifths come true: no error. Told 0.8 and never true: 0.8."""
    told = np.full(5, 0.8)

    assert expected_calibration_error(np.array([1.0, 1, 1, 1, 0]), told) == pytest.approx(0.0)
    assert expected_calibration_error(np.zeros(5), told) == pytest.approx(0.8)
