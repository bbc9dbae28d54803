"""Models out of the models bucket: `python -m maintenance.models.fetch`, set up by variables with the prefix MODELS_.

It runs before the program that needs them, and ends. Of each model the newest is taken that was published; before it is
laid down its files are held against the digests of its card, as a program does that reads them.

Exit status: 0 done, 1 S3 does not answer or refuses, 2 a setting is wrong, or a model was never published or is not
what its card names.
"""

from __future__ import annotations

import io
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.errors import FactoryError
from contracts.logs import configure_logs
from contracts.models import FLEET_MODEL, PLANT_MODELS
from contracts.settings import load_settings
from maintenance.errors import MaintenanceError, ModelError
from maintenance.models.artifact import CARD_FILE, MODEL_FILE, read_files
from maintenance.models.package import ARCHIVE_NAME

KNOWN = (*PLANT_MODELS.values(), FLEET_MODEL)
LARGEST_BYTES = 2 * 1024**3
"""A file of a model that is larger is none: a disk shall not be filled by an archive of zeros."""
_CONFIG = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 4})


class FetchSettings(BaseSettings):
    """What `python -m maintenance.models.fetch` reads from the environment."""

    model_config = SettingsConfigDict(env_prefix="MODELS_", frozen=True)

    bucket: str = Field(min_length=3, description="the models bucket")
    target_dir: Path = Field(description="directory in which each model gets a directory of its name")
    names: str = Field(
        default=",".join(PLANT_MODELS.values()), description="which models, with commas; those of the plant by default"
    )

    @field_validator("names")
    @classmethod
    def _known(cls, value: str) -> str:
        unknown = [name for name in value.split(",") if name not in KNOWN]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no model; known are {', '.join(KNOWN)}")
        return value


def newest_archive(client: Any, bucket: str, name: str) -> str:
    """Key of the archive of a model that was published last.

    Raises:
        ModelError: none was.
    """
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{name}/")
    there = [one for page in pages for one in page.get("Contents", []) if one["Key"].endswith(f"/{ARCHIVE_NAME}")]
    if not there:
        raise ModelError(
            f"s3://{bucket} has no model {name!r}.",
            remedy=f"Train and publish it: factory train --help, then factory models publish {name}.",
        )
    # Two of one second: the later key, so that all who look take the same.
    return str(max(there, key=lambda one: (one["LastModified"], one["Key"]))["Key"])


def fetch(client: Any, bucket: str, name: str, target: Path) -> str:
    """Lay a model down as `target/NAME`; returns its version.

    Args:
        client: an S3 client.
        bucket: the models bucket.
        name: of the model.
        target: directory of models.

    Raises:
        MaintenanceError: S3 does not answer, or refuses.
        ModelError: there is none, or it is not what its card names.
    """
    try:
        key = newest_archive(client, bucket, name)
        packed = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    except (BotoCoreError, ClientError) as error:
        raise MaintenanceError(
            f"The model {name!r} cannot be fetched from s3://{bucket}: {error}.",
            remedy="See that the task's role may list and read the bucket, and use its key.",
        ) from error
    target.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=target))
    try:
        _unpack(packed, draft, f"s3://{bucket}/{key}")
        card = read_files(draft).card
        if card.name != name:
            raise ModelError(f"s3://{bucket}/{key} is the model {card.name!r}, not {name!r}.")
        place = target / name
        if place.exists():
            shutil.rmtree(place)
        draft.chmod(0o755)
        draft.rename(place)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return card.version


def _unpack(packed: bytes, directory: Path, origin: str) -> None:
    """The two files of an archive, and nothing else that may be in it."""
    try:
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
            for name in (CARD_FILE, MODEL_FILE):
                member = archive.getmember(name)
                content = archive.extractfile(member) if member.isreg() and member.size <= LARGEST_BYTES else None
                if content is None:
                    raise ModelError(f"{origin} is not a model: {name} is not a file of at most 2 GiB.")
                with (directory / name).open("wb") as file:
                    shutil.copyfileobj(content, file)
    except (tarfile.TarError, KeyError, EOFError, OSError) as error:
        raise ModelError(f"{origin} is not the archive of a model: {error}.", remedy="Publish it again.") from error


def main() -> int:
    """Fetch all models that the settings name; returns the exit status."""
    log = configure_logs("models-fetch")
    try:
        settings = load_settings(FetchSettings)
        client = boto3.client("s3", config=_CONFIG)
        for name in settings.names.split(","):
            version = fetch(client, settings.bucket, name, settings.target_dir)
            log.info("fetched", model=name, version=version, directory=str(settings.target_dir / name))
    except FactoryError as error:
        structlog.get_logger("models-fetch").error("failed", error=str(error), exit_status=error.exit_status)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
