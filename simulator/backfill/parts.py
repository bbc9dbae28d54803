"""A plant in parts: machines, or vehicles, that are played together and whose messages share files.

The parts follow from the numbers of machines and of vehicles alone, so that files are the same however many processes
write them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from contracts.identity import Identity
from contracts.vehicles import VEHICLES

Member = TypeVar("Member")

MOST_PARTS = 8
"""Few enough that an hour's files stay large, many enough for the cores of one machine."""
SMALLEST = 250
"""Machines of a part, unless there are fewer in all. Calls and files cost as much for few machines as for many: at a
reading a minute, 50 machines are played at a third of the readings a second of 400, and 250 at four fifths."""
LARGEST = 1000
"""With more, an hour of readings each second would not fit into memory beside others."""


def parts(members: Sequence[Member]) -> list[tuple[Member, ...]]:
    """Members in parts of nearly equal size, in order.

    Example:
        >>> [len(part) for part in parts(range(800))], len(parts(range(10_000))), len(parts(range(100_000)))
        ([266, 267, 267], 10, 100)
        >>> parts(())
        []
    """
    if not members:
        return []
    count = max(1, min(len(members) // SMALLEST, MOST_PARTS), -(-len(members) // LARGEST))
    borders = [len(members) * number // count for number in range(count + 1)]
    return [tuple(members[first:last]) for first, last in pairwise(borders)]


def named_parts(identities: Sequence[Identity]) -> list[tuple[str, tuple[Identity, ...]]]:
    """The parts of a plant by the names that their files have: first those of machines, then those of vehicles.

    Example:
        >>> some = [Identity(device_id=name, plant="p", line="l", model=name) for name in ("conveyor", "van", "truck")]
        >>> [(name, len(members)) for name, members in named_parts(some)]
        [('part-0000', 1), ('fleet-0000', 2)]
    """
    kinds = {
        "part": [one for one in identities if one.model not in VEHICLES],
        "fleet": [one for one in identities if one.model in VEHICLES],
    }
    return [
        (f"{word}-{number:04d}", members) for word, some in kinds.items() for number, members in enumerate(parts(some))
    ]
