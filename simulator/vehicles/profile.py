"""Speed over a way: pieces with a speed each become phases of constant acceleration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Flags, Floats, Integers


@dataclass(frozen=True, slots=True)
class Phases:
    """Times of constant acceleration, in order.

    Attributes:
        piece: to which piece each belongs.
        begins_s: when it begins [s].
        lasts_s: how long it lasts [s].
        from_m: way at its beginning [m].
        speed_m_s: speed at its beginning [m/s].
        acceleration_m_s2: its acceleration [m/s²].
    """

    piece: Integers
    begins_s: Floats
    lasts_s: Floats
    from_m: Floats
    speed_m_s: Floats
    acceleration_m_s2: Floats


def speed_profile(
    lengths_m: Floats, speeds_m_s: Floats, halts: Flags, stands_s: Floats, speeding_up: float, slowing_down: float
) -> Phases:
    """The quickest drive that keeps to the speeds, the accelerations and the halts.

    On each piece the vehicle speeds up, goes on and slows down in time for what comes; at a halt it stands.

    Args:
        lengths_m: of the pieces [m].
        speeds_m_s: not to be exceeded on each [m/s].
        halts: whether the vehicle comes to a standstill at the end of each; at the last it does.
        stands_s: how long it stands there [s].
        speeding_up: acceleration [m/s²].
        slowing_down: deceleration, positive [m/s²].

    Example:
        >>> once = np.array([100.0]), np.array([10.0]), np.array([True]), np.array([5.0])
        >>> phases = speed_profile(*once, 1.0, 1.0)  # 10 s and 50 m each to speed up and to slow down, and 5 s
        >>> phases.lasts_s.tolist(), phases.acceleration_m_s2.tolist()
        ([10.0, 10.0, 5.0], [1.0, -1.0, 0.0])
    """
    enters, leaves = _border_speeds(lengths_m, speeds_m_s, halts, speeding_up, slowing_down)
    reached = (2 * speeding_up * slowing_down * lengths_m + slowing_down * enters**2 + speeding_up * leaves**2) / (
        speeding_up + slowing_down
    )
    peak = np.maximum(np.minimum(speeds_m_s, np.sqrt(reached)), np.maximum(enters, leaves))
    ways = np.stack(
        [(peak**2 - enters**2) / (2 * speeding_up), 0 * peak, (peak**2 - leaves**2) / (2 * slowing_down), 0 * peak], 1
    )
    ways[:, 1] = np.maximum(0.0, lengths_m - ways.sum(axis=1))
    lasts = np.stack([(peak - enters) / speeding_up, ways[:, 1] / peak, (peak - leaves) / slowing_down, stands_s], 1)
    speeds = np.stack([enters, peak, peak, 0 * peak], 1)
    rates = np.broadcast_to([speeding_up, 0.0, -slowing_down, 0.0], lasts.shape)
    there = (lasts > 1e-6).ravel()
    kept, covered = lasts.ravel()[there], ways.ravel()[there]
    return Phases(
        piece=np.repeat(np.arange(len(lengths_m)), 4)[there],
        begins_s=_before(kept),
        lasts_s=kept,
        from_m=_before(covered),
        speed_m_s=speeds.ravel()[there],
        acceleration_m_s2=rates.ravel()[there],
    )


def _border_speeds(
    lengths_m: Floats, speeds_m_s: Floats, halts: Flags, speeding_up: float, slowing_down: float
) -> tuple[Floats, Floats]:
    """Speeds at which each piece is entered and left, such that each can be reached from the one before."""
    allowed = np.minimum(speeds_m_s, np.append(speeds_m_s[1:], 0.0))
    allowed[halts] = 0.0
    squares = [0.0, *(allowed**2).tolist()]
    squares[-1] = 0.0
    slower, faster = (2 * slowing_down * lengths_m).tolist(), (2 * speeding_up * lengths_m).tolist()
    for place in range(len(slower) - 1, -1, -1):
        squares[place] = min(squares[place], squares[place + 1] + slower[place])
    for place, change in enumerate(faster):
        squares[place + 1] = min(squares[place + 1], squares[place] + change)
    speeds = np.sqrt(np.array(squares))
    return speeds[:-1], speeds[1:]


def _before(amounts: Floats) -> Floats:
    """Sums of all before each."""
    return np.concatenate([[0.0], np.cumsum(amounts)[:-1]])
