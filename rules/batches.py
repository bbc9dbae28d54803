"""Records waiting for company: closed by size, or by age."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(slots=True)
class _Open(Generic[Item]):
    opened_at: float
    items: list[Item] = field(default_factory=list)
    size: int = 0


class Batches(Generic[Item]):
    """Open batches by partition.

    Args:
        max_age_s: a batch is closed when its first item has waited that long [s].
        max_bytes: or when it has grown to that size [bytes before compression].

    Example:
        >>> batches = Batches(max_age_s=5, max_bytes=10)
        >>> batches.add("hour=03/", "a", 6, now=0.0), batches.add("hour=04/", "b", 6, now=1.0)
        (None, None)
        >>> batches.add("hour=03/", "c", 6, now=2.0)
        ('hour=03/', ['a', 'c'])
        >>> batches.due(now=5.9), batches.due(now=6.0)
        ([], [('hour=04/', ['b'])])
    """

    def __init__(self, *, max_age_s: float, max_bytes: int) -> None:
        self._max_age_s = max_age_s
        self._max_bytes = max_bytes
        self._open: dict[str, _Open[Item]] = {}
        self.size = 0

    def add(self, partition: str, item: Item, size: int, now: float) -> tuple[str, list[Item]] | None:
        """Put an item in; the batch that this closes, if it does."""
        batch = self._open.get(partition)
        if batch is None:
            batch = self._open[partition] = _Open(now)
        batch.items.append(item)
        batch.size += size
        self.size += size
        return self._close(partition) if batch.size >= self._max_bytes else None

    def due(self, now: float) -> list[tuple[str, list[Item]]]:
        """The batches whose time has come."""
        due = []
        # Batches stand in the order in which they were opened, so the first young one ends the search.
        for partition, batch in list(self._open.items()):
            if now - batch.opened_at < self._max_age_s:
                break
            due.append(self._close(partition))
        return due

    def close_all(self) -> list[tuple[str, list[Item]]]:
        """All batches, whatever their age."""
        return [self._close(partition) for partition in list(self._open)]

    def _close(self, partition: str) -> tuple[str, list[Item]]:
        batch = self._open.pop(partition)
        self.size -= batch.size
        return partition, batch.items
