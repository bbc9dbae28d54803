"""What is no telemetry, kept aside with the reason."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence

from maintenance.lake.layout import refused_key
from maintenance.lake.reading import Refusal
from maintenance.lake.stores import Store


def set_aside(store: Store, key: str, refused: Sequence[Refusal]) -> None:
    """Keep what an object has of no telemetry; however often it is read, it has one record with a line each.

    Args:
        store: the lake.
        key: the object of the archive.
        refused: none: an earlier record is taken away, since the object was replaced by a good one.
    """
    if refused:
        store.put(refused_key(key), b"".join(_record(key, one) for one in refused))
    elif store.find(refused_key(key)) is not None:
        store.remove(refused_key(key))


def _record(key: str, refused: Refusal) -> bytes:
    record = {
        "object": key,
        "line": refused.number,
        "reason": refused.reason,
        "content_base64": b64encode(refused.content).decode(),
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
