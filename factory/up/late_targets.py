"""When Prometheus begins to scrape programs that may have to train their models first.

At a first start that takes minutes, in which they cannot answer and nobody is to be alarmed. So such a program becomes
a target when it serves for the first time, and stays one: dead it is down, like any other program. One that has not
served in the time that it is given becomes a target as well, so that this is told.
"""

from __future__ import annotations

from collections.abc import Callable


class LateTarget:
    """Makes a program a target, once.

    Args:
        tell: makes it one.
        due: time by which it serves at the latest [s].

    Example:
        >>> target = LateTarget(lambda: print("a target"), due=1800)
        >>> for now, serves in [(1, False), (90, True), (91, False)]:
        ...     target.look(serves, now)
        a target
    """

    def __init__(self, tell: Callable[[], None], due: float) -> None:
        self._tell = tell
        self._due = due
        self._told = False

    def look(self, serves: bool, now: float) -> None:
        """Make it a target if it is time to.

        Args:
            serves: whether it answers.
            now: time [s].
        """
        if self._told or not (serves or now >= self._due):
            return
        try:
            self._tell()
        except OSError:
            return  # a full disk, of which the supervisor tells; the next look tries again
        self._told = True
