"""Store and forward with a limit: the oldest message gives way to the newest.

The limit counts every message that is not settled, of all shards of the process together; a shard drops its own.
Those in flight are never dropped, since the broker may already have them.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Iterable

from simulator.outbox import Message, State


class Budget:
    """How many unsettled messages the process may hold; shared by the threads of all shards.

    Args:
        limit: messages at most.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._used = 0
        self._lock = threading.Lock()

    @property
    def used(self) -> int:
        """Unsettled messages of the process."""
        return self._used

    def add(self, messages: int) -> int:
        """Count messages in (or out, if negative); returns how many are above the limit."""
        with self._lock:
            self._used += messages
            return max(0, self._used - self.limit)


class Store:
    """Knows which waiting message of a shard is the oldest.

    A heap with lazy deletion: a message that is sent after all stays in the heap and is passed over later. In quiet
    times nothing enters it, because a message that finds its connection open never waits.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._heap: list[tuple[int, int, Message]] = []
        self._waiting_at_last_sweep = 0

    def __len__(self) -> int:
        return len(self._heap)

    def taken_in(self) -> int:
        """A message was born; returns how many messages must be dropped now."""
        return self._budget.add(1)

    def settled(self, messages: int = 1) -> None:
        """Messages were settled: make room."""
        self._budget.add(-messages)

    def wait(self, messages: Iterable[Message]) -> None:
        """Messages wait, for the first time or again."""
        for message in messages:
            # The row breaks ties, so that two messages are never compared themselves.
            heapq.heappush(self._heap, (message.arrival, message.row, message))
        if len(self._heap) > 2 * self._waiting_at_last_sweep + 1024:
            self._sweep()

    def oldest(self) -> Message | None:
        """Take out the oldest message that waits."""
        while self._heap:
            message = heapq.heappop(self._heap)[2]
            if message.state is State.WAITING:
                return message
        return None

    def _sweep(self) -> None:
        """Forget those that wait no longer, and double entries; costs as much as the pushes since the last time."""
        waiting = {id(entry[2]): entry for entry in self._heap if entry[2].state is State.WAITING}
        self._heap = list(waiting.values())
        heapq.heapify(self._heap)
        self._waiting_at_last_sweep = len(self._heap)
