"""The models of a directory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from maintenance.errors import ModelError
from maintenance.models import Artifact, Feature, ModelCard, TrainedOn, save
from maintenance.models.registry import find_model, models_in

ROWS = np.random.default_rng(1).normal(size=(60, 2))


def put(directory: Path, name: str, purpose: str = "To be tested.") -> ModelCard:
    """A model into a directory."""
    card = ModelCard(
        name=name,
        question="maintenance_needed",
        purpose=purpose,
        trained_on=TrainedOn(description="Numbers.", digest="0" * 64, rows=60, devices=1),
        code="0",
        libraries={},
        features=(Feature(name="a", unit="1"), Feature(name="b", unit="1")),
    )
    return save(Artifact(card, LogisticRegression().fit(ROWS, ROWS[:, 0] > 0)), directory)


def test_models_are_listed_and_what_cannot_be_read_with_the_reason(tmp_path: Path) -> None:
    """Other folders are none, nor is what a training is just writing."""
    put(tmp_path / "fleet", "fleet")
    put(tmp_path / ".fleet-abc", "fleet")
    (tmp_path / "notes").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/card.json").write_text("{}")
    told = models_in(tmp_path)
    assert [one.directory.name for one in told] == ["broken", "fleet"]
    assert "is not a model's card" in told[0].problem
    assert told[1].card is not None


def test_a_directory_that_is_not_there_has_no_models(tmp_path: Path) -> None:
    """Nobody has trained yet."""
    assert models_in(tmp_path / "nowhere") == []


def test_a_model_is_found_by_folder_by_name_and_by_version(tmp_path: Path) -> None:
    """The folder wins: it is one."""
    card = put(tmp_path / "mine", "fleet")
    assert find_model(tmp_path, "mine") == find_model(tmp_path, "fleet") == tmp_path / "mine"
    assert find_model(tmp_path, card.version[:8]) == tmp_path / "mine"


def test_a_name_of_two_models_is_refused(tmp_path: Path) -> None:
    """With their folders."""
    put(tmp_path / "one", "fleet")
    put(tmp_path / "two", "fleet", "Another.")
    with pytest.raises(ModelError, match="'fleet' is more than one model: one, two"):
        find_model(tmp_path, "fleet")


def test_a_model_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    """Or how to make one."""
    with pytest.raises(ModelError, match="factory train fleet"):
        find_model(tmp_path, "fleet")
    put(tmp_path / "mine", "plant")
    with pytest.raises(ModelError, match="There is mine"):
        find_model(tmp_path, "fleet")
