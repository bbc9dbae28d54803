"""How strong a fault is at a moment."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats, Integers


def fault_strength(elapsed_s: Floats, ramp_s: float, lasted_s: Floats, recovery_s: float) -> Floats:
    """How far a fault has come up: a ramp, a plateau, a way back.

    Args:
        elapsed_s: time since the fault began [s].
        ramp_s: time from nothing to full strength [s].
        lasted_s: time from the beginning to the end; infinite if no end is known [s].
        recovery_s: time from full strength to nothing, after the end [s].

    Returns:
        0 before the start and after recovery, 1 at full strength [1].

    Example:
        >>> times = np.array([-1.0, 0.0, 30.0, 60.0, 100.0, 150.0, 250.0])
        >>> print(fault_strength(times, 60.0, np.array(100.0), 100.0))
        [0.  0.  0.5 1.  1.  0.5 0. ]
    """
    inside = np.clip(elapsed_s, 0.0, lasted_s)
    risen = np.minimum(1.0, inside / ramp_s) if ramp_s > 0 else (elapsed_s >= 0).astype(np.float64)
    after = np.maximum(0.0, elapsed_s - lasted_s)
    left = np.maximum(0.0, 1.0 - after / recovery_s) if recovery_s > 0 else (elapsed_s < lasted_s).astype(np.float64)
    return risen * left


def burst_number(elapsed_s: Floats, period_s: float, lasted_s: Floats) -> Integers:
    """Which burst of an intermittent fault it is, from 0; after the end, the last one.

    Args:
        elapsed_s: time since the fault began [s].
        period_s: time from one burst to the next [s].
        lasted_s: time from the beginning to the end; infinite if no end is known [s].

    Example:
        >>> print(burst_number(np.array([0.0, 9.0, 10.0, 35.0]), 10.0, np.array(20.0)))
        [0 0 1 1]
    """
    last = np.maximum(0.0, np.ceil(lasted_s / period_s) - 1.0)
    return np.clip(np.floor(elapsed_s / period_s), 0.0, last).astype(np.int64)


def intermittent_strength(
    elapsed_s: Floats, ramp_s: float, lasted_s: Floats, recovery_s: float, on_s: float, off_s: float
) -> Floats:
    """The same for a fault that comes and goes: each burst has the ramp, the plateau and the way back.

    Args:
        elapsed_s: time since the fault began [s].
        ramp_s: time from nothing to full strength, in each burst [s].
        lasted_s: time from the beginning to the end; infinite if no end is known [s].
        recovery_s: time from full strength to nothing, after each burst [s].
        on_s: length of a burst [s].
        off_s: time from the end of a burst to the start of the next [s].

    Example:
        >>> times = np.array([0.0, 4.0, 5.0, 9.0, 10.0, 14.0, 15.0, 20.0])
        >>> print(intermittent_strength(times, 0.0, np.array(20.0), 0.0, 5.0, 5.0))
        [1. 1. 0. 0. 1. 1. 0. 0.]
    """
    period_s = on_s + off_s
    burst_s = burst_number(elapsed_s, period_s, lasted_s) * period_s
    since_s = elapsed_s - burst_s
    this = fault_strength(since_s, ramp_s, np.minimum(on_s, lasted_s - burst_s), recovery_s)
    if recovery_s <= off_s:
        return this
    # The burst before is still going; those before that are weaker than it, for all have the same course.
    before = fault_strength(since_s + period_s, ramp_s, np.array(on_s), recovery_s)
    return np.where(burst_s > 0, np.maximum(this, before), this)
