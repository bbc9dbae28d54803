"""Models into the models bucket: `NAME/VERSION/model.tar.gz`, and the card beside it for people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from maintenance.errors import MaintenanceError
from maintenance.models.artifact import CARD_FILE, MODEL_FILE, read_files
from maintenance.models.card import ModelCard
from maintenance.models.package import ARCHIVE_NAME, package


def archive_key(card: ModelCard) -> str:
    """Key of a model's archive; a version is never written over by another."""
    return f"{card.name}/{card.version}/{ARCHIVE_NAME}"


@dataclass(frozen=True, slots=True)
class Published:
    """A model in a bucket.

    Attributes:
        address: of its archive, as a SageMaker model's `ModelDataUrl` takes it.
        version: which one it is.
    """

    address: str
    version: str


def publish(directory: Path, bucket: str, client: Any) -> Published:
    """Put a model into the bucket.

    Its files are read once, and these bytes are verified, loaded and packed: a training that replaces the model
    meanwhile changes nothing of what is published.

    Args:
        directory: where the model lies.
        bucket: the models bucket.
        client: an S3 client.

    Raises:
        ModelError: there is no model, or it is not what its card names.
        MaintenanceError: the bucket cannot be written.
    """
    files = read_files(directory)
    files.load(str(directory / MODEL_FILE))  # what cannot be loaded is of use to nobody
    card, archive = files.card, package(files)
    key = archive_key(card)
    try:
        client.put_object(
            Bucket=bucket,
            Key=f"{card.name}/{card.version}/{CARD_FILE}",
            Body=files.card_file,
            ContentType="application/json",
        )
        # The archive last: who finds it finds the card as well.
        client.put_object(Bucket=bucket, Key=key, Body=archive, ContentType="application/gzip")
    except (BotoCoreError, ClientError) as error:
        raise MaintenanceError(
            f"The model cannot be put into s3://{bucket}: {error}.",
            remedy="Name a bucket that is yours with --bucket; for a local factory set AWS_ENDPOINT_URL.",
        ) from error
    return Published(f"s3://{bucket}/{key}", card.version)
