"""Python source in the making: what compiled statements are written with.

A statement becomes one Python function, so that a message meets neither a tree nor a chain of closures. Two rules keep
that safe and readable. Nothing that a rule's author wrote ever stands in the source: strings, numbers and names are
values of the function's namespace and appear as ``k0``, ``k1``. And the source is flat: every step is a line that
assigns a new local, so that the depth of an expression is never the depth of the source.

Deep nesting remains where something is tried or repeated, and Python allows 20 such blocks in each other. Before they
run out, the rest goes into a function of its own (``Body.nested``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from enum import Flag, auto
from types import CodeType
from typing import Any, Final, NamedTuple

MAX_BLOCKS: Final = 12
"""Loops and tries in each other within one function; Python's own limit is 20."""

_LOCAL: Final = re.compile(r"\b(?:[ertgc]\d+|message|services|run)\b")


class Kind(Flag):
    """What is known about a value before any message has come."""

    INT = auto()
    DECIMAL = auto()
    TEXT = auto()
    TRUTH = auto()
    OTHER = auto()
    UNDEFINED = auto()
    NUMBER = INT | DECIMAL
    DEFINED = INT | DECIMAL | TEXT | TRUTH | OTHER
    ANY = DEFINED | UNDEFINED


class Operand(NamedTuple):
    """A value at hand: a local or a constant that may be named any number of times.

    Args:
        code: its name in the source.
        kind: what it can be.
        literal: the value itself, where it is written out in the statement; else nothing.
    """

    code: str
    kind: Kind = Kind.ANY
    literal: tuple[Any, ...] = ()

    def may_be(self, kind: Kind) -> bool:
        """Whether the value can be of a kind.

        Example:
            >>> Operand("k0", Kind.TEXT).may_be(Kind.UNDEFINED)
            False
        """
        return bool(self.kind & kind)


class Module:
    """The functions of one statement and the values that they use.

    Args:
        namespace: what the source may name besides its own constants.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = dict(namespace)
        self._constants: dict[Hashable, str] = {}
        self._functions: list[str] = []
        self._numbers = 0

    def number(self) -> int:
        """A number that no other name has."""
        self._numbers += 1
        return self._numbers

    def constant(self, value: Any) -> str:
        """The name of a value; the same value has one name."""
        # The type belongs to the key, as True equals 1 and Decimal("1.0") equals 1.
        key = (type(value), str(value) if isinstance(value, str) else id(value))
        if key not in self._constants:
            self._constants[key] = name = f"k{len(self._constants)}"
            self._namespace[name] = value
        return self._constants[key]

    def function(self, name: str, parameters: str, lines: list[str]) -> None:
        """Add a function."""
        self._functions.append("\n".join([f"def {name}({parameters}):", *(f" {line}" for line in lines)]))

    @property
    def source(self) -> str:
        """All functions, as Python."""
        return "\n\n".join(self._functions) + "\n"

    def built(self, title: str) -> dict[str, Any]:
        """The functions, by name.

        Args:
            title: what stands in a traceback in place of a file.
        """
        source = self.source
        code: CodeType = compile(source, title, "exec", dont_inherit=True)
        # A traceback asks the loader for the lines, only when there is one to be shown.
        namespace = {**self._namespace, "__name__": title, "__loader__": _Source(source)}
        exec(code, namespace)  # noqa: S102  # our own lines: nothing of a rule's author stands in them
        return namespace


class _Source:
    """A loader that knows the lines of one module (PEP 302), for tracebacks."""

    def __init__(self, source: str) -> None:
        self._source = source

    def get_source(self, _name: str) -> str:
        return self._source


class Body:
    """The lines of one function.

    What was once computed is remembered by ``known`` for the lines below, within the block where it was.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self.lines: list[str] = []
        self._own: set[str] = set()
        self._indent = 0
        self._blocks = 0
        self._known: list[dict[Hashable, Operand]] = [{}]

    def line(self, text: str) -> None:
        """Add a line."""
        self.lines.append(" " * self._indent + text)

    def reserve(self) -> Callable[[str], None]:
        """Keep a place for a line whose need shows later; the answer fills it."""
        place = len(self.lines)
        indent = " " * self._indent
        self.lines.append("")

        def fill(text: str) -> None:
            self.lines[place] = indent + text

        return fill

    def local(self, letter: str = "t") -> str:
        """A new local: e, r, t, g or c and a number."""
        name = f"{letter}{self.module.number()}"
        self._own.add(name)
        return name

    def let(self, expression: str, kind: Kind = Kind.ANY) -> Operand:
        """A new local with the value of an expression."""
        name = self.local()
        self.line(f"{name} = {expression}")
        return Operand(name, kind)

    def known(self, key: Hashable, compute: Callable[[], Operand]) -> Operand:
        """What was computed under a key above, or computed now."""
        for level in self._known:
            if key in level:
                return level[key]
        found = self._known[-1][key] = compute()
        return found

    @contextmanager
    def block(self, head: str, *, counts: bool = False) -> Iterator[None]:
        """Lines that stand below a head.

        Args:
            head: ``if …:`` and the like.
            counts: whether it is one of the blocks that Python limits, a loop or a try.
        """
        self.line(head)
        self._indent += 1
        self._blocks += counts
        self._known.append({})
        yield
        self._known.pop()
        self._blocks -= counts
        self._indent -= 1

    def nested(self, write: Callable[[Body], Operand]) -> Operand:
        """Write a part that has blocks of its own, in another function if they are about to run out."""
        if self._blocks < MAX_BLOCKS:
            return write(self)
        inner = Body(self.module)
        result = write(inner)
        inner.line(f"return {result.code}")
        name = f"part{self.module.number()}"
        outer = sorted(set(_LOCAL.findall("\n".join(inner.lines))) - inner._own)
        self.module.function(name, ", ".join(outer), [line for line in inner.lines if line])
        return self.let(f"{name}({', '.join(outer)})", result.kind)
