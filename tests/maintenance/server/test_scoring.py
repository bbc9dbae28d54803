"""Features to verdicts, with reasons."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from maintenance.errors import ModelError
from maintenance.models import Artifact, Feature, ModelCard, TrainedOn
from maintenance.server.scoring import Scorer

RANDOM = np.random.default_rng(1)
ROWS = RANDOM.normal(size=(300, 4))
WEIGHTS = np.array([3.0, -2.0, 0.0, 0.5])


def card(**changes: object) -> ModelCard:
    """Of four features whose healthy value is 0."""
    plain = ModelCard(
        name="toy",
        question="maintenance_needed",
        purpose="To be tested.",
        trained_on=TrainedOn(description="Numbers.", digest="0" * 64, rows=300, devices=1),
        code="0",
        libraries={},
        features=tuple(Feature(name=name, unit="1", reference=0.0) for name in "abcd"),
    )
    return plain.model_copy(update=changes)


def linear() -> LogisticRegression:
    """A model whose log-odds are a sum, so that contributions are known."""
    model = LogisticRegression().fit(ROWS, ROWS @ WEIGHTS > 0)
    model.coef_, model.intercept_ = WEIGHTS[None, :], np.array([0.25])
    return model


def test_contributions_of_a_linear_model_are_weight_times_distance() -> None:
    """Log-odds 0.25 + 3·1 + 2·0.5 + 0.5·2 = 5.25; parts 3, 1 and 1, the largest first."""
    told = Scorer(Artifact(card(), linear())).verdicts(np.array([[1.0, -0.5, 7.0, 2.0]]))[0]
    assert told["prediction"] == "POSITIVE"
    assert told["probability"] == pytest.approx(1 / (1 + np.exp(-5.25)), abs=1e-6)
    assert told["explanation"][0] == {"signal": "a", "contribution": pytest.approx(3.0)}
    assert {one["signal"] for one in told["explanation"]} == {"a", "b", "d"}
    assert [one["contribution"] for one in told["explanation"][1:]] == pytest.approx([1.0, 1.0])


def test_a_batch_says_what_each_row_alone_does() -> None:
    """Order and neighbours do not matter."""
    scorer = Scorer(Artifact(card(), linear()))
    together = scorer.verdicts(ROWS[:20])
    assert together == [scorer.verdicts(row[None, :])[0] for row in ROWS[:20]]


def test_no_rows_have_no_verdicts() -> None:
    """As when every row of a request was refused."""
    assert Scorer(Artifact(card(), linear())).verdicts(np.empty((0, 4))) == []


def test_the_probability_is_that_of_positive_whatever_the_verdict() -> None:
    """The threshold of the card decides about the label alone."""
    row = np.array([[0.3, 0.0, 0.0, 0.0]])  # log-odds 0.25 + 0.9 = 1.15: 0.7595
    strict = Scorer(Artifact(card(threshold=0.9), linear())).verdicts(row)[0]
    assert strict["prediction"] == "NEGATIVE"
    assert strict["probability"] == pytest.approx(0.759511, abs=1e-6)


def test_a_feature_without_reference_has_no_contribution() -> None:
    """There is nothing to put in its place."""
    features = tuple(Feature(name=name, unit="1", reference=0.0 if name == "d" else None) for name in "abcd")
    told = Scorer(Artifact(card(features=features), linear())).verdicts(ROWS[:1])[0]
    assert [one["signal"] for one in told["explanation"]] == ["d"]


def test_of_several_classes_the_most_probable_is_told() -> None:
    """As which fault it is."""
    kinds = np.array(["bearing", "seal", "belt"])[np.argmax(ROWS[:, :3], axis=1)]
    model = LogisticRegression().fit(ROWS, kinds)
    told = Scorer(Artifact(card(question="which_fault"), model)).verdicts(np.array([[9.0, 0.0, 0.0, 0.0]]))[0]
    assert told["prediction"] == "bearing"
    assert told["explanation"][0]["signal"] == "a"


def test_a_model_of_another_kind_is_refused() -> None:
    """With what it is."""
    with pytest.raises(ModelError, match="is no classifier: Ridge"):
        Scorer(Artifact(card(question="remaining_life"), Ridge().fit(ROWS, ROWS[:, 0])))


def test_a_card_of_other_features_is_refused() -> None:
    """A verdict from shifted columns would be worse than none."""
    with pytest.raises(ModelError, match="takes 4 features; its card has 1"):
        Scorer(Artifact(card(features=(Feature(name="a", unit="1"),)), linear()))
