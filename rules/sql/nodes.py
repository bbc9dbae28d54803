"""One function per kind of node: from the node to the lines that compute it.

Each writes its lines into a ``Body`` and answers with the operand that holds the value. What is cheap to tell apart
when the rule is compiled (a literal, a comparison that can only be a Boolean) is told apart here, and no longer for
each message; whatever is not plain is left to the functions of ``operators`` and ``conversions``, so that the meaning
of the language stands in one place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from rules.sql import calls, hints, projection, tree
from rules.sql.casts import CASTS, VERSION_2015_CASTS
from rules.sql.code import Body, Kind, Operand
from rules.sql.operators import BINARY, UNARY, VERSION_2015_BINARY
from rules.sql.tree import Node
from rules.sql.values import NUMBERS, OLDEST_VERSION, UNDEFINED

if TYPE_CHECKING:
    from rules.sql.compiler import Compiler


@dataclass(slots=True)
class Scope:
    """What names refer to: the message or an element, which may have a name of its own.

    Args:
        row: the local that holds it.
        getter: the local that looks an attribute up in it.
        need_getter: writes the line that sets this local; however often, it is one line.
        alias: the name that the statement gave to the element.
        is_message: whether it is the message.
    """

    row: Operand
    getter: str
    need_getter: Callable[[], None]
    alias: str | None = None
    is_message: bool = True

    @classmethod
    def of(cls, body: Body, row: Operand, alias: str | None = None, *, is_message: bool = True) -> Scope:
        """The scope of a row that was just set."""
        getter = body.local("g")
        need = partial(body.reserve(), f"{getter} = {row.code}.get if type({row.code}) is dict else nothing")
        return cls(row, getter, need, alias, is_message)


def literal(body: Body, value: Any) -> Operand:
    """The operand of a value that is written out."""
    return Operand(body.module.constant(value), _KINDS.get(type(value), Kind.OTHER), (value,))


_KINDS: Final[dict[type, Kind]] = {
    bool: Kind.TRUTH,
    int: Kind.INT,
    Decimal: Kind.DECIMAL,
    str: Kind.TEXT,
    type(UNDEFINED): Kind.UNDEFINED,
}


def _literal(_compiler: Compiler, body: Body, node: tree.Literal, _scope: Scope) -> Operand:
    return literal(body, node.value)


def _star(_compiler: Compiler, _body: Body, _node: tree.Star, scope: Scope) -> Operand:
    return scope.row


def _path(_compiler: Compiler, body: Body, node: tree.Path, scope: Scope) -> Operand:
    names = node.names[1:] if node.names[0] == scope.alias else node.names
    if not names:
        return scope.row
    return _steps(body, _attribute(body, names[0], scope), names[1:])


def _attribute(body: Body, name: str, scope: Scope) -> Operand:
    def look() -> Operand:
        scope.need_getter()
        return body.let(f"{scope.getter}({body.module.constant(name)}, UNDEFINED)")

    return body.known((scope.row.code, name), look)


def _steps(body: Body, base: Operand, names: tree.Names) -> Operand:
    """The attributes of a value that may be anything."""
    for name in names:
        base = body.known((base.code, name), partial(_step, body, base.code, name))
    return base


def _step(body: Body, code: str, name: str) -> Operand:
    # A check and a get() are faster than an exception where attributes are often absent.
    return body.let(f"{code}.get({body.module.constant(name)}, UNDEFINED) if type({code}) is dict else UNDEFINED")


def _variable(compiler: Compiler, _body: Body, node: tree.Variable, _scope: Scope) -> Operand:
    if node.name not in compiler.variables:
        compiler.fail(f"{node.name} has no value here", node.position, hint=hints.WORDS["SET"])
    return compiler.variables[node.name]


def _member(compiler: Compiler, body: Body, node: tree.Member, scope: Scope) -> Operand:
    return _steps(body, compiler.write(body, node.base, scope), node.names)


def _array(compiler: Compiler, body: Body, node: tree.ArrayOf, scope: Scope) -> Operand:
    items = compiler.write_all(body, node.items, scope)
    listed = ", ".join(item.code for item in items)
    if any(item.may_be(Kind.UNDEFINED) for item in items):
        # An array has no place for Undefined, just as an object has none.
        return body.let(f"[item for item in ({listed},) if item is not UNDEFINED]", Kind.OTHER)
    return body.let(f"[{listed}]", Kind.OTHER)


def _object(compiler: Compiler, body: Body, node: tree.ObjectOf, scope: Scope) -> Operand:
    values = compiler.write_all(body, node.items, scope)
    return projection.flat(body, list(zip(node.keys, values, strict=True)))


def _unary(compiler: Compiler, body: Body, node: tree.Unary, scope: Scope) -> Operand:
    operand = compiler.write(body, node.operand, scope)
    kind = Kind.TRUTH if node.operator == "NOT" else Kind.NUMBER
    if node.operator == "NOT" and operand.kind in Kind.TRUTH:
        return body.let(f"not {operand.code}", kind)
    apply = body.module.constant(UNARY[node.operator])
    return body.let(f"{apply}({operand.code})", kind | Kind.UNDEFINED)


def _binary(compiler: Compiler, body: Body, node: tree.Binary, scope: Scope) -> Operand:
    left, right = compiler.write(body, node.left, scope), compiler.write(body, node.right, scope)
    return _combined(compiler, body, node.operator, left, right)


def _combined(compiler: Compiler, body: Body, operator: str, left: Operand, right: Operand) -> Operand:
    operators = VERSION_2015_BINARY if compiler.version == OLDEST_VERSION else BINARY
    apply = body.module.constant(operators[operator])
    if operator == "IN":
        # A whole array is visited, which counts as a sub-select does.
        body.line(f"run.visit(len({right.code}) if type({right.code}) is list else 0)")
    text = f"{apply}({left.code}, {right.code})"
    kind = _GIVES.get(operator, Kind.TRUTH) | Kind.UNDEFINED
    if operator in ("=", "<>"):
        text = _equality(body, operator, left, right) or text
        # Only Undefined beside something makes Undefined.
        kind &= Kind.DEFINED if not (left.kind | right.kind) & Kind.UNDEFINED else Kind.ANY
    elif operator in _MIRRORED:
        text = _order(body, operator, left, right, text)
    return body.let(text, kind)


_GIVES: Final = {"+": Kind.NUMBER | Kind.TEXT, **dict.fromkeys(("-", "*", "/", "%"), Kind.NUMBER)}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _order(body: Body, operator: str, left: Operand, right: Operand, otherwise: str) -> str:
    """A comparison with a number that is written out, which nearly every rule has: no call for what is a number."""
    if _number_of(left) is not None:
        left, right, operator = right, left, _MIRRORED[operator]
    return _with_number(body, operator, left, right, otherwise) or otherwise


def _with_number(body: Body, python: str, left: Operand, right: Operand, otherwise: str) -> str | None:
    """A comparison by an operator of Python, if a number is written out on the right; Decimals meet a Decimal."""
    number, code = _number_of(right), left.code
    if number is None:
        return None
    return (
        f"{code} {python} {body.module.constant(Decimal(number))} if type({code}) is Decimal"
        f" else {code} {python} {right.code} if type({code}) is int else {otherwise}"
    )


def _number_of(operand: Operand) -> int | Decimal | None:
    number = operand.literal[0] if operand.literal else None
    return number if type(number) in NUMBERS else None


def _equality(body: Body, operator: str, left: Operand, right: Operand) -> str | None:
    """A comparison with a text, a Boolean or a number that is written out."""
    if left.literal and not right.literal:
        left, right = right, left
    code, python = left.code, "==" if operator == "=" else "!="
    unequal = "False" if operator == "=" else "True"
    otherwise = f"UNDEFINED if {code} is UNDEFINED else {unequal}"
    if right.kind is Kind.TEXT and right.literal:
        return f"{code} {python} {right.code} if type({code}) is str else {otherwise}"
    if right.kind is Kind.TRUTH and right.literal:
        # Python's True equals 1: a Boolean is asked for by identity.
        return f"{code} is{' not' if operator == '<>' else ''} {right.code} if type({code}) is bool else {otherwise}"
    return _with_number(body, python, left, right, otherwise)


def as_truth(body: Body, operand: Operand) -> Operand:
    """An operand of AND, OR and NOT: strings that say true or false count."""
    if operand.kind in Kind.TRUTH | Kind.UNDEFINED:
        return operand
    return body.let(f"to_boolean({operand.code})", Kind.TRUTH | Kind.UNDEFINED)


def _logical(compiler: Compiler, body: Body, node: tree.Logical, scope: Scope) -> Operand:
    """AND and OR as the guide's tables have them: an operand that is no Boolean makes all Undefined.

    Whether AWS stops early is not documented. We do not, so that no row of the tables is broken.
    """
    truths = [as_truth(body, operand) for operand in compiler.write_all(body, node.operands, scope)]
    combined = f" {node.operator.lower()} ".join(truth.code for truth in truths)
    unknown = [f"{truth.code} is UNDEFINED" for truth in truths if truth.may_be(Kind.UNDEFINED)]
    if not unknown:
        return body.let(combined, Kind.TRUTH)
    return body.let(f"UNDEFINED if {' or '.join(unknown)} else {combined}", Kind.TRUTH | Kind.UNDEFINED)


def _case(compiler: Compiler, body: Body, node: tree.Case, scope: Scope) -> Operand:
    subject = compiler.write(body, node.subject, scope)

    def write(body: Body) -> Operand:
        result = body.local()
        # Left at the first match: flat, however many branches there are.
        with body.block("while True:", counts=True):
            _stop_without_subject(body, subject, result)
            for test, value in zip(node.tests, node.results, strict=True):
                matches = _combined(compiler, body, "=", subject, compiler.write(body, test, scope))
                with body.block(f"if {matches.code} is True:"):
                    body.line(f"{result} = {compiler.write(body, value, scope).code}")
                    body.line("break")
            otherwise = node.otherwise or tree.Literal(UNDEFINED)
            body.line(f"{result} = {compiler.write(body, otherwise, scope).code}")
            body.line("break")
        return Operand(result)

    return body.nested(write)


def _stop_without_subject(body: Body, subject: Operand, result: str) -> None:
    if subject.may_be(Kind.UNDEFINED):
        with body.block(f"if {subject.code} is UNDEFINED:"):
            body.line(f"{result} = UNDEFINED")
            body.line("break")


def _cast(compiler: Compiler, body: Body, node: tree.Cast, scope: Scope) -> Operand:
    casts = VERSION_2015_CASTS if compiler.version == OLDEST_VERSION else CASTS
    cast = casts.get(node.type_name.lower())
    if cast is None:
        hint = f"The types are {', '.join(sorted(casts))}."
        compiler.fail(f"'{node.type_name}' is no type of version {compiler.version}", node.position, hint=hint)
    operand = compiler.write(body, node.operand, scope)
    return body.let(f"{body.module.constant(cast)}({operand.code})")


def _sub_select(compiler: Compiler, body: Body, node: tree.SubSelect, scope: Scope) -> Operand:
    """A SELECT over an attribute.

    An array gives one result per element that passes, an object is projected itself. ``FROM *`` gives an
    array of one, as AWS was seen to do; an array that is the whole message is an array like any other.
    """
    found = _source(compiler, body, node, scope)
    results = body.nested(lambda body: _passing(compiler, body, node, found))
    several = f"type({found.code}) is list"
    if isinstance(node.source, tree.Star):
        several += f" or type({found.code}) is dict"
    return body.let(f"{results.code} if {several} else {results.code}[0] if {results.code} else UNDEFINED")


def _source(compiler: Compiler, body: Body, node: tree.SubSelect, scope: Scope) -> Operand:
    if compiler.version == OLDEST_VERSION:
        compiler.fail("version 2015-10-08 has no sub-selects", node.position, hint="Use version 2016-03-23.")
    return compiler.write(body, node.source, scope)


def _passing(compiler: Compiler, body: Body, node: tree.SubSelect, source: Operand) -> Operand:
    """What the elements give that pass, as a list; an object is one element."""
    found = source.code
    rows = body.let(f"{found} if type({found}) is list else ({found},) if type({found}) is dict else ()")
    body.line(f"run.visit(len({rows.code}))")
    results = body.let("[]", Kind.OTHER)
    row = Operand(body.local("r"))
    with body.block(f"for {row.code} in {rows.code}:", counts=True):
        inside = Scope.of(body, row, node.alias, is_message=False)
        compiler.write_condition(body, node.condition, inside, "continue")
        result = compiler.write_projection(body, node.projection, inside)
        test = f"if {result.code} is not UNDEFINED: " if result.may_be(Kind.UNDEFINED) else ""
        body.line(f"{test}{results.code}.append({result.code})")
    return results


def _exists(compiler: Compiler, body: Body, node: tree.Exists, scope: Scope) -> Operand:
    # Elements are counted, whatever they hold: an object that gives an empty array is one.
    found = _source(compiler, body, node.query, scope)
    results = body.nested(lambda body: _passing(compiler, body, node.query, found))
    return body.let(f"{results.code} != []", Kind.TRUTH)


WRITERS: Final[dict[type[Node], Callable[[Compiler, Body, Any, Scope], Operand]]] = {
    tree.Literal: _literal,
    tree.Star: _star,
    tree.Path: _path,
    tree.Variable: _variable,
    tree.Member: _member,
    tree.ArrayOf: _array,
    tree.ObjectOf: _object,
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Logical: _logical,
    tree.Case: _case,
    tree.Cast: _cast,
    tree.SubSelect: _sub_select,
    tree.Exists: _exists,
    tree.Call: calls.write,
}
