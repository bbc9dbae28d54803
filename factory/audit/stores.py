"""Where an archive lies: an S3 bucket, or the files of the local S3 while it is not running."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


READERS = 8
"""Objects fetched at a time: their latency overlaps, their parsing does not."""


class StoredObject(NamedTuple):
    """An object by its key."""

    key: str
    size: int


class Store(Protocol):
    """Something that holds objects by key."""

    @property
    def name(self) -> str:
        """What people call it."""

    def objects(self, prefix: str) -> Iterator[StoredObject]:
        """All objects under a prefix, by key."""

    def read(self, key: str) -> bytes:
        """An object's content."""


class S3Store:
    """A bucket, read through the S3 API.

    Args:
        client: S3 client; safe for use from several threads.
        bucket: name of the bucket.
        root: prefix under which `raw/`, `quarantine/` and `errors/` lie.
    """

    def __init__(self, client: S3Client, bucket: str, root: str = "") -> None:
        self._client = client
        self._bucket = bucket
        self._root = f"{root.strip('/')}/" if root.strip("/") else ""

    @property
    def name(self) -> str:
        """The bucket as an address."""
        return f"s3://{self._bucket}/{self._root}"

    def objects(self, prefix: str) -> Iterator[StoredObject]:
        """All objects under a prefix, by key."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._root + prefix)
        for page in pages:
            for found in page.get("Contents", []):
                yield StoredObject(found["Key"].removeprefix(self._root), found["Size"])

    def read(self, key: str) -> bytes:
        """An object's content."""
        return self._client.get_object(Bucket=self._bucket, Key=self._root + key)["Body"].read()


class FolderStore:
    """Objects as files below a folder, as the local S3 keeps them.

    The emulator writes an object to the path of its key and what it knows of it beside it, in `KEY.meta.json`.

    Args:
        folder: the bucket's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def name(self) -> str:
        """The folder."""
        return str(self._folder)

    def objects(self, prefix: str) -> Iterator[StoredObject]:
        """All objects under a prefix, by key."""
        for path in sorted((self._folder / prefix).rglob("*")):
            if path.is_file() and not path.name.endswith((".meta.json", ".tmp")):
                yield StoredObject(path.relative_to(self._folder).as_posix(), path.stat().st_size)

    def read(self, key: str) -> bytes:
        """An object's content."""
        return (self._folder / key).read_bytes()


def contents(store: Store, keys: Iterable[str]) -> Iterator[bytes]:
    """Contents of objects, in the order asked for; a few are fetched ahead, never all at once."""
    waiting = iter(keys)
    with ThreadPoolExecutor(READERS) as pool:
        ahead = [pool.submit(store.read, key) for key in islice(waiting, 2 * READERS)]
        while ahead:
            content = ahead.pop(0)
            ahead.extend(pool.submit(store.read, key) for key in islice(waiting, 1))
            yield content.result()
