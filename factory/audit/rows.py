"""What an object of the archive holds: the numbers of its messages."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from factory.audit.core import Stretch

_GZIP_MAGIC = b"\x1f\x8b"


class Rows(NamedTuple):
    """What an object told: stretches in order, and rows without a number."""

    stretches: list[Stretch]
    rows: int
    unattributed: int


class UnreadableObjectError(ValueError):
    """An object that is neither JSON lines nor gzip of such."""


def archived_rows(content: bytes) -> Rows:
    r"""The numbers in an object of the archive: telemetry as JSON lines, compressed or not.

    Example:
        >>> archived_rows(b'{"device_id":"M001","run":1,"seq":1}\n{"device_id":"M001","run":1,"seq":2}\n').stretches
        [Stretch(device_id='M001', run=1, first=1, last=2)]
    """
    return _collect(_lines(content))


def set_aside_rows(content: bytes) -> Rows:
    """The numbers in an object of the quarantine or of an error action: records with the message in Base64."""
    return _collect(map(_original, _lines(content)))


def _lines(content: bytes) -> Iterator[object]:
    try:
        text = gzip.decompress(content) if content.startswith(_GZIP_MAGIC) else content
        lines = text.splitlines()
        for number, line in enumerate(lines):
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except ValueError:
                if number:  # not one object over several lines, but broken lines
                    raise
                yield json.loads(text)
                return
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise UnreadableObjectError(str(error)) from error


def _original(record: object) -> object:
    """The message that a record was made of; none if it is not one of ours."""
    if not isinstance(record, dict):
        return None
    encoded = record.get("payload_base64", record.get("base64OriginalPayload"))
    try:
        return json.loads(base64.b64decode(encoded, validate=True)) if isinstance(encoded, str) else None
    except (ValueError, RecursionError):
        return None


def _collect(messages: Iterable[object]) -> Rows:
    stretches: list[Stretch] = []
    growing: dict[tuple[str, int], tuple[int, int]] = {}
    rows = unattributed = 0
    for message in messages:
        rows += 1
        key, seq = _number(message)
        if key is None:
            unattributed += 1
            continue
        first, last = growing.get(key, (seq, seq - 1))
        if seq != last + 1:
            stretches.append(Stretch(*key, first, last))
            first = seq
        growing[key] = (first, seq)
    stretches.extend(Stretch(*key, first, last) for key, (first, last) in growing.items())
    return Rows(stretches, rows, unattributed)


def _number(message: object) -> tuple[tuple[str, int] | None, int]:
    if isinstance(message, dict):
        device_id, run, seq = message.get("device_id"), message.get("run"), message.get("seq")
        # bool is an int to Python, and `true` is no sequence number
        if isinstance(device_id, str) and type(run) is int and type(seq) is int and seq >= 1:
            return (device_id, run), seq
    return None, 0
