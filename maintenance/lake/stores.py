"""Where a lake lies: a folder or a bucket. An object is there whole or not at all."""

from __future__ import annotations

import os
import shutil
import stat
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pyarrow.fs as arrow_fs
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError

from maintenance.errors import LakeError
from maintenance.lake.bucket_files import BucketFiles

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ONE_REQUEST = 64 * 2**20
"""Up to this size an object is put by one request [bytes]."""


class StoredObject(NamedTuple):
    """An object: its key, its size [bytes], and what changes when it is replaced."""

    key: str
    size: int
    version: str


class Store(Protocol):
    """Something that holds objects by key."""

    @property
    def address(self) -> str:
        """What people call it."""

    def folders(self, prefix: str) -> list[str]:
        """Names of what is directly under a prefix that ends with a slash, and has something under it itself."""

    def objects(self, prefix: str) -> list[StoredObject]:
        """All objects under a prefix, by key."""

    def find(self, key: str) -> StoredObject | None:
        """An object by its key; None if there is none."""

    def read(self, key: str) -> bytes:
        """An object's content."""

    def put(self, key: str, content: bytes) -> StoredObject:
        """Write an object."""

    def put_file(self, key: str, path: Path) -> StoredObject:
        """Make a file an object; the file may be gone after that."""

    def remove(self, key: str) -> None:
        """Take an object away, if it is there."""

    def files(self) -> tuple[arrow_fs.FileSystem, str]:
        """How pyarrow reads objects: a file system, and what stands before each key there."""


class FolderStore:
    """Objects as files below a folder.

    Args:
        folder: the folder; made with the first object.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def address(self) -> str:
        """The folder."""
        return str(self._folder)

    def folders(self, prefix: str) -> list[str]:
        """Names of folders directly under a prefix."""
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(self._folder / prefix) as found:
            return sorted(one.name for one in found if one.is_dir())
        return []

    def objects(self, prefix: str) -> list[StoredObject]:
        """All files under a prefix that are whole."""
        found = (
            Path(directory, name) for directory, _, names in os.walk(self._folder / prefix) for name in names
            # `.tmp` is being written; `.meta.json` is what the local S3 keeps beside an object.
            if not name.startswith(".") and not name.endswith((".tmp", ".meta.json"))
        )  # fmt: skip
        return sorted(told for path in found if (told := self._told(path)) is not None)

    def find(self, key: str) -> StoredObject | None:
        """A file by its key."""
        return self._told(self._folder / key)

    def read(self, key: str) -> bytes:
        """A file's content.

        Raises:
            LakeError: it cannot be read.
        """
        try:
            return (self._folder / key).read_bytes()
        except OSError as error:
            raise LakeError(f"{self._folder / key} cannot be read: {error.strerror}.") from error

    def put(self, key: str, content: bytes) -> StoredObject:
        """Write a file under another name, and rename it.

        Raises:
            LakeError: the disk is full, or one may not write there.
        """
        return self._rename(key, lambda unfinished: unfinished.write_bytes(content))

    def put_file(self, key: str, path: Path) -> StoredObject:
        """Move a file here.

        Raises:
            LakeError: the disk is full, or one may not write there.
        """
        return self._rename(key, lambda unfinished: shutil.move(path, unfinished))

    def remove(self, key: str) -> None:
        """Take a file away."""
        (self._folder / key).unlink(missing_ok=True)

    def files(self) -> tuple[arrow_fs.FileSystem, str]:
        """The disk."""
        return arrow_fs.LocalFileSystem(), f"{self._folder.absolute().as_posix()}/"

    def _told(self, path: Path) -> StoredObject | None:
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None  # somebody else has just taken it away
        return _as_object(path.relative_to(self._folder).as_posix(), status) if stat.S_ISREG(status.st_mode) else None

    def _rename(self, key: str, write: Callable[[Path], object]) -> StoredObject:
        path = self._folder / key
        # Its own in each process: two may write the same object at the same time.
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                write(unfinished)
                # Not of the file in its place: that may be another's by then, who has put it there at the same time.
                told = _as_object(key, unfinished.stat())
                unfinished.replace(path)
            except BaseException:
                unfinished.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise LakeError(
                f"{path} cannot be written: {error.strerror}.", remedy="What was there before is untouched."
            ) from error
        return told


def _as_object(key: str, status: os.stat_result) -> StoredObject:
    return StoredObject(key, status.st_size, str(status.st_mtime_ns))


class BucketStore:
    """Objects under a prefix of an S3 bucket.

    Args:
        client: S3 client; used from several threads.
        bucket: its name.
        prefix: what all keys begin with, without a slash at its end.
    """

    def __init__(self, client: S3Client, bucket: str, prefix: str) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""

    @property
    def address(self) -> str:
        """The bucket and prefix."""
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    def folders(self, prefix: str) -> list[str]:
        """Names between a prefix and the next slash."""
        before = self._prefix + prefix
        names: list[str] = []
        with _told_by_s3(self.address):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=before, Delimiter="/"
            )
            for page in pages:
                names += [one["Prefix"].removeprefix(before).rstrip("/") for one in page.get("CommonPrefixes", [])]
        return names

    def objects(self, prefix: str) -> list[StoredObject]:
        """All objects under a prefix."""
        found: list[StoredObject] = []
        with _told_by_s3(self.address):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._prefix + prefix
            )
            for page in pages:
                found += [
                    StoredObject(one["Key"].removeprefix(self._prefix), one["Size"], one["ETag"].strip('"'))
                    for one in page.get("Contents", [])
                ]
        return found

    def find(self, key: str) -> StoredObject | None:
        """An object by its key."""
        with _told_by_s3(f"{self.address}/{key}"):
            try:
                head = self._client.head_object(Bucket=self._bucket, Key=self._prefix + key)
            except ClientError as error:
                if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                    return None
                raise
        return StoredObject(key, head["ContentLength"], head["ETag"].strip('"'))

    def read(self, key: str) -> bytes:
        """An object's content."""
        with _told_by_s3(f"{self.address}/{key}"):
            return self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)["Body"].read()

    def put(self, key: str, content: bytes) -> StoredObject:
        """Write an object."""
        with _told_by_s3(f"{self.address}/{key}"):
            answer = self._client.put_object(Bucket=self._bucket, Key=self._prefix + key, Body=content)
        return StoredObject(key, len(content), answer["ETag"].strip('"'))

    def put_file(self, key: str, path: Path) -> StoredObject:
        """Upload a file; until that is complete, what was there before is read."""
        with _told_by_s3(f"{self.address}/{key}"):
            config = TransferConfig(multipart_threshold=ONE_REQUEST, multipart_chunksize=ONE_REQUEST)
            mark = {"writer": uuid.uuid4().hex}
            self._client.upload_file(
                str(path), self._bucket, self._prefix + key, Config=config, ExtraArgs={"Metadata": mark}
            )
            head = self._client.head_object(Bucket=self._bucket, Key=self._prefix + key)
        # Another may have put its own there at the same time: ours has a version that is nowhere, then.
        version = head["ETag"].strip('"') if head["Metadata"] == mark else "overwritten"
        return StoredObject(key, path.stat().st_size, version)

    def remove(self, key: str) -> None:
        """Take an object away."""
        with _told_by_s3(f"{self.address}/{key}"):
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + key)

    def files(self) -> tuple[arrow_fs.FileSystem, str]:
        """Objects through the same client, so that credentials and endpoint are found in one way."""
        return arrow_fs.PyFileSystem(BucketFiles(self._client, self._bucket)), self._prefix


class _told_by_s3:  # noqa: N801 - a context manager reads as a function
    """Failures of S3 as sentences."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, BotoCoreError | ClientError):
            raise LakeError(
                f"{self._what} cannot be used: {error}",
                remedy="The bucket must be there, and AWS_ENDPOINT_URL and the credentials must be right.",
            ) from error
