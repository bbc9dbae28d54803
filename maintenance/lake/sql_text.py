"""The words of a statement, without understanding it: enough to put values in and to see which functions it calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Literal, NamedTuple

from maintenance.errors import QueryError

Value = bool | int | float | str | date | datetime | list[str] | list[int] | list[float]
"""What a parameter of a statement may be."""
Kind = Literal["comment", "text", "name", "parameter", "number", "word", "sign", "space"]

_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?\*/)"
    r"|(?P<text>'(?:[^']|'')*')"
    r'|(?P<name>"(?:[^"]|"")*")'
    r"|(?P<parameter>\$[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<space>\s+)"
    r"|(?P<sign>::|->|=>|==|//|\*\*|.)",
    re.DOTALL,
)


class Token(NamedTuple):
    """A word of a statement, and where it stands."""

    kind: Kind
    text: str
    position: int


def tokens(sql: str) -> Iterator[Token]:
    """All words, comments and spaces of a statement, which together are the statement.

    Example:
        >>> [token.text for token in tokens("max(a) -- 'b'") if token.kind != "space"]
        ['max', '(', 'a', ')', "-- 'b'"]
    """
    for found in _TOKEN.finditer(sql):
        yield Token(found.lastgroup, found.group(), found.start())  # type: ignore[arg-type]


def spot(sql: str, position: int) -> str:
    r"""Line and column of a position, both from 1.

    Example:
        >>> spot("SELECT 1,\n  oops", 12)
        'line 2, column 3'
    """
    before = sql[:position]
    return f"line {before.count(chr(10)) + 1}, column {position - before.rfind(chr(10))}"


def with_values(sql: str, parameters: Mapping[str, Value]) -> str:
    """A statement with literals in place of its parameters: what both engines get.

    Args:
        sql: the statement; `$name` outside of quotes and comments stands for a value.
        parameters: the values by their names.

    Raises:
        QueryError: a parameter has no value, or a value has no parameter.

    Example:
        >>> with_values("SELECT '$x' WHERE temp > $limit_c AND dt IN ($days)", {"limit_c": 80.0, "days": ["a", "b'"]})
        "SELECT '$x' WHERE temp > 80.0E0 AND dt IN ('a', 'b''')"
    """
    used: set[str] = set()
    parts = []
    for token in tokens(sql):
        if token.kind == "parameter":
            name = token.text[1:]
            if name not in parameters:
                raise QueryError(
                    f"The statement, {spot(sql, token.position)}: {token.text} has no value.",
                    remedy=f"Give it one, such as {name}=…",
                )
            used.add(name)
            parts.append(literal(parameters[name]))
        else:
            parts.append(token.text)
    if surplus := sorted(parameters.keys() - used):
        raise QueryError(
            f"The statement has no parameter ${surplus[0]}.",
            remedy=f"It has {', '.join(f'${name}' for name in sorted(used)) or 'none'}.",
        )
    return "".join(parts)


def literal(value: Value) -> str:
    """A value as DuckDB and Trino both read it; moments in UTC.

    Raises:
        QueryError: the value has no literal.

    Example:
        >>> literal(80.0), literal(date(2026, 1, 31)), literal("it's"), literal([1, 2])
        ('80.0E0', "DATE '2026-01-31'", "'it''s'", '1, 2')
    """
    if isinstance(value, list | tuple) and value:
        return ", ".join(map(literal, value))
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and abs(value) < float("inf"):
        # With an exponent it is a double on both; without, a decimal with few places.
        return repr(value) if "e" in repr(value) else f"{value!r}E0"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, datetime):
        return f"TIMESTAMP '{_utc(value).isoformat(sep=' ', timespec='milliseconds')}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    raise QueryError(f"{value!r} cannot be a value in a statement.", remedy="Text, numbers, days and moments can.")


def _utc(moment: datetime) -> datetime:
    offset = moment.utcoffset()
    return moment.replace(tzinfo=None) - offset if offset else moment.replace(tzinfo=None)
