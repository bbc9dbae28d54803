"""A plant in parts: machines that are played together and whose messages share files.

The parts follow from the number of machines alone, so that files are the same however many processes write them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

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
    """
    count = max(1, min(len(members) // SMALLEST, MOST_PARTS), -(-len(members) // LARGEST))
    borders = [len(members) * number // count for number in range(count + 1)]
    return [tuple(members[first:last]) for first, last in pairwise(borders)]


def part_name(number: int) -> str:
    """Name of a part in the names of its files.

    Example:
        >>> part_name(3)
        'part-0003'
    """
    return f"part-{number:04d}"
