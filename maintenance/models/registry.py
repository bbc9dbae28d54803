"""The models of a directory: each in a folder of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from maintenance.errors import ModelError
from maintenance.models.artifact import CARD_FILE, read_card
from maintenance.models.card import ModelCard

MODELS_DIR = Path("models")
"""Where models are kept unless another place is named."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A model that lies in a directory.

    Attributes:
        directory: where.
        card: what is known of it; None if it cannot be read.
        problem: why not.
    """

    directory: Path
    card: ModelCard | None
    problem: str = ""


def models_in(models_dir: Path) -> list[Registered]:
    """All models of a directory, by the name of their folders; those that cannot be read stand there with the reason.

    Args:
        models_dir: the directory; one that is not there has no models.

    Raises:
        ModelError: it is a file.
    """
    if models_dir.exists() and not models_dir.is_dir():
        raise ModelError(f"{models_dir} is a file.", remedy="Name the directory in which models are kept.")
    # Folders with a dot are those that a training is just writing.
    files = sorted(file for file in models_dir.glob(f"[!.]*/{CARD_FILE}"))
    return [_registered(file.parent) for file in files]


def find_model(models_dir: Path, name: str) -> Path:
    """The directory of a model.

    Args:
        models_dir: where models are kept.
        name: name of its folder, or of the model, or the first digits of its version.

    Raises:
        ModelError: there is none, or more than one.
    """
    there = models_in(models_dir)
    found = [one for one in there if one.directory.name == name] or [
        one for one in there if one.card is not None and _is_called(one.card, name)
    ]
    if len(found) == 1:
        return found[0].directory
    names = ", ".join(one.directory.name for one in (found or there))
    if found:
        raise ModelError(f"{name!r} is more than one model: {names}.", remedy="Name the folder.")
    raise ModelError(
        f"{models_dir} has no model {name!r}.",
        remedy=f"There is {names}." if names else "Make one: factory train fleet.",
    )


def _is_called(card: ModelCard, name: str) -> bool:
    return card.name == name or (len(name) >= 4 and card.version.startswith(name))


def _registered(directory: Path) -> Registered:
    try:
        return Registered(directory, read_card(directory))
    except ModelError as error:
        return Registered(directory, None, str(error))
