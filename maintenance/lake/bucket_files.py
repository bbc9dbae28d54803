"""Objects of a bucket as files for pyarrow, which then reads only the columns and rows it needs.

pyarrow has an S3 of its own, which finds credentials and endpoints in other ways than boto3; with this one the whole
program has one way.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.fs as arrow_fs
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class ObjectReader(io.RawIOBase):
    """An object that is read in ranges, each a request.

    Args:
        client: S3 client.
        bucket: name of the bucket.
        key: the object.
        size: its length [bytes].
    """

    def __init__(self, client: S3Client, bucket: str, key: str, size: int) -> None:
        super().__init__()
        self._client = client
        self._where = (bucket, key)
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def seekable(self) -> bool:
        """Anywhere, at no cost."""
        return True

    def tell(self) -> int:
        """Where the next read begins [bytes]."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a byte."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = base + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Some bytes from here on."""
        end = self._size if size < 0 else min(self._size, self._at + size)
        if end <= self._at:
            return b""
        bucket, key = self._where
        try:
            answer = self._client.get_object(Bucket=bucket, Key=key, Range=f"bytes={self._at}-{end - 1}")
            content = answer["Body"].read()
        except (BotoCoreError, ClientError) as error:
            raise OSError(f"s3://{bucket}/{key} cannot be read: {error}") from error
        self._at += len(content)
        return content


class BucketFiles(arrow_fs.FileSystemHandler):  # type: ignore[misc]
    """A bucket as a file system that is read, and never written.

    Args:
        client: S3 client; used from several threads.
        bucket: name of the bucket.
    """

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get_type_name(self) -> str:
        """What it is."""
        return "bucket"

    def normalize_path(self, path: str) -> str:
        """Keys are what they are."""
        return path

    def get_file_info(self, paths: list[str]) -> list[arrow_fs.FileInfo]:
        """Sizes of objects."""
        return [arrow_fs.FileInfo(path, arrow_fs.FileType.File, size=self._size(path)) for path in paths]

    def open_input_file(self, path: str) -> pa.PythonFile:
        """An object to be read here and there."""
        return pa.PythonFile(ObjectReader(self._client, self._bucket, path, self._size(path)), mode="r")

    def open_input_stream(self, path: str) -> pa.PythonFile:
        """An object to be read from its beginning."""
        return self.open_input_file(path)

    def _size(self, path: str) -> int:
        try:
            return self._client.head_object(Bucket=self._bucket, Key=path)["ContentLength"]
        except (BotoCoreError, ClientError) as error:
            raise FileNotFoundError(f"s3://{self._bucket}/{path} cannot be read: {error}") from error

    def _refuse(self, *_arguments: object, **_options: object) -> None:
        raise NotImplementedError("The bucket is only read here.")

    get_file_info_selector = create_dir = delete_dir = delete_dir_contents = delete_root_dir_contents = _refuse
    delete_file = move = copy_file = open_output_stream = open_append_stream = _refuse
