"""Requests waiting for company: closed by size, by number, or by age."""

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
        max_bytes: or when it has that size, or would exceed it [bytes].
        max_count: or when it has that many items.

    Example:
        >>> batches = Batches(max_age_s=5, max_bytes=10)
        >>> batches.add("hour=03/", "a", 5, now=0.0), batches.add("hour=04/", "b", 6, now=1.0)
        ([], [])
        >>> batches.add("hour=03/", "c", 5, now=2.0)
        [('hour=03/', ['a', 'c'])]
        >>> batches.due(now=5.9), batches.due(now=6.0)
        ([], [('hour=04/', ['b'])])
    """

    def __init__(self, *, max_age_s: float, max_bytes: int, max_count: int | None = None) -> None:
        self._max_age_s = max_age_s
        self._max_bytes = max_bytes
        self._max_count = max_count
        self._open: dict[str, _Open[Item]] = {}
        self.size = 0

    @property
    def due_at(self) -> float | None:
        """When the oldest open batch has waited long enough, or None where none is open."""
        oldest = next(iter(self._open.values()), None)
        return None if oldest is None else oldest.opened_at + self._max_age_s

    def add(self, partition: str, item: Item, size: int, now: float) -> list[tuple[str, list[Item]]]:
        """Put an item in; the batches that this closes: one that has no room for it, one that it fills."""
        closed = []
        batch = self._open.get(partition)
        if batch is not None and batch.size + size > self._max_bytes:
            closed.append(self._close(partition))
            batch = None
        if batch is None:
            batch = self._open[partition] = _Open(now)
        batch.items.append(item)
        batch.size += size
        self.size += size
        if batch.size >= self._max_bytes or len(batch.items) == self._max_count:
            closed.append(self._close(partition))
        return closed

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
