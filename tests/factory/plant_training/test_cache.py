"""The plant's models that `factory up` judges with are trained once."""

from __future__ import annotations

from pathlib import Path

import pytest

from factory.plant_training import cache, plant_models_for_up
from maintenance.errors import ModelError


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where models were asked for; instead of a training, which takes minutes, a file is written."""
    asked: list[Path] = []

    def train(_data: object, _questions: object, directory: Path, **_: object) -> None:
        asked.append(directory)
        directory.mkdir()
        (directory / "models").write_text("whole")

    def read(directory: Path) -> None:
        if (directory / "models").read_text() != "whole":
            raise ModelError("spoilt")

    monkeypatch.setattr(cache, "train_plant", train)
    monkeypatch.setattr(cache, "by_recipe", lambda *_: None)
    monkeypatch.setattr(cache, "load_models", read)
    return asked


def test_models_are_trained_once(trained: list[Path], tmp_path: Path) -> None:
    """Then they lie in the cache, and spoilt ones are made anew."""
    first = plant_models_for_up(tmp_path)

    assert plant_models_for_up(tmp_path) == first
    assert len(trained) == 1
    (first / "models").write_text("half")
    assert plant_models_for_up(tmp_path) == first
    assert len(trained) == 2


def test_another_recipe_has_models_of_its_own(
    trained: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What decides about the models decides about their directory."""
    first = plant_models_for_up(tmp_path)
    monkeypatch.setattr(cache, "QUICK_TREES", "other settings")

    assert plant_models_for_up(tmp_path) != first
    assert len(trained) == 2
