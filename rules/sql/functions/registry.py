"""The table of functions: each is declared once, beside its body.

A declaration names the function, how each argument is converted, and which may be left out. The body then
gets converted arguments only: a call with an argument that has no such form is Undefined, as the guide's
tables say for nearly every function, and so is a call with too many or too few.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from rules.sql.values import Value

Convert = Callable[[Value], Value]
Body = TypeVar("Body", bound=Callable[..., Any])

Style = Literal["values", "message", "run", "default"]


def anything(value: Value) -> Value:
    """Take an argument as it is, even if it is Undefined."""
    return value


def defined(value: Value) -> Value:
    """Take an argument as it is; Undefined makes the whole call Undefined."""
    return value


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language.

    Args:
        name: its name, in lower case.
        body: what it does.
        takes: how each argument is converted.
        optional: how many of the last arguments may be left out.
        repeats: whether the last argument may come any number of times, also none.
        style: what the body gets: values alone, or the message or the run in front of them; "default" is
            ``get_or_default()``, whose arguments are computed as they are needed.
        fixed: places of arguments that AWS reads when the rule is created, so no variable fits.
        constant: places of arguments that must be written out.
        raw_star: whether ``*`` stands for the payload's bytes.
        looks_up: whether it asks the world outside, and so may take its time.
        literal: places of arguments that the guide wants written out in the statement.
    """

    name: str
    body: Callable[..., Any]
    takes: tuple[Convert, ...]
    optional: int
    repeats: bool
    style: Style
    fixed: tuple[int, ...]
    raw_star: bool = False
    looks_up: bool = False
    literal: tuple[int, ...] = ()

    def accepts(self, count: int) -> bool:
        """Whether a call may have so many arguments."""
        least = len(self.takes) - (1 if self.repeats else self.optional)
        return least <= count and (self.repeats or count <= len(self.takes))

    def conversions(self, count: int) -> tuple[Convert, ...]:
        """How each of so many arguments is converted."""
        return self.takes[:count] + self.takes[-1:] * (count - len(self.takes))


FUNCTIONS: Final[dict[str, Function]] = {}


def function(
    *names: str,
    takes: tuple[Convert, ...] = (),
    optional: int = 0,
    repeats: bool = False,
    style: Style = "values",
    fixed: tuple[int, ...] = (),
    raw_star: bool = False,
    looks_up: bool = False,
    literal: tuple[int, ...] = (),
) -> Callable[[Body], Body]:
    """Declare a function of the language under one or more names; see ``Function`` for the arguments."""

    def register(body: Body) -> Body:
        for name in names:
            if name in FUNCTIONS:
                raise ValueError(f"the SQL function {name}() is declared twice")
            FUNCTIONS[name] = Function(name, body, takes, optional, repeats, style, fixed, raw_star, looks_up, literal)
        return body

    return register
