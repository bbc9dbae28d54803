"""Which rules a topic concerns, found level by level instead of rule by rule.

A trie over topic levels: the work depends on the depth of the topic and not on the number of rules. Topics of a plant
repeat with every message, so the answer is remembered by topic.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import Generic, TypeVar

Item = TypeVar("Item")
REMEMBERED_TOPICS = 100_000
"""Topics whose answer is kept: about 30 MB when full."""


class _Node(Generic[Item]):
    __slots__ = ("below", "children", "here")

    def __init__(self) -> None:
        self.children: dict[str, _Node[Item]] = {}
        self.here: list[tuple[int, Item]] = []
        self.below: list[tuple[int, Item]] = []


class TopicTrie(Generic[Item]):
    """Items by topic filter, with AWS's reading of wildcards.

    ``+`` stands for one whole level. ``#`` stands for one or more levels: AWS's guide says that ``sensor/#`` selects
    ``sensor/`` and everything below but not ``sensor``, where the MQTT standard (4.7.1.2) selects that too.

    Example:
        >>> trie = TopicTrie([("factory/+/line1/#", "a"), ("factory/plant1/line1/M001/telemetry", "b")])
        >>> trie.match("factory/plant1/line1/M001/telemetry"), trie.match("factory/plant1/line1")
        (('a', 'b'), ())
    """

    def __init__(self, items: Iterable[tuple[str, Item]] = ()) -> None:
        self._root: _Node[Item] = _Node()
        self._count = 0
        self._known: dict[str, tuple[Item, ...]] = {}
        for topic_filter, item in items:
            self.add(topic_filter, item)

    def add(self, topic_filter: str, item: Item) -> None:
        """Put an item under a filter."""
        levels = topic_filter.split("/")
        open_ended = levels[-1] == "#"
        node = self._root
        for level in levels[:-1] if open_ended else levels:
            node = node.children.setdefault(level, _Node())
        (node.below if open_ended else node.here).append((self._count, item))
        self._count += 1
        self._known.clear()

    def match(self, topic: str) -> tuple[Item, ...]:
        """The items whose filter selects the topic, in the order in which they were added."""
        known = self._known.get(topic)
        if known is not None:
            return known
        found: list[tuple[int, Item]] = []
        self._collect(self._root, topic.split("/"), 0, topic.startswith("$"), found)
        if len(self._known) >= REMEMBERED_TOPICS:
            self._known.clear()
        answer = self._known[topic] = tuple(item for _, item in sorted(found, key=itemgetter(0)))
        return answer

    def _collect(
        self, node: _Node[Item], levels: list[str], at: int, reserved: bool, found: list[tuple[int, Item]]
    ) -> None:
        # A wildcard in the first level never selects a reserved topic ($aws/…): MQTT 5, 4.7.2.
        wild = not (reserved and at == 0)
        if at == len(levels):
            found.extend(node.here)
            return
        if wild:
            found.extend(node.below)
        for key in (levels[at], "+") if wild else (levels[at],):
            child = node.children.get(key)
            if child is not None:
                self._collect(child, levels, at + 1, reserved, found)
