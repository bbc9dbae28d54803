"""A model in a directory: `model.skops` and `card.json`, with digests that are verified when it is read."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from maintenance.errors import ModelError
from maintenance.models.card import ModelCard
from maintenance.models.trust import dumps, loads

MODEL_FILE = "model.skops"
CARD_FILE = "card.json"
_AGAIN = "Train or copy the model again."
_NOT_IN_VERSION = {"version", "created_at"}
_IN_ITS_PLACE = (errno.ENOTEMPTY, errno.EEXIST)
"""What a rename onto a directory that is not empty fails with (POSIX, rename)."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """A model with its card.

    Attributes:
        card: what is known of it.
        model: an estimator, or a dictionary, list or tuple of them.
    """

    card: ModelCard
    model: Any


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The two files of a model as they were read, once and together.

    Attributes:
        card: what is known of it.
        card_file: the bytes of its card.
        model_file: the bytes of its estimators, whose digest is the one in the card.
    """

    card: ModelCard
    card_file: bytes
    model_file: bytes

    def load(self, origin: str) -> Artifact:
        """The model of these files.

        Args:
            origin: where they come from, for the message.

        Raises:
            ModelError: it has parts of types that are not trusted.
        """
        return Artifact(self.card, loads(self.model_file, origin))


def save(artifact: Artifact, directory: Path) -> ModelCard:
    """Write a model into a directory, all or nothing.

    The directory is made beside and renamed, so that nobody ever reads half a model. One of the same version that lies
    there stays as it is; one of another version is renamed away, and deleted when the new one has its place.

    Args:
        artifact: the model.
        directory: where; its parents are made.

    Returns:
        The card with the digests in it.

    Raises:
        ModelError: the model has a part that could not be read again, something else lies there, or the place cannot
            be written.
    """
    content = dumps(artifact.model)
    card = _signed(artifact.card, content)
    place = directory.resolve()  # "." has neither a name nor a parent
    refuse_foreign(place)
    try:
        _write(content, card, place)
    except OSError as error:
        raise ModelError(
            f"{directory} cannot be written: {error.strerror}.", remedy="Name a directory of your own."
        ) from error
    return card


def _write(content: bytes, card: ModelCard, directory: Path) -> None:
    directory.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        (made / MODEL_FILE).write_bytes(content)
        (made / CARD_FILE).write_text(card.model_dump_json(indent=1) + "\n", encoding="utf-8")
        made.chmod(0o755)  # mkdtemp makes it for its owner alone
        _put_in_place(made, directory, card.version)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def load(directory: Path) -> Artifact:
    """Read a model, and see that it is the one that was written.

    Args:
        directory: where it lies.

    Raises:
        ModelError: there is none, it was changed, or it has parts of types that are not trusted.
    """
    return read_files(directory).load(str(directory / MODEL_FILE))


def read_files(directory: Path) -> ModelFiles:
    """Read the files of a model, each once: whoever passes them on passes on what was verified.

    Args:
        directory: where it lies.

    Raises:
        ModelError: there is none, or it was changed.
    """
    card, card_file = _read_card(directory)
    file = directory / MODEL_FILE
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ModelError(f"{file} cannot be read: {error.strerror}.", remedy=_AGAIN) from error
    found = hashlib.sha256(content).hexdigest()
    if found != card.model_sha256:
        raise ModelError(
            f"{file} is not what its card names: SHA-256 {found[:12]}…, not {card.model_sha256[:12]}….",
            remedy=_AGAIN,
        )
    return ModelFiles(card, card_file, content)


def read_card(directory: Path) -> ModelCard:
    """The card of a model, without the model.

    Raises:
        ModelError: there is none, it cannot be read, or it was changed since it was written.
    """
    return _read_card(directory)[0]


def _read_card(directory: Path) -> tuple[ModelCard, bytes]:
    file = directory / CARD_FILE
    try:
        content = file.read_bytes()
        card = ModelCard.model_validate_json(content)
    except FileNotFoundError:
        raise ModelError(
            f"{directory} has no model: there is no {CARD_FILE}.", remedy="factory models list shows those that are."
        ) from None
    except OSError as error:
        raise ModelError(f"{file} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        spot = ".".join(str(part) for part in first["loc"])
        raise ModelError(f"{file} is not a model's card: {spot}: {first['msg']}.") from None
    if version_of(card) != card.version:
        raise ModelError(
            f"{file} was changed after it was written: its version is not {card.short_version}….",
            remedy=_AGAIN,
        )
    return card, content


def version_of(card: ModelCard) -> str:
    """Digest of a model: SHA-256 of its card, which names the digest of its estimators.

    When it was trained is left out, so that the same data, seed and code give the same version.
    """
    told = card.model_dump(mode="json", exclude=_NOT_IN_VERSION)
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _signed(card: ModelCard, content: bytes) -> ModelCard:
    named = card.model_copy(update={"model_sha256": hashlib.sha256(content).hexdigest(), "version": ""})
    return named.model_copy(update={"version": version_of(named)})


def refuse_foreign(directory: Path) -> None:
    """See that a model may take this place: it replaces a model, and never anything else.

    Raises:
        ModelError: something else lies there.
    """
    if directory.exists() and not directory.is_dir():
        raise ModelError(f"{directory} is a file.", remedy="Name a directory.")
    there = sorted(one.name for one in directory.iterdir()) if directory.is_dir() else []
    if there and CARD_FILE not in there:
        raise ModelError(f"{directory} is not empty and has no model in it.", remedy="Name another directory.")
    if foreign := [name for name in there if name not in (CARD_FILE, MODEL_FILE)]:
        raise ModelError(
            f"{directory} has {', '.join(foreign[:3])} in it, which is no part of a model and would be lost.",
            remedy="Name another directory.",
        )


def _put_in_place(made: Path, directory: Path, version: str) -> None:
    """Rename, and where another was faster with the same model, leave its."""
    aside = made.with_name(f"{made.name}.old")
    try:
        for _ in range(3):
            try:
                os.replace(made, directory)  # noqa: PTH105 - it replaces an empty directory, on every system
            except OSError as error:
                if error.errno not in _IN_ITS_PLACE:
                    raise
                if _version_at(directory) == version:
                    return
                shutil.rmtree(aside, ignore_errors=True)
                with suppress(FileNotFoundError):
                    os.replace(directory, aside)  # noqa: PTH105 - as above
            else:
                return
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    raise ModelError(f"{directory} cannot be replaced: something else keeps writing there.")


def _version_at(directory: Path) -> str | None:
    try:
        return load(directory).card.version
    except ModelError:
        return None
