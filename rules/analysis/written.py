"""A tree written as SQL again: to show one part of a statement, or to evaluate it by itself.

Brackets stand only where they are needed, keywords in capitals, strings in single quotes. What is written parses to the
same tree.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from rules.sql import tree
from rules.sql.expressions import PRECEDENCE
from rules.sql.tree import Node

_CLOSED: Final = 9
"""How tightly a construct binds that needs no brackets anywhere: tighter than every operator."""


def written(node: Node) -> str:
    """The SQL of an expression or of a whole statement.

    Example:
        >>> from rules.sql.parser import parse, parse_expression
        >>> written(parse_expression("(a+1)*2>b.c"))
        '(a + 1) * 2 > b.c'
        >>> written(parse("select value a from 't' where not b in [1,'x']"))
        "SELECT VALUE a FROM 't' WHERE NOT b IN [1, 'x']"
    """
    return _WRITERS[type(node)](node)


def quoted(text: str) -> str:
    """A string as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _binding(node: Node) -> int:
    if isinstance(node, tree.Binary | tree.Logical):
        return PRECEDENCE[node.operator]
    if isinstance(node, tree.Unary):
        return PRECEDENCE["SIGN" if node.operator == "-" else "NOT"]
    return _CLOSED


def _inside(node: Node, least: int) -> str:
    """An operand, in brackets where it binds less tightly than it has to."""
    text = written(node)
    return text if _binding(node) >= least else f"({text})"


def _literal(node: tree.Literal) -> str:
    value = node.value
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return quoted(value) if isinstance(value, str) else str(value)


def _member(node: tree.Member) -> str:
    base = written(node.base)
    open_base = isinstance(node.base, tree.Call | tree.Variable | tree.Star | tree.SubSelect)
    return ".".join([base if open_base else f"({base})", *node.names])


def _call(node: tree.Call) -> str:
    return f"{node.name}({_listed(node.arguments)})"


def _listed(nodes: tuple[Node, ...]) -> str:
    return ", ".join(written(node) for node in nodes)


def _object(node: tree.ObjectOf) -> str:
    pairs = zip(node.keys, node.items, strict=True)
    return "{" + ", ".join(f"{quoted(key)}: {written(item)}" for key, item in pairs) + "}"


def _unary(node: tree.Unary) -> str:
    if node.operator == "NOT":
        return f"NOT {_inside(node.operand, PRECEDENCE['NOT'] + 1)}"
    operand = _inside(node.operand, PRECEDENCE["SIGN"] + 1)
    # A number behind a minus would become a negative number, and two minus signs look like a comment.
    return f"-({operand})" if operand[0] in "-0123456789" else f"-{operand}"


def _binary(node: tree.Binary) -> str:
    power = PRECEDENCE[node.operator]
    return f"{_inside(node.left, power)} {node.operator} {_inside(node.right, power + 1)}"


def _logical(node: tree.Logical) -> str:
    power = PRECEDENCE[node.operator] + 1
    return f" {node.operator} ".join(_inside(operand, power) for operand in node.operands)


def _case(node: tree.Case) -> str:
    branches = [
        f"WHEN {written(test)} THEN {written(result)}" for test, result in zip(node.tests, node.results, strict=True)
    ]
    otherwise = [f"ELSE {written(node.otherwise)}"] if node.otherwise is not None else []
    return " ".join(["CASE", written(node.subject), *branches, *otherwise, "END"])


def _projection(node: tree.Projection) -> str:
    if not node.is_value:
        return ", ".join(column_text(column) for column in node.columns)
    text = written(node.columns[0].value)
    # `VALUE - a` and `VALUE * a` would compute with an attribute of that name.
    is_operand = text[0] == "-" or (text[0] == "*" and text[1:2] not in ("", "."))
    return f"VALUE ({text})" if is_operand else f"VALUE {text}"


def column_text(node: tree.Column) -> str:
    """A column of a SELECT list with its name."""
    return written(node.value) + (f" AS {'.'.join(node.name)}" if node.name else "")


def _sub_select(node: tree.SubSelect) -> str:
    plain = tree.Path | tree.Member | tree.Call | tree.Variable | tree.Star | tree.SubSelect
    source = written(node.source) if isinstance(node.source, plain) else f"({written(node.source)})"
    alias = f" AS {node.alias}" if node.alias is not None else ""
    return " ".join(["(SELECT", _projection(node.projection), "FROM", f"{source}{alias}{_where(node.condition)})"])


def _where(condition: Node | None) -> str:
    return "" if condition is None else f" WHERE {written(condition)}"


def _select(node: tree.Select) -> str:
    pairs = zip(node.variables, node.settings, strict=True)
    settings = ", ".join(f"{name} = {written(value)}" for name, value in pairs)
    source = "" if node.topic_filter is None else f" FROM {quoted(node.topic_filter)}"
    start = f"SET {settings} " if settings else ""
    return f"{start}SELECT {_projection(node.projection)}{source}{_where(node.condition)}"


_WRITERS: Final[dict[type[Node], Callable[[Any], str]]] = {
    tree.Literal: _literal,
    tree.Star: lambda _: "*",
    tree.Path: lambda node: ".".join(node.names),
    tree.Variable: lambda node: node.name,
    tree.Member: _member,
    tree.Call: _call,
    tree.Cast: lambda node: f"CAST({written(node.operand)} AS {node.type_name})",
    tree.ArrayOf: lambda node: f"[{_listed(node.items)}]",
    tree.ObjectOf: _object,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Logical: _logical,
    tree.Case: _case,
    tree.Column: column_text,
    tree.Projection: _projection,
    tree.SubSelect: _sub_select,
    tree.Exists: lambda node: f"EXISTS {written(node.query)}",
    tree.Select: _select,
}
