"""Models into the models bucket: `NAME/VERSION/model.tar.gz`, and the card beside it for people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from maintenance.errors import MaintenanceError
from maintenance.models.artifact import CARD_FILE, read_card
from maintenance.models.card import ModelCard
from maintenance.models.package import ARCHIVE_NAME, package


def archive_key(card: ModelCard) -> str:
    """Key of a model's archive; a version is never written over by another."""
    return f"{card.name}/{card.version}/{ARCHIVE_NAME}"


def publish(directory: Path, bucket: str, client: Any) -> str:
    """Put a model into the bucket.

    Args:
        directory: where the model lies.
        bucket: the models bucket.
        client: an S3 client.

    Returns:
        The archive's address, as a SageMaker model's `ModelDataUrl` takes it.

    Raises:
        ModelError: there is no model, or it is not what its card names.
        MaintenanceError: the bucket cannot be written.
    """
    archive, card = package(directory), read_card(directory)
    key = archive_key(card)
    try:
        client.put_object(
            Bucket=bucket,
            Key=f"{card.name}/{card.version}/{CARD_FILE}",
            Body=(directory / CARD_FILE).read_bytes(),
            ContentType="application/json",
        )
        # The archive last: who finds it finds the card as well.
        client.put_object(Bucket=bucket, Key=key, Body=archive, ContentType="application/gzip")
    except (BotoCoreError, ClientError) as error:
        raise MaintenanceError(
            f"The model cannot be put into s3://{bucket}: {error}.",
            remedy="Name a bucket that is yours with --bucket; for a local factory set AWS_ENDPOINT_URL.",
        ) from error
    return f"s3://{bucket}/{key}"
