"""The four models on small plants: they find what there is, beat the plain way, and come back from their artifacts."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from maintenance.errors import ModelError
from maintenance.models import Artifact, load, read_card, save
from maintenance.plant_models import NAMES, QUESTIONS, load_models, maintenance_needed, remaining_life, which_fault
from maintenance.plant_models.anomalous import detected_by_kind, indices
from maintenance.plant_models.bundle import NORMAL, Sets, score_question, train_question
from maintenance.plant_models.remaining_life import COVERAGE

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Always:
    """A classifier that says one thing."""

    said: str
    classes_: Any

    def predict_proba(self, rows: Any) -> Any:
        """All the probability on it."""
        return np.tile((self.classes_ == self.said).astype(float), (len(rows), 1))


def test_failures_are_seen_a_week_ahead(plants: Any) -> None:
    """On machines never seen the ranking is better than that by vibration, and by a lot better than chance."""
    scores, plain = score_question("maintenance_needed", plants.models.maintenance, plants.data.unseen)

    assert scores["average_precision"].value > plain["average_precision"].value
    assert scores["average_precision"].value > 2.5 * scores["share_positive"].value
    assert scores["average_precision"].low <= scores["average_precision"].value <= scores["average_precision"].high


def test_the_score_is_that_of_the_rows(plants: Any) -> None:
    """Average precision is what scikit-learn makes of the probabilities of the same rows."""
    [unseen] = plants.data.unseen.wear
    chosen = unseen.working & np.isfinite(unseen.fails)
    told = maintenance_needed.probability(plants.models.maintenance, unseen.features[chosen])
    scores, _ = score_question("maintenance_needed", plants.models.maintenance, plants.data.unseen)

    expected = average_precision_score(unseen.fails[chosen], told)
    assert scores["average_precision"].value == pytest.approx(expected)


def test_the_nearer_the_failure_the_shorter_the_life(plants: Any) -> None:
    """Told lives fall with true ones, and the interval has the median in it and some of the truth."""
    [unseen] = plants.data.unseen.wear
    chosen = unseen.working & (unseen.left_h > 0)
    told, left = plants.models.life.predict(unseen.features[chosen]), unseen.left_h[chosen]
    ranks = [np.argsort(np.argsort(values)) for values in (told[:, 1], left)]

    assert np.corrcoef(*ranks)[0, 1] > 0.6
    assert (told[:, 0] <= told[:, 1]).all()
    assert (told[:, 1] <= told[:, 2]).all()
    # Of sixteen machines the share that an interval holds is known to about a fifth.
    assert COVERAGE - 0.25 < np.mean((told[:, 0] <= left) & (left <= told[:, 2])) <= 1.0


def test_faults_are_found_and_calm_is_not_disturbed(plants: Any) -> None:
    """Dead sensors are found, always; in a calm plant alarms are rare, though not none."""
    found = detected_by_kind(plants.models.anomaly, plants.data.unseen.faults)
    [calm] = plants.data.unseen.calm

    assert found.get("dropout", 1.0) == 1.0
    assert np.mean(list(found.values())) > 0.6
    assert (indices(plants.models.anomaly, calm)[24:] > 1.0).mean() < 0.05


def test_kinds_of_fault_are_told_apart(plants: Any) -> None:
    """Better than by the nearest mean or by the most frequent kind; an hour without a fault is seldom taken for one."""
    scores, plain = score_question("which_fault", plants.models.fault, plants.data.unseen)

    assert scores["macro_f1_hours"].value > plain["macro_f1_hours_majority"].value
    assert scores["false_names"].value < 0.2


def test_all_hours_without_a_fault_are_judged(plants: Any) -> None:
    """Who names a fault in every hour is wrong in all of those that have none, and not in a chosen few."""
    [unseen] = plants.data.unseen.faults
    always = replace(plants.models.fault, forest=Always("bias", plants.models.fault.forest.classes_))
    scores, _ = which_fault.evaluate(always, [unseen])
    judged = unseen.kinds[24:][unseen.kinds[24:] != ""]
    right = (judged == "bias").sum()

    assert scores["false_names"].value == 1.0
    # One of the classes has an F1 above 0: 2·TP / (2·TP + FP), where FP are all other hours.
    expected = 2 * right / (right + len(judged)) / len(np.unique(judged))
    assert scores["macro_f1_hours"].value == pytest.approx(expected)


def test_cards_tell_what_people_need(plants: Any) -> None:
    """Each card has scores with their baseline, the seeds of its training, and where it is of no use."""
    for one in plants.trained:
        card = read_card(plants.directory / NAMES[one.question])
        assert card.version == one.card.version
        assert card.question == one.question
        assert card.metrics
        assert card.baseline
        assert card.when_not_to_trust
        assert card.trained_on.seeds == (11, 31, 51)


def test_the_same_data_give_the_same_model(plants: Any) -> None:
    """Trained twice, each model tells the same to the last bit."""
    [unseen] = plants.data.unseen.wear
    rows = unseen.features[unseen.working][:50]
    again = train_question("remaining_life", plants.data.learnt, 20)

    assert np.array_equal(again.predict(rows), plants.models.life.predict(rows))


def test_models_of_different_trainings_do_not_mix(plants: Any, tmp_path: Path) -> None:
    """Features made by other calm histories are other features: such models are refused together."""
    models = tmp_path / "models"
    shutil.copytree(plants.directory, models)
    life = load(models / "plant-life")
    other = life.card.settings | {NORMAL: str(life.card.settings[NORMAL]).replace("0.", "0.1", 1)}
    save(Artifact(life.card.model_copy(update={"settings": other}), life.model), models / "plant-life")

    with pytest.raises(ModelError, match="different calm histories"):
        load_models(models)


def test_another_model_in_its_place_is_refused(plants: Any, tmp_path: Path) -> None:
    """One that is missing, that answers another question, or that was made for other features, is told by its place."""
    models = tmp_path / "models"
    shutil.copytree(plants.directory, models)
    life = load(models / "plant-life")
    fewer = life.card.model_copy(update={"features": life.card.features[1:]})
    save(Artifact(fewer, life.model), models / "plant-life")
    with pytest.raises(ModelError, match="plant-life was trained with other features"):
        load_models(models)
    shutil.rmtree(models / "plant-life")
    with pytest.raises(ModelError, match="plant-life has no model"):
        load_models(models)
    shutil.copytree(models / "plant-maintenance", models / "plant-life")
    with pytest.raises(ModelError, match="'plant-maintenance', which does not answer 'remaining_life'"):
        load_models(models)


def test_a_life_is_the_bearings_and_seen_to_its_end(plants: Any) -> None:
    """Failures of other components, and those of the second half, which has no long lives in it, change nothing."""
    [learnt], [unseen] = plants.data.learnt.wear, plants.data.unseen.wear
    late = learnt.end_h - learnt.hours - 1 < (learnt.end_h - learnt.hours[0] - 1) / 2
    other = replace(
        learnt, left_h=np.ones_like(learnt.left_h), bearing_h=np.where(late[:, None], 1.0, learnt.bearing_h)
    )
    rows = unseen.features[unseen.working][:50]
    again = remaining_life.train([other], trees=20)

    assert 0.4 < late.mean() < 0.6
    assert np.array_equal(again.predict(rows), plants.models.life.predict(rows))


@pytest.mark.parametrize("question", QUESTIONS)
def test_without_a_history_of_its_kind_nothing_is_learnt(question: str) -> None:
    """Which kind of history is missing is said."""
    with pytest.raises(ModelError, match=f"To learn {question} a history .* is needed, and there is none"):
        train_question(question, Sets((), (), ()), 5)


@pytest.mark.parametrize("question", ["maintenance_needed", "remaining_life", "which_fault"])
def test_histories_without_the_answer_are_refused(plants: Any, question: str) -> None:
    """Where nothing failed and nothing was wrong there is nothing to learn from, and that is said."""
    calm = plants.data.learnt.calm

    with pytest.raises(ModelError, match=r"[Ii]n this history|machines failed|machines and one"):
        train_question(question, Sets(calm, calm, calm), 5)


def test_lives_are_judged_when_half_of_them_is_over(plants: Any) -> None:
    """The error at half life is between the told and the true rest, by the whole life."""
    [unseen] = plants.data.unseen.wear
    scores, plain = remaining_life.evaluate(plants.models.life, [unseen])
    errors = []
    for life in unseen.lives:
        if life.begin_h > (unseen.hours[0] + unseen.end_h) / 2:
            continue  # of those that begin in the second half only the short ones are seen to end
        row = int(np.argmin(np.abs(unseen.hours + 1 - (life.begin_h + life.length_h / 2))))
        told = plants.models.life.predict(unseen.features[row, [life.machine]])[0, 1]
        errors.append(abs(told - (life.begin_h + life.length_h - unseen.hours[row] - 1)) / life.length_h)

    assert scores["half_life_error"].value == pytest.approx(np.median(errors))
    assert plain["half_life_error"].value > 0
