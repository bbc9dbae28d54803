"""The plant's models that `factory up` judges machines with: trained once, kept in the user's cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from factory.plant_training.recipe import QUICK_EVALUATION, QUICK_TRAINING
from factory.plant_training.sources import by_recipe
from factory.plant_training.training import CODE, QUICK_TREES, train_plant
from factory.training.cache import made_once
from maintenance.models import code_version
from maintenance.plant_models import QUESTIONS, load_models


def plant_models_for_up(cache: Path | None = None, advance: Callable[[int], None] = lambda _readings: None) -> Path:
    """The plant's models of the quick recipe, trained once for each recipe, code and set of libraries.

    Args:
        cache: where such models are kept; by default `$XDG_CACHE_HOME/smart-factory/models`, or `~/.cache/…`.
        advance: told how many readings have been made, where they have to be trained.

    Returns:
        The directory of the models. Those that lie there and are whole are not trained again; two programs that train
        them at the same time leave one and the same.
    """
    decides = (
        repr(QUICK_TRAINING),
        repr(QUICK_EVALUATION),
        repr(QUICK_TREES),
        code_version(*CODE, "simulator", "factory.plant_training"),
    )

    def make(directory: Path) -> None:
        train_plant(by_recipe(QUICK_TRAINING, QUICK_EVALUATION, advance), QUESTIONS, directory, trees=QUICK_TREES)

    return made_once("plant", decides, load_models, make, cache)
