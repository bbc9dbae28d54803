"""What one evaluation of one statement carries along."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from rules.sql.errors import EvaluationError
from rules.sql.message import Message
from rules.sql.services import Services
from rules.sql.values import Value

MAX_ELEMENTS: Final = 250_000
"""Array elements that one evaluation may visit: sub-selects in sub-selects multiply them."""


class Run:
    """The message, the look-ups and the variables of one evaluation.

    Args:
        message: the message to evaluate.
        services: the look-ups, needed only by functions that leave the message.
    """

    __slots__ = ("_called", "_elements", "message", "services", "variables")

    def __init__(self, message: Message, services: Services | None) -> None:
        self.message = message
        self.services = services
        self.variables: list[Value] = []
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


Closure: TypeAlias = Callable[[Value, Run], Value]
"""A compiled expression: from the row that names refer to, and the run, to a value."""
