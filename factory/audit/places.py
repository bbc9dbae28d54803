"""Where the archive of a factory is, from what the caller named."""

from __future__ import annotations

import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from contracts.resources import REGION
from contracts.segments import LEDGER_SEGMENTS
from factory.audit.ledgers import LedgerDirectory, Ledgers, ShippedLedgers
from factory.audit.stores import FolderStore, S3Store, Store
from factory.errors import LocalFactoryError, LocalFactoryUsageError
from factory.local_aws.credentials import root_credentials
from factory.up.layout import Layout
from factory.up.runfile import read_run_file

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ADDRESS = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<root>.*))?")


def archive_store(address: str) -> Store:
    """The archive at an address: `s3://BUCKET/PREFIX`, or a folder with a copy of one.

    Raises:
        LocalFactoryUsageError: not an address, or no such folder or bucket.
    """
    return _store("--archive", address)


def ledgers_at(address: str) -> Ledgers:
    """The ledgers at an address: shipped to `s3://BUCKET/PREFIX`, a folder with a copy of that, or a ledger directory.

    Raises:
        LocalFactoryUsageError: not an address, no such folder or bucket, or no ledger there.
        LocalFactoryError: a part of a shipped ledger is missing.
    """
    store = _store("--ledger", address)
    if isinstance(store, FolderStore) and not (Path(address) / LEDGER_SEGMENTS).is_dir():
        return LedgerDirectory(Path(address))
    return ShippedLedgers(store)


def _store(option: str, address: str) -> Store:
    if found := _ADDRESS.fullmatch(address):
        client = boto3.client("s3", config=_CONFIG)
        _check(client, found["bucket"])
        return S3Store(client, found["bucket"], found["root"] or "")
    if "://" not in address and Path(address).is_dir():
        return FolderStore(Path(address))
    raise LocalFactoryUsageError(
        f"{option} {address} is neither an S3 address nor a folder.", remedy="Write s3://BUCKET/PREFIX."
    )


class LocalLake(NamedTuple):
    """The lake of a local factory: its bucket's files, and its S3 while that runs."""

    folder: Path
    client: S3Client | None

    @property
    def bucket(self) -> str:
        """Name of the bucket."""
        return self.folder.name


def local_store(data_dir: Path) -> Store:
    """The archive of a local factory: through its S3 while that runs, else its files.

    Raises:
        LocalFactoryUsageError: the directory has no archive, or more than one.
    """
    lake = local_lake(data_dir)
    return FolderStore(lake.folder) if lake.client is None else S3Store(lake.client, lake.bucket)


def local_lake(data_dir: Path) -> LocalLake:
    """Where the lake of a local factory is.

    Raises:
        LocalFactoryUsageError: the directory has none, or more than one.
    """
    layout = Layout(data_dir)
    lakes = sorted((layout.aws / "s3").glob("*/smart-factory-*-lake-*"))
    if len(lakes) != 1:
        raise LocalFactoryUsageError(
            f"{data_dir} holds {'no archive' if not lakes else f'{len(lakes)} archives'} of a factory.",
            remedy="--data-dir names the directory that `factory up` was given (./var unless told otherwise)."
            if not lakes
            else "--archive with one of: " + ", ".join(map(str, lakes)),
        )
    running = read_run_file(layout.run_file)
    if running is None or not _answers(running.aws_endpoint):
        return LocalLake(lakes[0], None)
    root = root_credentials(layout.aws)
    client = boto3.client(
        "s3",
        endpoint_url=running.aws_endpoint,
        region_name=REGION,
        aws_access_key_id=root.access_key_id,
        aws_secret_access_key=root.secret_access_key,
        config=_CONFIG,
    )
    return LocalLake(lakes[0], client)


# Readers share the client: as many connections as there may be readers.
_CONFIG = Config(connect_timeout=5, read_timeout=60, max_pool_connections=16, retries={"total_max_attempts": 4})


def _answers(endpoint: str) -> bool:
    address = urlsplit(endpoint)
    try:
        with socket.create_connection((address.hostname or "127.0.0.1", address.port or 80), timeout=1):
            return True
    except OSError:
        return False


def _check(client: object, bucket: str) -> None:
    try:
        client.head_bucket(Bucket=bucket)  # type: ignore[attr-defined]
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise LocalFactoryUsageError(f"The bucket {bucket} cannot be read: {code or error}.") from None
    except BotoCoreError as error:
        raise LocalFactoryError(f"S3 cannot be asked for the bucket {bucket}: {error}") from None
