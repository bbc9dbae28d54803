"""A slow way to the broker: what goes in comes out later, in the same order."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Pipe(Generic[Thing]):
    """Things on their way.

    Example:
        >>> pipe = Pipe[str]()
        >>> pipe.put("slow", now_s=10.0, latency_s=2.0), pipe.put("fast", now_s=10.5, latency_s=0.0)
        (12.0, 12.0)
        >>> pipe.due(11.9), pipe.due(12.0), len(pipe)
        ([], ['slow', 'fast'], 0)
    """

    def __init__(self) -> None:
        self._things: deque[tuple[float, Thing]] = deque()

    def __len__(self) -> int:
        return len(self._things)

    def put(self, thing: Thing, now_s: float, latency_s: float) -> float:
        """Send something on its way; returns when it will be there [s].

        It never overtakes: behind something slower it comes with it.
        """
        before_s = self._things[-1][0] if self._things else now_s
        at_s = max(before_s, now_s + latency_s)
        self._things.append((at_s, thing))
        return at_s

    def due(self, now_s: float) -> list[Thing]:
        """Take out what is there by now, in order."""
        arrived = []
        while self._things and self._things[0][0] <= now_s:
            arrived.append(self._things.popleft()[1])
        return arrived

    def clear(self) -> None:
        """Forget what is on its way: the line is cut."""
        self._things.clear()
