"""The lines of a ledger: machines that say the same are told together.

A thousand machines that speak once a second say the same thing each second, and a line that repeated it for each of
them would make a ledger of a gigabyte an hour. So a machine is named once in a file, in the first line that speaks of
it, and has a number from then on, from 0; and an outcome is a list of groups, each some ranges of sequence numbers and
the ranges of machines that they are true of::

    {"at": …, "run": 3, "machines": ["M001", "M002", "M003"], "published": [[[[1, 1]], [[0, 2]]]], …}
    {"at": …, "run": 3, "published": [[[[2, 2]], [[0, 2]]]],
     "acknowledged": [[[[1, 2]], [[0, 0]]], [[[1, 1]], [[1, 2]]]], …}

The second line: all three have said 2; the first was answered 1 and 2, the other two 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from contracts.sequences import SequenceRanges

Pairs = Sequence[tuple[int, int]]
"""Inclusive ranges."""


def grouped(news: Sequence[tuple[str, int]], numbers: Mapping[str, int]) -> list[tuple[Pairs, Pairs]]:
    """What is new of an outcome, machines with the same ranges together.

    Args:
        news: machine and sequence number, in any order.
        numbers: number of each machine in the file.

    Example:
        >>> grouped([("a", 7), ("b", 7), ("c", 9), ("a", 8), ("b", 8)], {"a": 0, "b": 1, "c": 2})
        [(((7, 8),), ((0, 1),)), (((9, 9),), ((2, 2),))]
    """
    # At a message a second and a line a second, each machine is there once: then it is grouped by the number alone.
    once: defaultdict[int, list[int]] = defaultdict(list)
    for device_id, seq in news:
        once[seq].append(numbers[device_id])
    if len(once) == 1 or len({device_id for device_id, _ in news}) == len(news):
        return [(((seq, seq),), _ranges(sorted(set(machines)))) for seq, machines in once.items()]
    return _grouped_by_ranges(news, numbers)


def _grouped_by_ranges(news: Sequence[tuple[str, int]], numbers: Mapping[str, int]) -> list[tuple[Pairs, Pairs]]:
    said: defaultdict[str, list[int]] = defaultdict(list)
    for device_id, seq in news:
        said[device_id].append(seq)
    groups: defaultdict[tuple[tuple[int, int], ...], list[int]] = defaultdict(list)
    for device_id, seqs in said.items():
        groups[_ranges(seqs)].append(numbers[device_id])
    return [(ranges, _ranges(sorted(machines))) for ranges, machines in groups.items()]


def _ranges(numbers: list[int]) -> tuple[tuple[int, int], ...]:
    if numbers == list(range(numbers[0], numbers[0] + len(numbers))):  # by far the most
        return ((numbers[0], numbers[-1]),)
    return SequenceRanges((number, number) for number in numbers).ranges


def by_machine(groups: object, machines: Sequence[str]) -> dict[str, Any]:
    """The ranges of each machine, out of groups.

    Args:
        groups: what `grouped` made, read from a file.
        machines: names in the order of their numbers.

    Raises:
        ValueError: it is no such thing, or speaks of a machine that was not named.

    Example:
        >>> by_machine([[[[7, 8]], [[0, 1]]]], ["a", "b"])
        {'a': [[7, 8]], 'b': [[7, 8]]}
    """
    if not isinstance(groups, list):
        raise ValueError("groups are a list")  # noqa: TRY004 - what pydantic raises for wrong input is a ValueError, too
    found: dict[str, Any] = {}
    for ranges, numbers in groups:
        for first, last in numbers:
            if not 0 <= first <= last < len(machines):
                raise ValueError(f"machines {first} to {last} were not named; there are {len(machines)}")
            found.update(dict.fromkeys(machines[first : last + 1], ranges))
    return found
