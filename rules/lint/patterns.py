"""Sets of topics, as patterns of characters; whether two of them have a topic in common.

A FROM filter and the topic of a republish action, with what its templates may give, are both such patterns. Two have a
topic in common if the product of their automata reaches both ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

Pattern = tuple[str, ...]

LEVEL: Final = "<level>"
"""Any text without a slash, also none."""
REST: Final = "<rest>"
"""Any text at all, also none."""


def of_filter(topic_filter: str) -> Pattern:
    """The topics that a FROM filter selects.

    Example:
        >>> of_filter("a/+/#")
        ('a', '/', '<level>', '/', '<rest>')
    """
    levels = [{"+": (LEVEL,), "#": (REST,)}.get(level, tuple(level)) for level in topic_filter.split("/")]
    return tuple(symbol for index, level in enumerate(levels) for symbol in (("/", *level) if index else level))


def overlap(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether some text belongs to both patterns.

    Example:
        >>> overlap(of_filter("a/+"), of_filter("+/b")), overlap(of_filter("a/#"), of_filter("a"))
        (True, False)
    """
    seen: set[tuple[int, int]] = set()
    waiting = [(0, 0)]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        left, right = here
        if left == len(first) and right == len(second):
            return True
        waiting += _steps(first, second, left, right)
    return False


def _steps(first: Sequence[str], second: Sequence[str], left: int, right: int) -> list[tuple[int, int]]:
    ahead = first[left] if left < len(first) else ""
    opposite = second[right] if right < len(second) else ""
    # A wildcard may end at any time, before it takes a character.
    steps = [(left + 1, right)] * (ahead in (LEVEL, REST)) + [(left, right + 1)] * (opposite in (LEVEL, REST))
    if ahead and opposite and _meet(ahead, opposite):
        steps.append((left + (ahead not in (LEVEL, REST)), right + (opposite not in (LEVEL, REST))))
    return steps


def _meet(one: str, other: str) -> bool:
    """Whether some character fits both symbols; two wildcards need not be walked further together."""
    if one in (LEVEL, REST) and other in (LEVEL, REST):
        return False
    if one in (LEVEL, REST):
        one, other = other, one
    return one == other or other == REST or (other == LEVEL and one != "/")
