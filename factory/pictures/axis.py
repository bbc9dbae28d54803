"""What all panels share: time as matplotlib counts it, bare axes, ranges."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from simulator.arrays import Flags, Floats

DAY_S = 86_400.0


def days(moments_s: Floats) -> Floats:
    """Unix times as matplotlib counts them, in days since 1970."""
    return moments_s / DAY_S


def bare(axes: Axes) -> None:
    """Leave only what is drawn."""
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.tick_params(bottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def least_range(axes: Axes, least: float) -> None:
    """Let an axis span at least so much, so that noise does not fill it."""
    low, high = axes.get_ylim()
    if high - low < least:
        middle = (low + high) / 2
        axes.set_ylim(max(0.0, middle - least / 2), middle + least / 2)


def stretches(flags: Flags) -> list[tuple[int, int]]:
    """Where flags are set: first places, and those after the last.

    Example:
        >>> stretches(np.array([True, True, False, True]))
        [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
