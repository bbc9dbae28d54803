"""Settings from the environment, secrets also from files, and one sentence for each that is wrong.

A container is given a secret as a file, so that no listing of its environment shows it: `SECRETS_DIR` names a directory
in which a file is called as the setting in small letters, `mail_send_password` for `MAIL_SEND_PASSWORD`. On ECS the
same secret is injected as that variable; a variable goes before a file.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from contracts.errors import SettingsError

Settings = TypeVar("Settings", bound=BaseSettings)
SECRETS_DIR = "SECRETS_DIR"
"""Variable that names the directory of secrets, for all programs alike."""


def load_settings(model: type[Settings]) -> Settings:
    """The settings of a program, from the environment and from the directory of secrets.

    Args:
        model: a `BaseSettings` with an `env_prefix`.

    Raises:
        SettingsError: one or more are missing or wrong; the sentence names each variable and its value. Or there is no
            such directory of secrets, or a file in it cannot be read.
    """
    directory = _secrets_directory()
    try:
        return model(_secrets_dir=directory)
    except ValidationError as error:
        raise SettingsError(" ".join(_sentences(model, error))) from None


def _secrets_directory() -> Path | None:
    named = os.environ.get(SECRETS_DIR, "")
    if not named:
        return None
    directory = Path(named)
    if not directory.is_dir():
        raise SettingsError(
            f"{SECRETS_DIR}={named!r} is not a directory.", remedy="Name the one in which a file is a secret."
        )
    for file in directory.iterdir():
        if file.is_file() and not os.access(file, os.R_OK):
            raise SettingsError(f"The secret {file} cannot be read.", remedy="See its owner and mode.")
    return directory


def _sentences(model: type[BaseSettings], error: ValidationError) -> list[str]:
    prefix = str(model.model_config.get("env_prefix", ""))
    sentences = []
    for problem in error.errors():
        said = problem["msg"].removeprefix("Value error, ")
        name = prefix + ".".join(str(part) for part in problem["loc"]).upper()
        if problem["type"] == "missing":
            field = model.model_fields.get(str(problem["loc"][0]))
            meaning = f" ({field.description})" if field is not None and field.description else ""
            sentences.append(f"The setting {name} is missing{meaning}.")
        elif problem["loc"]:
            sentences.append(f"{name}={problem['input']!r} cannot be used: {said}.")
        else:  # of several settings together: what is said names them
            sentences.append(f"{said}.")
    return sentences
