"""Features of a run so far: what they are, and that they know nothing of what is to come."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from maintenance.evaluation.cmapss.features import (
    principal_directions,
    run_features,
    trailing_mean,
    trailing_slope,
)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 1000), flights=st.integers(2, 120), cut=st.integers(1, 119))
def test_features_of_a_flight_do_not_depend_on_later_ones(seed, flights, cut):
    """What a run is cut to tells the same as the whole: a test engine is treated like a training engine."""
    run = np.random.default_rng(seed).normal(size=(flights, 3))
    until = min(cut, flights)
    long_means = np.cumsum(run, axis=0) / np.arange(1, flights + 1)[:, None]

    np.testing.assert_allclose(run_features(run[:until])[-1], run_features(run)[until - 1], atol=1e-9)
    np.testing.assert_allclose(run_features(run)[:, 9:12], long_means, atol=1e-9)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 1000), flights=st.integers(3, 60), over=st.integers(2, 80))
def test_means_and_slopes_are_those_of_plain_loops(seed, flights, over):
    """Against NumPy's mean and the textbook's least squares, with 200 flights² added to the spread."""
    values = np.random.default_rng(seed).normal(size=flights)
    window = values[max(0, flights - over) :]
    number = np.arange(len(window)) - (len(window) - 1) / 2
    slope = (number * (window - window.mean())).sum() / ((number**2).sum() + 200.0)

    assert np.isclose(trailing_mean(values[:, None], over)[-1, 0], window.mean())
    assert np.isclose(trailing_slope(values[:, None], over)[-1, 0], slope)


def test_the_first_direction_is_that_of_what_moves_together():
    """Two sensors with one wear and noise of their own, a third with noise alone."""
    random = np.random.default_rng(1)
    wear = 3 * random.normal(size=(500, 1))
    sensors = np.hstack([wear, wear, np.zeros((500, 1))]) + random.normal(size=(500, 3))

    first = principal_directions(sensors)[:, 0]

    np.testing.assert_allclose(first, [np.sqrt(0.5), np.sqrt(0.5), 0.0], atol=0.1)
