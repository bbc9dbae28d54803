"""The lines of an object, whatever its name: plain text, or gzip as the archive writes it.

An object is read as it comes, a line at a time, so that its size does not matter. Nothing in it can stop the reading of
what stands before and after: a line that is too long, or not UTF-8, is a line like any other, that no reading can be
made of; where gzip breaks off, the last line says so.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

MOST_BYTES = 16 * 1024
"""Longest line that is read; a reading has a few hundred bytes."""
_GZIP = b"\x1f\x8b"
_MARK = "\ufeff"


class Line(NamedTuple):
    """A line of an object.

    Args:
        number: from 1.
        text: without its end; blank lines are left out.
        problem: why it cannot be used; none where it may be.
    """

    number: int
    text: str
    problem: str | None = None


def lines_of(stream: BinaryIO) -> Iterator[Line]:
    r"""The lines of an object that are not blank.

    Args:
        stream: its bytes.

    Example:
        >>> [line.text for line in lines_of(io.BytesIO(b"\xef\xbb\xbfone\r\n\r\ntwo"))]
        ['one', 'two']
    """
    buffered = io.BufferedReader(_Raw(stream), 1 << 16)
    packed = buffered.peek(2)[:2] == _GZIP
    source: BinaryIO = gzip.GzipFile(fileobj=buffered) if packed else buffered  # type: ignore[assignment]
    number = 0
    try:
        while raw := source.readline(MOST_BYTES + 1):
            number += 1
            line = _line(number, raw)
            if len(raw) > MOST_BYTES and not raw.endswith(b"\n"):
                _skip_to_end(source)
                line = Line(number, line.text[:1000], f"it has more than {MOST_BYTES} bytes")
            if line.text:
                yield line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield Line(number + 1, "", f"the object's gzip is broken from here on: {error}")


def _line(number: int, raw: bytes) -> Line:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return Line(number, raw.decode(errors="backslashreplace").strip(), f"it is not UTF-8: {error.reason}")
    return Line(number, text.removeprefix(_MARK).strip() if number == 1 else text.strip())


def _skip_to_end(source: BinaryIO) -> None:
    while (raw := source.readline(1 << 16)) and not raw.endswith(b"\n"):
        pass


class _Raw(io.RawIOBase):
    """What has `read`, as S3's answer has, for those who want a file."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill a buffer."""
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
