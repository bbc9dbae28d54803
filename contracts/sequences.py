"""Sets of sequence numbers, kept as inclusive ranges."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator


class SequenceRanges:
    """A set of whole numbers that costs as much as it has gaps.

    Example:
        >>> seen = SequenceRanges([(1, 3), (7, 7)])
        >>> seen.add(4), seen.add(4)
        (True, False)
        >>> seen.ranges, len(seen)
        (((1, 4), (7, 7)), 5)
        >>> (SequenceRanges([(1, 10)]) - seen).ranges
        ((5, 6), (8, 10))
    """

    __slots__ = ("_first", "_last")

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._first: list[int] = []
        self._last: list[int] = []
        for first, last in sorted(ranges):
            self._append(first, last)

    def _append(self, first: int, last: int) -> None:
        if self._last and first <= self._last[-1] + 1:
            self._last[-1] = max(self._last[-1], last)
        elif first <= last:
            self._first.append(first)
            self._last.append(last)

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """The ranges in order, ends included, apart by at least one."""
        return tuple(zip(self._first, self._last, strict=True))

    def add(self, number: int) -> bool:
        """Put a number in; say whether it is new."""
        # The common case by far: numbers arrive in order.
        if self._last and number == self._last[-1] + 1:
            self._last[-1] = number
            return True
        at = bisect_right(self._first, number) - 1
        if at >= 0 and number <= self._last[at]:
            return False
        joins_left = at >= 0 and number == self._last[at] + 1
        joins_right = at + 1 < len(self._first) and number == self._first[at + 1] - 1
        if joins_left and joins_right:
            self._last[at] = self._last.pop(at + 1)
            del self._first[at + 1]
        elif joins_left:
            self._last[at] = number
        elif joins_right:
            self._first[at + 1] = number
        else:
            self._first.insert(at + 1, number)
            self._last.insert(at + 1, number)
        return True

    def add_range(self, first: int, last: int) -> int:
        """Put the numbers from first to last in; say how many of them are new.

        Example:
            >>> seen = SequenceRanges([(1, 3)])
            >>> seen.add_range(2, 5), seen.ranges
            (2, ((1, 5),))
        """
        if not self._last or first > self._last[-1]:
            self._append(first, last)
            return max(0, last - first + 1)
        return sum(self.add(number) for number in range(first, last + 1))

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self._first, number) - 1
        return at >= 0 and number <= self._last[at]

    def __len__(self) -> int:
        return sum(self._last) - sum(self._first) + len(self._first)

    def __bool__(self) -> bool:
        return bool(self._first)

    def __iter__(self) -> Iterator[int]:
        for first, last in self.ranges:
            yield from range(first, last + 1)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SequenceRanges) and self.ranges == other.ranges

    __hash__ = None  # type: ignore[assignment]  # a set that changes

    def __repr__(self) -> str:
        return f"SequenceRanges({list(self.ranges)!r})"

    def __or__(self, other: SequenceRanges) -> SequenceRanges:
        return SequenceRanges([*self.ranges, *other.ranges])

    def __sub__(self, other: SequenceRanges) -> SequenceRanges:
        left: list[tuple[int, int]] = []
        taken = iter([*other.ranges, (None, None)])
        low, high = next(taken)
        for first, last in self.ranges:
            start = first
            while low is not None and high is not None and high < start:
                low, high = next(taken)
            while low is not None and high is not None and low <= last:
                if start < low:
                    left.append((start, low - 1))
                start = high + 1
                if high > last:
                    break
                low, high = next(taken)
            if start <= last:
                left.append((start, last))
        return SequenceRanges(left)
