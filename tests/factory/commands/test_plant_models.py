"""`factory train plant` and `factory evaluate plant`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from factory.commands import evaluate_plant, train_plant
from factory.commands.evaluate_plant import evaluate_plant_command, with_seed
from factory.commands.train_plant import train_plant_command
from factory.plant_training.recipe import EVALUATION, QUICK_EVALUATION, QUICK_TRAINING, TRAINING, Play, play
from maintenance.errors import DataError, ModelError
from maintenance.lake import open_lake
from maintenance.models import read_card
from maintenance.plant_models import NAMES, load_models

LEARNT = (Play("calm", 31, 16, 7, 900.0), Play("wear", 11, 16, 50, 1800.0), Play("faults", 51, 16, 12, 900.0))
UNSEEN = (Play("calm", 41, 8, 4, 900.0), Play("wear", 21, 8, 50, 1800.0), Play("faults", 61, 8, 12, 900.0))


def test_no_plant_is_learnt_from_and_judged_on() -> None:
    """Seeds of training and evaluation are apart, in the small recipe as in the large one."""
    for learnt, unseen in ((TRAINING, EVALUATION), (QUICK_TRAINING, QUICK_EVALUATION)):
        assert not {one.seed for one in learnt} & {one.seed for one in unseen}
        assert {one.purpose for one in learnt} == {one.purpose for one in unseen} == {"calm", "wear", "faults"}


def test_other_seeds_are_others_for_each_plant() -> None:
    """With --seed no two plants are the same."""
    assert [one.seed for one in with_seed(EVALUATION, 900)] == list(range(900, 900 + len(EVALUATION)))


def test_what_lies_in_the_place_of_a_model_is_refused_before_the_training(tmp_path: Path) -> None:
    """Minutes of training are not lost to a folder with something else in it; nor is what is in it."""
    mine = tmp_path / "plant-life" / "notes.txt"
    mine.parent.mkdir()
    mine.write_text("mine")

    with pytest.raises(ModelError, match="plant-life is not empty"):
        CliRunner().invoke(train_plant_command, ["--out", str(tmp_path)], catch_exceptions=False)
    assert mine.read_text() == "mine"


@pytest.mark.slow
def test_trained_and_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four models come of it, which can be loaded; judged anew on the same plants they score the same, to the digit."""
    monkeypatch.setattr(train_plant, "QUICK_TRAINING", LEARNT)
    monkeypatch.setattr(train_plant, "QUICK_EVALUATION", UNSEEN)
    monkeypatch.setattr(evaluate_plant, "QUICK_EVALUATION", UNSEEN)
    models, page = tmp_path / "models", tmp_path / "benchmarks.md"
    trained = CliRunner().invoke(
        train_plant_command, ["--quick", "--out", str(models), "--json"], catch_exceptions=False
    )
    judged = CliRunner().invoke(
        evaluate_plant_command,
        ["--quick", "--models", str(models), "--json", "--write", str(page)],
        catch_exceptions=False,
    )
    told, again = json.loads(trained.stdout)["models"], json.loads(judged.stdout)["models"]

    assert [one["name"] for one in told] == list(NAMES.values())
    assert [one["scores"] for one in told] == [one["scores"] for one in again]
    assert set(load_models(models).versions) == set(NAMES.values())
    assert "## The plant's models" in page.read_text()
    with pytest.raises(ModelError, match="seed 11"):
        CliRunner().invoke(
            evaluate_plant_command, ["--models", str(models), "--seed", "11", "--quick"], catch_exceptions=False
        )


@pytest.mark.slow
def test_lakes_are_split(tmp_path: Path) -> None:
    """Of somebody's lakes the same models come, from three quarters of the machines."""
    addresses = [play(one, tmp_path) for one in LEARNT[:2]]
    with pytest.raises(DataError, match="factory lake compact"):
        CliRunner().invoke(train_plant_command, ["--lake", addresses[0]], catch_exceptions=False)
    for address in addresses:
        open_lake(address).compact()
    words = ["--question", "maintenance_needed", "--quick", "--json", "--out", str(tmp_path / "models")]
    done = CliRunner().invoke(
        train_plant_command,
        [*words, "--lake", addresses[0], "--lake", addresses[1]],
        catch_exceptions=False,
    )
    [model] = json.loads(done.stdout)["models"]

    assert model["name"] == "plant-maintenance"
    assert 0 < model["scores"]["average_precision"]["value"] <= 1
    card = read_card(tmp_path / "models" / "plant-maintenance")
    assert card.trained_on.seeds == (11, 31)
    assert card.trained_on.scenario == "calm, bearing-run-to-failure"
    with pytest.raises(ModelError, match="To learn maintenance_needed a history with failures is needed"):
        CliRunner().invoke(
            train_plant_command, ["--lake", addresses[0], "--out", str(tmp_path / "other")], catch_exceptions=False
        )


@pytest.mark.slow
def test_without_calm_there_is_no_training(tmp_path: Path) -> None:
    """What is normal cannot be learnt from machines that run to failure; that is said."""
    address = play(LEARNT[1], tmp_path)
    open_lake(address).compact()

    with pytest.raises(ModelError, match="no calm history"):
        CliRunner().invoke(train_plant_command, ["--lake", address], catch_exceptions=False)
