"""The plant's models that `factory up` judges machines with: trained once, kept in the user's cache."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from factory.plant_training.recipe import QUICK_EVALUATION, QUICK_TRAINING
from factory.plant_training.sources import by_recipe
from factory.plant_training.training import CODE, QUICK_TREES, train_plant
from factory.training.cache import default_cache
from maintenance.errors import ModelError
from maintenance.models import code_version, library_versions
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
    folder = (cache or default_cache()) / f"plant-{_key()[:16]}"
    if folder.exists():
        try:
            load_models(folder)
        except ModelError:
            shutil.rmtree(folder, ignore_errors=True)  # it is only a copy of what can be made again
        else:
            return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".plant-", dir=folder.parent) as draft:
        train_plant(by_recipe(QUICK_TRAINING, QUICK_EVALUATION, advance), QUESTIONS, Path(draft), trees=QUICK_TREES)
        try:
            Path(draft).rename(folder)
        except OSError:
            if not folder.exists():
                raise
        else:
            Path(draft).mkdir()  # for the context to remove
    return folder


def _key() -> str:
    """Digest of what decides about the models of the quick recipe."""
    decides = (
        repr(QUICK_TRAINING),
        repr(QUICK_EVALUATION),
        repr(QUICK_TREES),
        code_version(*CODE, "simulator", "factory.plant_training"),
        repr(sorted(library_versions().items())),
    )
    return hashlib.sha256("\n".join(decides).encode()).hexdigest()
