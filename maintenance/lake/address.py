"""From what people write to where a lake lies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from contracts.resources import REGION
from maintenance.errors import DataError, LakeError
from maintenance.lake.stores import BucketStore, FolderStore, Store

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_BUCKET = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>.*))?")
_CONFIG = Config(connect_timeout=5, read_timeout=60, max_pool_connections=32, retries={"total_max_attempts": 4})


def open_store(address: str, client: S3Client | None = None) -> Store:
    """The store at an address.

    Args:
        address: a folder that is there, or `s3://BUCKET/PREFIX`.
        client: S3 client; by default one with what boto3 finds.

    Raises:
        DataError: it is neither, or there is no such folder.
        LakeError: the environment names no usable S3.

    Example:
        >>> open_store("ftp://lake")
        Traceback (most recent call last):
        maintenance.errors.DataError: ftp://lake: this is neither a folder nor s3://BUCKET/PREFIX.
    """
    if found := _BUCKET.fullmatch(address):
        return BucketStore(client or _client(), found["bucket"], (found["prefix"] or "").strip("/"))
    if "://" in address:
        raise DataError("this is neither a folder nor s3://BUCKET/PREFIX", file=address)
    if not Path(address).is_dir():
        raise DataError(
            "there is no such folder", file=address, remedy="Name the one that `factory backfill --out` was given."
        )
    return FolderStore(Path(address))


def _client() -> S3Client:
    try:
        session = boto3.session.Session()
        return session.client("s3", config=_CONFIG, region_name=session.region_name or REGION)
    except (BotoCoreError, ValueError) as error:
        raise LakeError(
            f"S3 cannot be used: {error}.", remedy="AWS_ENDPOINT_URL and the credentials must be right."
        ) from error
