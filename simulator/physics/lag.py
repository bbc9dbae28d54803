"""First-order lags: how speeds, temperatures and sensors follow what drives them."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats


def first_order(before: Floats, goals: Floats, elapsed_s: Floats, time_constant_s: Floats) -> Floats:
    """Values that follow their goals, through some moments.

    The exact solution of `T dx/dt = goal - x` for a goal that is constant within each step, so that it is stable for
    any step::

        x(t + Δt) = goal + (x(t) - goal) · exp(-Δt / T)

    A speed that follows its command, a housing that follows the heat it is given (T is its thermal time constant), and
    a sensor that follows what it measures all do so.

    Args:
        before: x before the first moment, shape (N,).
        goals: what x goes to in the step to each moment, shape (T, N).
        elapsed_s: length of the step to each moment [s], shape (T,).
        time_constant_s: T, time to 63 % of a change [s], shape (N,).

    Returns:
        x at each moment, shape (T, N).

    Example:
        >>> cold, warm = np.array([0.0]), np.full((2, 1), 40.0)
        >>> print(first_order(cold, warm, np.array([1200.0, 1200.0]), np.array([1200.0]))[:, 0].round(2))
        [25.28 34.59]
    """
    # Steps of a virtual clock are all alike; one row of the costly function is enough for them.
    alike = bool((elapsed_s == elapsed_s[0]).all())
    kept = np.exp(-(elapsed_s[:1] if alike else elapsed_s)[:, None] / time_constant_s)
    kept = np.broadcast_to(kept, goals.shape)
    followed: Floats = goals * (1.0 - kept)
    for place in range(len(goals)):
        followed[place] += before * kept[place]
        before = followed[place]
    return followed
