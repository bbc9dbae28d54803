"""The protocol on an excerpt: cross-validated, without the label's parts, beside plain baselines."""

from pathlib import Path

import pytest

from maintenance.errors import DataError
from maintenance.evaluation.ai4i import evaluate as evaluate_module
from maintenance.evaluation.ai4i.evaluate import evaluate_ai4i

FILE = Path(__file__).parents[1] / "data" / "ai4i" / "ai4i2020.csv"


@pytest.fixture
def quick(monkeypatch):
    """One shuffling instead of three, and few drawings."""
    monkeypatch.setattr(evaluate_module, "SHUFFLINGS", (0,))
    monkeypatch.setattr(evaluate_module, "_RESAMPLED", 20)


@pytest.mark.usefixtures("quick")
def test_the_forest_beats_plain_models_on_the_excerpt():
    """33 failures in 1,200 rows; who never calls a failure has an F1 of 0 by definition."""
    steps = []

    result = evaluate_ai4i(FILE, advance=lambda: steps.append(1))

    assert (result.rows, result.failures, len(steps)) == (1200, 33, 10)
    assert result.baselines["never a failure"].f1 == 0.0
    assert result.scores.f1 > result.baselines["logistic regression"].f1
    assert result.scores.average_precision > result.baselines["logistic regression"].average_precision
    low, high = result.scores.f1_interval
    assert low <= result.scores.f1 <= high


@pytest.mark.usefixtures("quick")
def test_labels_that_mean_nothing_cannot_be_predicted(tmp_path):
    """The label is moved to other rows: whoever still predicts it has seen what it was to predict."""
    head, *rows = FILE.read_text(encoding="utf-8-sig").splitlines()
    fields = [row.split(",") for row in rows]
    moved = [[*row[:8], fields[(number + 601) % len(fields)][8], *row[9:]] for number, row in enumerate(fields)]
    (tmp_path / "moved.csv").write_text("\n".join([head, *(",".join(row) for row in moved)]))

    assert evaluate_ai4i(tmp_path / "moved.csv").scores.average_precision < 0.2


def test_too_few_failures_are_refused(tmp_path):
    """Five folds need five failures; the first 100 rows have three."""
    (tmp_path / "short.csv").write_text("\n".join(FILE.read_text(encoding="utf-8-sig").splitlines()[:101]))

    with pytest.raises(DataError, match="3 failures in 100 rows are too few for 5 folds"):
        evaluate_ai4i(tmp_path / "short.csv")
