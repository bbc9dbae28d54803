"""A trend in one line of text."""

from __future__ import annotations

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
GAP = "·"


def sparkline(values: Sequence[float | None], least_range: float = 0.0) -> str:
    """A line of blocks, from the least value to the greatest.

    Args:
        values: in order of time; None where there was no reading.
        least_range: range that the line stands for at least, in the unit of the values; smaller changes are drawn
            small around the middle, so that a sensor's noise does not look like a mountain.

    Returns:
        One character a value; a point in the middle where there was none.

    Example:
        >>> sparkline([0, 1, 2, 3, None, 5, 6, 7])
        '▁▂▃▄·▆▇█'
        >>> sparkline([20.0, 20.1, 19.9], least_range=2.0)
        '▅▅▄'
    """
    known = [value for value in values if value is not None]
    if not known:
        return GAP * len(values)
    lowest, highest = min(known), max(known)
    spread = max(highest - lowest, least_range)
    middle = (lowest + highest) / 2
    return "".join(GAP if value is None else _block(value - middle, spread) for value in values)


def _block(above_middle: float, spread: float) -> str:
    share = 0.5 + (above_middle / spread if spread > 0 else 0.0)
    return BLOCKS[min(len(BLOCKS) - 1, int(share * len(BLOCKS)))]
