"""The arrival side: reads every object of archive, quarantine and error actions once."""

from __future__ import annotations

from collections.abc import Callable

from factory.audit.core import Audit, Delivery
from factory.audit.rows import UnreadableObjectError, archived_rows, set_aside_rows
from factory.audit.stores import Store, StoredObject, contents

PREFIXES: tuple[tuple[Delivery, str], ...] = (
    (Delivery.ARCHIVED, "raw/"),
    (Delivery.QUARANTINED, "quarantine/"),
    # Only of these two rules: what another rule failed to do says nothing about the archive.
    (Delivery.ERROR_ACTION, "errors/archive/"),
    (Delivery.ERROR_ACTION, "errors/malformed_telemetry/"),
)
NO_DELIVERIES = "quarantine/compaction/"
"""What `factory lake compact` could not read of objects that are counted where they lie."""


class ArchiveReader:
    """Feeds an audit from a store; asked again, it reads only what is new.

    Args:
        store: where the objects lie.
        audit: what is fed.
    """

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store = store
        self._audit = audit
        self._seen: set[str] = set()
        self.rows = 0
        self.unreadable: list[str] = []

    @property
    def objects(self) -> int:
        """Objects read so far."""
        return len(self._seen)

    def read_new(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Read every object that was not read before; how many these were.

        Args:
            progress: told after each object how many bytes of how many are read.
        """
        news = [(delivery, found) for delivery, prefix in PREFIXES for found in self._news(prefix)]
        total = sum(found.size for _, found in news)
        done = 0
        fetched = contents(self._store, (found.key for _, found in news))
        for (delivery, found), content in zip(news, fetched, strict=True):
            self._take_in(delivery, found.key, content)
            done += found.size
            if progress is not None:
                progress(done, total)
        return len(news)

    def _news(self, prefix: str) -> list[StoredObject]:
        return [
            found
            for found in self._store.objects(prefix)
            if found.key not in self._seen and not found.key.startswith(NO_DELIVERIES)
        ]

    def _take_in(self, delivery: Delivery, key: str, content: bytes) -> None:
        self._seen.add(key)
        try:
            rows = archived_rows(content) if delivery is Delivery.ARCHIVED else set_aside_rows(content)
        except UnreadableObjectError:
            self.unreadable.append(key)
            return
        self._audit.arrived(delivery, rows.stretches)
        self._audit.unattributed[delivery] += rows.unattributed
        self._audit.rows[delivery] += rows.rows
        self.rows += rows.rows
