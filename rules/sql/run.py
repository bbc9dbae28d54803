"""What one evaluation of one statement carries along, beyond its message."""

from __future__ import annotations

from typing import Final

from rules.sql.errors import EvaluationError
from rules.sql.services import Services

MAX_ELEMENTS: Final = 250_000
"""Array elements that one evaluation may visit: sub-selects in sub-selects multiply them."""


class Run:
    """The look-ups of one evaluation, and what it has used up; statements without either have none.

    Args:
        services: the look-ups, needed only by functions that leave the message.
    """

    __slots__ = ("_called", "_elements", "services")

    def __init__(self, services: Services | None) -> None:
        self.services = services
        self._elements = 0
        self._called: set[str] | None = None

    def visit(self, count: int) -> None:
        """Count array elements, so that no statement runs for ever."""
        self._elements += count
        if self._elements > MAX_ELEMENTS:
            raise EvaluationError(
                f"The sub-selects of this statement visit more than {MAX_ELEMENTS} elements.",
                remedy="Nest fewer of them.",
            )

    def call_once(self, function: str) -> None:
        """Refuse the second call of a function that AWS allows once per statement."""
        # Few statements call such functions, so the set is made when the first one does.
        self._called = self._called or set()
        if function in self._called:
            raise EvaluationError(
                f"{function}() may run only once in a statement.",
                remedy="Keep its answer in a variable: SET @item = ...",
                function=function,
            )
        self._called.add(function)
