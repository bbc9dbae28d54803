"""Where files go: a folder or a bucket. A file is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from simulator.backfill.layout import unfinished_name
from simulator.errors import SimulatorError, SimulatorUsageError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

UPLOADS = 8
"""Uploads under way at a time, of one process."""


class Sink(Protocol):
    """A place that takes files by their key."""

    def put(self, key: str, content: bytes) -> None:
        """Write a file."""

    def listing(self) -> Iterator[str]:
        """What is there."""

    def remove(self, key: str) -> None:
        """Take a file away."""

    def close(self) -> None:
        """Wait until everything is written."""

    def free_bytes(self) -> int | None:
        """How much it can take; None where that has no end."""


class Folder:
    """Files under a folder.

    Args:
        root: the folder; made with the first file.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._made: set[Path] = set()

    def put(self, key: str, content: bytes) -> None:
        """Write a file under another name, and rename it.

        Raises:
            SimulatorError: the disk is full, or one may not write there.
        """
        path = self._root / key
        unfinished = path.with_name(unfinished_name(path.name))
        try:
            if path.parent not in self._made:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._made.add(path.parent)
            try:
                unfinished.write_bytes(content)
                unfinished.replace(path)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise SimulatorError(
                f"{path} cannot be written: {error.strerror}.", remedy="Files that are there are whole."
            ) from error

    def listing(self) -> Iterator[str]:
        """What is there, by its path."""
        for directory, _, names in os.walk(self._root):
            for name in names:
                yield (Path(directory) / name).relative_to(self._root).as_posix()

    def remove(self, key: str) -> None:
        """Take a file away, and folders that it leaves empty."""
        path = self._root / key
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # not empty
            while path.parent != self._root:
                path = path.parent
                path.rmdir()

    def close(self) -> None:
        """Nothing to wait for."""

    def free_bytes(self) -> int | None:
        """Free space of the disk on which the folder is or would be."""
        there = next(path for path in (self._root, *self._root.absolute().parents) if path.exists())
        return shutil.disk_usage(there).free


class Bucket:
    """Objects under a prefix of an S3 bucket; credentials and endpoint are found as boto3 finds them.

    Args:
        bucket: its name.
        prefix: what all keys begin with, without a slash at its end.

    Raises:
        SimulatorUsageError: the environment names no usable S3.
    """

    def __init__(self, bucket: str, prefix: str) -> None:
        config = Config(
            connect_timeout=5, read_timeout=60, max_pool_connections=UPLOADS, retries={"total_max_attempts": 4}
        )
        try:
            self._client: S3Client = boto3.client("s3", config=config)
        except (BotoCoreError, ValueError) as error:
            raise SimulatorUsageError(
                f"S3 cannot be used: {error}.", remedy="AWS_ENDPOINT_URL and AWS_DEFAULT_REGION must be right."
            ) from error
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._pool = ThreadPoolExecutor(UPLOADS, thread_name_prefix="upload")
        self._under_way: list[Future[Any]] = []

    def put(self, key: str, content: bytes) -> None:
        """Begin to upload an object; a failure is told by a later call.

        Raises:
            SimulatorError: S3 refused, or cannot be reached.
        """
        # What waits is in memory: never more than two uploads for each connection.
        self._wait(2 * UPLOADS)
        upload = self._pool.submit(self._client.put_object, Bucket=self._bucket, Key=self._prefix + key, Body=content)
        self._under_way.append(upload)

    def listing(self) -> Iterator[str]:
        """What is there.

        Raises:
            SimulatorError: the bucket cannot be read.
        """
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            for page in pages:
                for found in page.get("Contents", []):
                    yield found["Key"].removeprefix(self._prefix)
        except (BotoCoreError, ClientError) as error:
            raise self._failure(error) from error

    def remove(self, key: str) -> None:
        """Take an object away.

        Raises:
            SimulatorError: S3 refused.
        """
        try:
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + key)
        except (BotoCoreError, ClientError) as error:
            raise self._failure(error) from error

    def close(self) -> None:
        """Wait until everything is uploaded.

        Raises:
            SimulatorError: something was not.
        """
        try:
            self._wait(0)
        finally:
            self._pool.shutdown(cancel_futures=True)

    def free_bytes(self) -> int | None:
        """S3 has no end."""
        return None

    def _wait(self, most: int) -> None:
        try:
            while len(self._under_way) > most:
                self._under_way.pop(0).result()
        except (BotoCoreError, ClientError) as error:
            raise self._failure(error) from error

    def _failure(self, error: Exception) -> SimulatorError:
        return SimulatorError(
            f"s3://{self._bucket}/{self._prefix} cannot be used: {error}",
            remedy="The bucket must be there, and AWS_ENDPOINT_URL and the credentials must be right.",
        )


def open_sink(address: str) -> Sink:
    """The sink of an address: `s3://BUCKET/PREFIX`, or a folder.

    Example:
        >>> type(open_sink("/tmp/history")).__name__
        'Folder'
    """
    if address.startswith("s3://"):
        bucket, _, prefix = address.removeprefix("s3://").partition("/")
        return Bucket(bucket, prefix.strip("/"))
    return Folder(Path(address))
