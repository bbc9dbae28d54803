"""How long a program that died waits for its next try."""

from __future__ import annotations

FIRST_S = 1.0
LONGEST_S = 30.0
CALM_S = 60.0
"""A program that ran so long is given its first, short wait again."""


class Backoff:
    """Waits that double with each death in a row.

    Example:
        >>> backoff = Backoff()
        >>> [backoff.after_death(lived_s=2.0) for _ in range(7)]
        [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
        >>> backoff.after_death(lived_s=61.0)
        1.0
    """

    def __init__(self) -> None:
        self._deaths = 0

    def after_death(self, lived_s: float) -> float:
        """Wait before the next start [s].

        Args:
            lived_s: how long the program ran before it died [s].
        """
        self._deaths = 1 if lived_s >= CALM_S else self._deaths + 1
        return min(FIRST_S * 2.0 ** (self._deaths - 1), LONGEST_S)
