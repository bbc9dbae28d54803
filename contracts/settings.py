"""Settings from the environment, and one sentence for each that is wrong."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from contracts.errors import SettingsError

Settings = TypeVar("Settings", bound=BaseSettings)


def load_settings(model: type[Settings]) -> Settings:
    """The settings of a program, from the environment.

    Args:
        model: a `BaseSettings` with an `env_prefix`.

    Raises:
        SettingsError: one or more are missing or wrong; the sentence names each variable and its value.
    """
    try:
        return model()
    except ValidationError as error:
        raise SettingsError(" ".join(_sentences(model, error))) from None


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
