"""The table of functions: each is declared once, beside its body.

A declaration names the function, how each argument is converted, and which may be left out. The body then
gets converted arguments only: a call with an argument that has no such form is Undefined, as the guide's
tables say for nearly every function, and so is a call with too many or too few.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from rules.sql.run import Closure, Run
from rules.sql.values import UNDEFINED, Value

Convert = Callable[[Value], Value]
Body = TypeVar("Body", bound=Callable[..., Any])

Style = Literal["values", "run", "closures"]


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
        style: what the body gets: values, the run and values, or the closures of its arguments.
        fixed: places of arguments that AWS reads when the rule is created, so no variable fits.
        raw_star: whether ``*`` stands for the payload's bytes.
    """

    name: str
    body: Callable[..., Any]
    takes: tuple[Convert, ...]
    optional: int
    repeats: bool
    style: Style
    fixed: tuple[int, ...]
    raw_star: bool

    def bind(self, arguments: Sequence[Closure]) -> Closure:
        """The closure of a call with these arguments."""
        count = len(arguments)
        if count > len(self.takes) and self.repeats:
            return self._bound(arguments, self.takes + self.takes[-1:] * (count - len(self.takes)))
        least = len(self.takes) - (1 if self.repeats else self.optional)
        # AWS accepts such a rule, and so do we: the call is Undefined for each message.
        if not least <= count <= len(self.takes):
            return lambda _row, _run: UNDEFINED
        return self._bound(arguments, self.takes[:count])

    def _bound(self, arguments: Sequence[Closure], takes: tuple[Convert, ...]) -> Closure:
        if self.style == "closures":
            closure: Closure = self.body(*arguments)
            return closure
        if self.style == "run":
            return _with_run(self.body, arguments, takes)
        # Most calls have one argument; they are spared the list.
        if len(arguments) == 1 and takes[0] is not anything:
            return _unary(self.body, arguments[0], takes[0])
        return _of_values(self.body, arguments, takes)


def _unary(body: Callable[..., Any], argument: Closure, convert: Convert) -> Closure:
    def call(row: Value, run: Run) -> Value:
        value = convert(argument(row, run))
        return UNDEFINED if value is UNDEFINED else body(value)

    return call


def _of_values(body: Callable[..., Any], arguments: Sequence[Closure], takes: tuple[Convert, ...]) -> Closure:
    steps = tuple(zip(arguments, takes, strict=True))

    def call(row: Value, run: Run) -> Value:
        values = _converted(steps, row, run)
        return UNDEFINED if values is None else body(*values)

    return call


def _with_run(body: Callable[..., Any], arguments: Sequence[Closure], takes: tuple[Convert, ...]) -> Closure:
    steps = tuple(zip(arguments, takes, strict=True))

    def call(row: Value, run: Run) -> Value:
        values = _converted(steps, row, run)
        return UNDEFINED if values is None else body(run, *values)

    return call


def _converted(steps: tuple[tuple[Closure, Convert], ...], row: Value, run: Run) -> list[Value] | None:
    """The arguments of one call, or None where one of them has no form that the function takes."""
    values = []
    for argument, convert in steps:
        value = convert(argument(row, run))
        if value is UNDEFINED and convert is not anything:
            return None
        values.append(value)
    return values


FUNCTIONS: Final[dict[str, Function]] = {}


def function(
    *names: str,
    takes: tuple[Convert, ...] = (),
    optional: int = 0,
    repeats: bool = False,
    style: Style = "values",
    fixed: tuple[int, ...] = (),
    raw_star: bool = False,
) -> Callable[[Body], Body]:
    """Declare a function of the language under one or more names; see ``Function`` for the arguments."""

    def register(body: Body) -> Body:
        for name in names:
            if name in FUNCTIONS:
                raise ValueError(f"the SQL function {name}() is declared twice")
            FUNCTIONS[name] = Function(name, body, takes, optional, repeats, style, fixed, raw_star)
        return body

    return register
