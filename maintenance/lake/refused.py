"""What is no telemetry, kept aside with the reason."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence

from maintenance.lake.layout import ARCHIVES, PlantDay, refused_key, refused_prefix
from maintenance.lake.reading import Refusal
from maintenance.lake.stores import Store


class SetAside:
    """What of a day's objects is no telemetry.

    Args:
        store: the lake.
        where: the plant and the day in whose folder the objects lie.
    """

    def __init__(self, store: Store, where: PlantDay) -> None:
        self._store = store
        self._before = {
            found.key for prefix in ARCHIVES for found in store.objects(refused_prefix(f"{prefix}{where.path}/"))
        }

    def keep(self, key: str, refused: Sequence[Refusal]) -> None:
        """Keep what an object has of it; however often it is read, it has one record with a line each.

        Args:
            key: the object.
            refused: none: an earlier record is taken away, since the object was replaced by a good one.
        """
        record = refused_key(key)
        if refused:
            self._store.put(record, b"".join(_record(key, one) for one in refused))
        elif record in self._before:
            self._store.remove(record)


def _record(key: str, refused: Refusal) -> bytes:
    record = {
        "object": key,
        "line": refused.number,
        "reason": refused.reason,
        "content_base64": b64encode(refused.content).decode(),
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
