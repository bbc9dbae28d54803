"""`python -m factory.model_links`: the models of a factory in containers, trained once, under names that stay.

Runs before the model server and the verdict job, and ends. In the directory of models it leaves, beside the models
themselves, `fleet` and `plant`: links to those of this version of the code. Whoever trains models elsewhere puts them
there under these names, and this program is not needed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.errors import FactoryError
from contracts.logs import configure_logs
from contracts.settings import load_settings
from factory.plant_training import plant_models_for_up
from factory.training import fleet_model_for_up


class ModelLinksSettings(BaseSettings):
    """What `python -m factory.model_links` reads from the environment."""

    model_config = SettingsConfigDict(env_prefix="MODEL_LINKS_", frozen=True)

    directory: Path = Field(default=Path("/models"), description="directory in which models are kept")


def link(name: Path, target: Path) -> None:
    """Let a name in a directory be a link to a neighbour, in one step for whoever reads it."""
    draft = name.with_name(f".{name.name}.draft")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target.name)
    draft.replace(name)


def main() -> int:
    """Train what is missing and link it; 0 done, 1 a failure, 2 wrong settings."""
    log = configure_logs("model-links")
    try:
        directory = load_settings(ModelLinksSettings).directory
        for name, make in (("fleet", fleet_model_for_up), ("plant", plant_models_for_up)):
            log.info("making", models=name)
            made = make(directory)
            link(directory / name, made)
            log.info("linked", models=name, directory=made.name)
    except FactoryError as error:
        sys.stderr.write(f"model-links: {error}\n")
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
