"""How many shards each process should play, so that all are played and nobody has two more than another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Member:
    """A process that plays shards.

    Attributes:
        held: shards that it plays.
        most: shards that it may play at most.
    """

    held: int
    most: int


def allotments(members: Mapping[str, Member], shards: int) -> dict[str, int]:
    """The number of shards for each member.

    All processes that see the same members come to the same allotments. They are as even as the members' limits allow;
    what cannot be divided goes to those who hold more already, so that as few shards as possible move.

    Args:
        members: the processes that are alive, by name.
        shards: shards of the plant.

    Returns:
        Allotments whose sum is `shards`, or less if the limits are too low.

    Example:
        >>> allotments({"a": Member(held=4, most=16), "b": Member(held=0, most=16), "c": Member(held=0, most=1)}, 4)
        {'a': 2, 'b': 1, 'c': 1}
    """
    given = dict.fromkeys(members, 0)
    order = sorted(members, key=lambda name: (-members[name].held, name))
    for _ in range(shards):
        open_to_more = [name for name in order if given[name] < members[name].most]
        if not open_to_more:
            break
        given[min(open_to_more, key=lambda name: given[name])] += 1  # the first of those with the least
    return given
