"""The whole procedure on a few engines."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.model_selection import GroupKFold

from maintenance.errors import DataError
from maintenance.evaluation.cmapss import evaluate as evaluate_module
from maintenance.evaluation.cmapss import model as model_module
from maintenance.evaluation.cmapss.data import Engine, Subset, read_subset
from maintenance.evaluation.cmapss.evaluate import evaluate_cmapss
from maintenance.evaluation.cmapss.model import STEPS, _regressors, learn

DATA = Path(__file__).parents[1] / "data" / "cmapss"


@pytest.fixture(scope="module")
def model():
    """Learned from six engines of FD002."""
    steps: list[int] = []
    learned = learn(read_subset(DATA, "FD002").train, advance=lambda: steps.append(1))
    assert len(steps) == STEPS
    return learned


def test_no_flights_are_held_out_at_random():
    """From 10,000 rows on scikit-learn would stop by a tenth of them, whose neighbours it learns from."""
    rows = np.random.default_rng(1).normal(size=(10_001, 1))

    boosting, _ = _regressors(rows, rows[:, 0], 1, lambda: None)

    assert not boosting.do_early_stopping_


def test_intervals_come_from_whole_engines_that_were_not_learned_from(monkeypatch):
    """Each flight of an engine is on the same side of a fold; two flights of one engine are nearly the same row."""
    engines = read_subset(DATA, "FD001").train
    engine_of = np.repeat(np.arange(len(engines)), [len(engine.sensors) for engine in engines])
    folds = []

    class Folds(GroupKFold):
        def split(self, *args):
            for seen, unseen in super().split(*args):
                folds.append(set(engine_of[seen]) & set(engine_of[unseen]))
                yield seen, unseen

    monkeypatch.setattr(model_module, "GroupKFold", Folds)
    learn(engines)

    assert folds == [set()] * 5


def test_an_engine_near_its_end_is_told_from_a_young_one(model):
    """On engines of the other six conditions' excerpt that it learned from: 5 flights left, and 120."""
    engine = read_subset(DATA, "FD002").train[0]
    young, old = (Engine(engine.settings[:flights], engine.sensors[:flights]) for flights in (20, 135))

    predicted = model.predict([young, old])

    assert predicted.expected[0] > 80
    assert predicted.expected[1] < 25
    assert np.all(predicted.low <= predicted.expected)
    assert np.all(predicted.expected <= predicted.high)


def test_intervals_stay_within_what_is_predicted(model):
    """Between nothing left and the 125 flights at which life is cut."""
    predicted = model.predict(read_subset(DATA, "FD002").test)

    assert np.all(predicted.low >= 0.0)
    assert np.all(predicted.high <= 125.0)


def test_scores_of_baselines_are_those_of_their_definition(monkeypatch, model):
    """By hand from the excerpt: the mean of all flights' cut labels, against what the four engines had left."""
    monkeypatch.setattr(evaluate_module, "learn", lambda *_: model)

    result = evaluate_cmapss(DATA, "FD002")

    lives = (140, 136, 129, 133, 128, 135)
    mean = sum(min(left, 125) for life in lives for left in range(life)) / sum(lives)
    raw, capped = np.array([138, 178, 146, 111]), np.array([125, 125, 125, 111])
    told = result.baselines["mean remaining life"]
    assert told.rmse_raw == pytest.approx(np.sqrt(np.mean((mean - raw) ** 2)))
    assert told.rmse_capped == pytest.approx(np.sqrt(np.mean((mean - capped) ** 2)))
    assert (result.engines, result.conditions) == (4, 6)
    assert result.rmse_raw_interval[0] <= result.scores.rmse_raw <= result.rmse_raw_interval[1]


def test_coverage_is_the_share_of_lives_within_their_intervals(monkeypatch, model):
    """Two of four lie a flight below, the others right at the prediction: a half."""
    data = read_subset(DATA, "FD002")
    predicted = model.predict(data.test)
    lives = np.where([True, False, True, False], predicted.low - 1, predicted.expected)
    monkeypatch.setattr(evaluate_module, "learn", lambda *_: model)
    monkeypatch.setattr(evaluate_module, "read_subset", lambda *_: Subset(data.train, data.test, lives))

    assert evaluate_cmapss(DATA, "FD002").coverage == 0.5


def test_test_labels_are_used_for_scores_alone(monkeypatch, model):
    """With other labels the predictions, of model and baselines, stay the same; no test engine is learned from."""
    data = read_subset(DATA, "FD002")
    predictions, learned_from = [], []
    monkeypatch.setattr(evaluate_module, "learn", lambda engines, *_: learned_from.append(engines) or model)
    monkeypatch.setattr(evaluate_module, "_scores", lambda predicted, _: predictions.append(predicted))
    for labels in (data.test_rul, data.test_rul - 100):
        subset = Subset(data.train, data.test, labels)
        monkeypatch.setattr(evaluate_module, "read_subset", lambda *_, subset=subset: subset)
        evaluate_cmapss(DATA, "FD002")

    np.testing.assert_array_equal(np.array(predictions[:3]), np.array(predictions[3:]))
    assert all(engines is data.train for engines in learned_from)


def test_too_few_engines_are_refused(monkeypatch):
    """Five parts need five engines."""
    data = read_subset(DATA, "FD001")
    monkeypatch.setattr(evaluate_module, "read_subset", lambda *_: Subset(data.train[:4], data.test, data.test_rul))

    with pytest.raises(DataError, match="5 training engines are needed, FD001 has 4"):
        evaluate_cmapss(DATA, "FD001")
