"""The model that `factory up` puts in the fleet's endpoint: trained once, kept in the user's cache."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from factory.training.fleet import data_by_recipe, train_fleet_model
from factory.training.histories import QUICK_EVALUATION, QUICK_TRAINING, Advance, recipe_digest
from maintenance.errors import ModelError
from maintenance.fleet_model import Settings
from maintenance.fleet_model.card import CODE
from maintenance.models import code_version, library_versions, load, save

QUICK_SETTINGS = Settings(trees=60, leaves=12)


def fleet_model_for_up(cache: Path | None = None, advance: Advance = lambda _readings: None) -> Path:
    """The fleet's model of the quick recipe, trained once for each recipe, code and set of libraries.

    Args:
        cache: where such models are kept; by default `$XDG_CACHE_HOME/smart-factory/models`, or `~/.cache/…`.
        advance: told how many readings have been made, where it has to be trained.

    Returns:
        The directory of the model. One that lies there and is whole is not trained again; two programs that train it at
        the same time leave one and the same.
    """
    folder = (cache or default_cache()) / f"fleet-{_key()[:16]}"
    if folder.exists():
        try:
            load(folder)
        except ModelError:
            shutil.rmtree(folder, ignore_errors=True)  # it is only a copy of what can be made again
        else:
            return folder
    artifact, _ = train_fleet_model(data_by_recipe(QUICK_TRAINING, QUICK_EVALUATION, advance), QUICK_SETTINGS)
    save(artifact, folder)
    return folder


def default_cache() -> Path:
    """Where models made on the way are kept."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "smart-factory" / "models"


def _key() -> str:
    """Digest of what decides about the model of the quick recipe."""
    decides = (
        recipe_digest(QUICK_TRAINING),
        recipe_digest(QUICK_EVALUATION),
        repr(QUICK_SETTINGS),
        code_version(*CODE, "simulator"),
        repr(sorted(library_versions().items())),
    )
    return hashlib.sha256("\n".join(decides).encode()).hexdigest()
