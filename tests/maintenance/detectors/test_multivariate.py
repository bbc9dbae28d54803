"""The detector on several signals: what it finds, what it leaves alone, and that it may be fed as one likes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import mahalanobis

from maintenance.detectors.multivariate import MultivariateSettings, fit, score


def _machine(rows: int, seed: int) -> np.ndarray:
    """Three signals that follow one load, and one of their own; each reading hangs together with the one before."""
    rng = np.random.default_rng(seed)
    load = np.zeros(rows)
    for row in range(1, rows):
        load[row] = 0.9 * load[row - 1] + rng.normal()
    return np.column_stack(
        [
            60 + 2 * load + 0.3 * rng.normal(size=rows),
            1.2 + 0.1 * load + 0.02 * rng.normal(size=rows),
            7.5 + 0.5 * load + 0.1 * rng.normal(size=rows),
            rng.normal(size=rows),
        ]
    )


def test_normal_readings_that_it_never_saw_are_seldom_called_anomalies():
    """The limit is for 1 % of alarms; readings that hang together make some more, but not ten times as many."""
    shares = [np.mean(score(fit(_machine(800, seed)), _machine(2000, seed + 100)).index > 1) for seed in range(5)]

    assert np.mean(shares) < 0.05


def test_limits_come_from_readings_that_were_not_learned_from():
    """Sixty readings of fifteen signals lie close to the model that they make: limits from these would not hold.

    With limits from the same readings nine of ten new ones are called anomalies.
    """
    shares = []
    for seed in range(5):
        random = np.random.default_rng(seed)
        shares.append(np.mean(score(fit(random.normal(size=(60, 15))), random.normal(size=(2000, 15))).index > 1))

    assert np.mean(shares) < 0.1


def test_signals_that_no_longer_belong_together_are_found():
    """Vibration stays within its range, but no longer follows the load: only the relation tells."""
    normal, odd = _machine(800, 1), _machine(400, 2)
    odd[:, 1] = 1.2 - (odd[:, 1] - 1.2)

    scores = score(fit(normal), odd)

    assert normal[:, 1].min() < np.quantile(odd[:, 1], 0.01)
    assert np.mean(scores.index > 1) > 0.5


def test_the_signal_that_is_to_blame_contributes_most():
    """A shift of the independent signal by four standard deviations is put down to it."""
    odd = _machine(300, 3)
    odd[100:, 3] += 4.0

    scores = score(fit(_machine(800, 1)), odd)

    assert np.mean(scores.index[120:] > 1) == 1.0
    assert set(np.argmax(scores.contributions[120:], axis=1)) == {3}


def test_unsmoothed_and_with_all_directions_t2_is_hotelling_s():
    """Against SciPy's Mahalanobis distance: with every direction kept T² is its square, and Q has nothing left."""
    normal, reading = _machine(400, 1), _machine(1, 9)
    model = fit(normal, MultivariateSettings(smoothing=1.0, bound=np.inf, explained=1.0))
    inverse = np.linalg.inv(np.cov(normal.T, bias=True))

    t2 = score(model, reading).index[0] * model.limit * model.t2_limit

    assert t2 == pytest.approx(mahalanobis(reading[0], normal.mean(axis=0), inverse) ** 2)


def test_contributions_add_up_to_the_index():
    """An explanation is complete: nothing of the index is left over."""
    scores = score(fit(_machine(400, 1)), _machine(50, 2) + 1)

    np.testing.assert_allclose(scores.contributions.sum(axis=1), scores.index)


@settings(max_examples=30, deadline=None)
@given(cuts=st.lists(st.integers(0, 60), max_size=5))
def test_it_makes_no_difference_how_readings_are_cut_into_batches(cuts):
    """One pass, bounded memory: what went before is in the memory and nowhere else."""
    model, readings = fit(_machine(200, 1)), _machine(60, 2)
    memory, parts = None, []
    for part in np.split(readings, sorted(cuts)):
        scores = score(model, part, memory)
        memory = scores.memory
        parts.append(scores.index)

    np.testing.assert_allclose(np.concatenate(parts), score(model, readings).index)


def test_a_single_odd_reading_is_forgotten_soon():
    """Readings are bounded at 10 standard deviations: 0.2 * 10 * 0.8^n falls below 0.01 after 24 readings."""
    spoilt = _machine(300, 2)
    clean = score(fit(_machine(800, 1)), spoilt).index
    spoilt[100, 0] = 1e9

    index = score(fit(_machine(800, 1)), spoilt).index

    np.testing.assert_allclose(index[150:], clean[150:], atol=0.02)


@pytest.mark.filterwarnings("error")
def test_silent_and_constant_signals_do_no_harm():
    """NaN keeps what was there; a signal that never moved, or never spoke, gives no score and no warning."""
    normal = np.hstack([_machine(400, 1), np.full((400, 1), np.nan)])
    normal[:, 3] = 5.0
    normal[::7, 0] = np.nan

    scores = score(fit(normal), np.array([[np.nan] * 5, [60.0, 1.2, 7.5, 6.0, 1.0]]))

    assert np.all(np.isfinite(scores.index))
    assert scores.index[0] == 0.0
    assert np.all(scores.contributions[:, 3:] == 0.0)


def test_too_few_readings_are_refused_with_their_number():
    """Limits from blocks of less than four readings would be none."""
    with pytest.raises(ValueError, match="19 readings are too few: 20 are needed"):
        fit(np.zeros((19, 2)), MultivariateSettings(blocks=5))
