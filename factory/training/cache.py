"""The model that `factory up` puts in the fleet's endpoint: trained once, kept in the user's cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from factory.training.fleet import data_by_recipe, train_fleet_model
from factory.training.histories import QUICK_EVALUATION, QUICK_TRAINING, Advance, recipe_digest
from maintenance.errors import ModelError
from maintenance.fleet_model import Settings
from maintenance.fleet_model.card import CODE
from maintenance.models import code_version, library_versions, load, save

ABANDONED_S = 86_400.0
"""A draft this old belongs to a training that was killed: one takes minutes [s]."""
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
    decides = (
        recipe_digest(QUICK_TRAINING),
        recipe_digest(QUICK_EVALUATION),
        repr(QUICK_SETTINGS),
        code_version(*CODE, "simulator"),
    )

    def make(directory: Path) -> None:
        artifact, _ = train_fleet_model(data_by_recipe(QUICK_TRAINING, QUICK_EVALUATION, advance), QUICK_SETTINGS)
        save(artifact, directory)

    return made_once("fleet", decides, load, make, cache)


def made_once(
    kind: str,
    decides: Sequence[str],
    read: Callable[[Path], object],
    make: Callable[[Path], None],
    cache: Path | None = None,
) -> Path:
    """The directory of models that are made once, and again when what decides about them changes.

    Args:
        kind: what its name begins with.
        decides: what decides about the models, beside the libraries.
        read: reads the models of a directory; ModelError if they are not whole.
        make: makes them in a directory that is not there yet.
        cache: where such models are kept; by default that of the user.
    """
    told = "\n".join([*decides, repr(sorted(library_versions().items()))])
    folder = (cache or default_cache()) / f"{kind}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
    if folder.exists():
        try:
            read(folder)
        except ModelError:
            shutil.rmtree(folder, ignore_errors=True)  # it is only a copy of what can be made again
        else:
            return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(folder.parent)
    with tempfile.TemporaryDirectory(prefix=f".{kind}-", dir=folder.parent) as scratch:
        draft = Path(scratch) / kind
        make(draft)
        try:
            draft.rename(folder)
        except OSError:
            if not folder.exists():  # another has not been faster
                raise
    return folder


def _remove_abandoned(cache: Path) -> None:
    """Drafts of trainings that were killed: nobody else removes them."""
    for draft in cache.glob(".*"):
        with suppress(OSError):  # another may be removing it, too
            if draft.is_dir() and time.time() - draft.stat().st_mtime > ABANDONED_S:
                shutil.rmtree(draft, ignore_errors=True)


def default_cache() -> Path:
    """Where models made on the way are kept."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "smart-factory" / "models"
