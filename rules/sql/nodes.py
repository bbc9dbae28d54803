"""One function per kind of node: from the node to its closure.

Calling nested closures is about as fast as Python gets without writing Python source; source would have to be
executed, and a stack trace through it helps nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rules.sql import hints, projection, tree
from rules.sql.casts import CASTS, VERSION_2015_CASTS
from rules.sql.conversions import to_boolean
from rules.sql.functions import FUNCTIONS, Function
from rules.sql.operators import BINARY, UNARY, equal
from rules.sql.run import Closure, Run
from rules.sql.tree import Node
from rules.sql.values import UNDEFINED, Value

if TYPE_CHECKING:
    from rules.sql.compiler import Compiler

OLDEST_VERSION: Final = "2015-10-08"
MAX_PROTOBUF_CALLS: Final = 2


@dataclass(frozen=True, slots=True)
class Scope:
    """What names refer to: the message or an element, which may have a name of its own."""

    alias: str | None = None
    is_message: bool = True


def _literal(_compiler: Compiler, node: tree.Literal, _scope: Scope) -> Closure:
    value = node.value
    return lambda _row, _run: value


def _star(_compiler: Compiler, _node: tree.Star, _scope: Scope) -> Closure:
    return lambda row, _run: row


def _attribute(_compiler: Compiler, node: tree.Path, scope: Scope) -> Closure:
    names = node.names[1:] if node.names[0] == scope.alias else node.names
    return path(names)


def _variable(compiler: Compiler, node: tree.Variable, _scope: Scope) -> Closure:
    if node.name not in compiler.variables:
        compiler.fail(f"{node.name} has no value here", node.position, hint=hints.WORDS["SET"])
    # A place in a list is found faster than a name, once for each message.
    index = compiler.variables.index(node.name)
    return lambda _row, run: run.variables[index]


def _member(compiler: Compiler, node: tree.Member, scope: Scope) -> Closure:
    base, step = compiler.compile(node.base, scope), path(node.names)
    return lambda row, run: step(base(row, run), run)


def _array(compiler: Compiler, node: tree.ArrayOf, scope: Scope) -> Closure:
    items = compiler.compile_all(node.items, scope)

    def array(row: Value, run: Run) -> Value:
        values = [item(row, run) for item in items]
        # An array has no place for Undefined, just as an object has none.
        return [value for value in values if value is not UNDEFINED]

    return array


def _object(compiler: Compiler, node: tree.ObjectOf, scope: Scope) -> Closure:
    pairs = tuple(zip(node.keys, compiler.compile_all(node.items, scope), strict=True))
    return projection.flat(pairs)


def _unary(compiler: Compiler, node: tree.Unary, scope: Scope) -> Closure:
    apply, operand = UNARY[node.operator], compiler.compile(node.operand, scope)
    return lambda row, run: apply(operand(row, run))


def _binary(compiler: Compiler, node: tree.Binary, scope: Scope) -> Closure:
    left, right = compiler.compile(node.left, scope), compiler.compile(node.right, scope)
    apply = BINARY[node.operator]
    if node.operator == "IN":
        return _counted(apply, left, right)
    return lambda row, run: apply(left(row, run), right(row, run))


def _logical(compiler: Compiler, node: tree.Logical, scope: Scope) -> Closure:
    """AND and OR as the guide's tables have them: an operand that is no Boolean makes all Undefined.

    Whether AWS stops early is not documented. We do not, so that no row of the tables is broken.
    """
    parts = compiler.compile_all(node.operands, scope)
    combine = all if node.operator == "AND" else any

    def logical(row: Value, run: Run) -> Value:
        truths = [to_boolean(part(row, run)) for part in parts]
        return UNDEFINED if UNDEFINED in truths else combine(truths)

    return logical


def _case(compiler: Compiler, node: tree.Case, scope: Scope) -> Closure:
    subject = compiler.compile(node.subject, scope)
    tests, results = compiler.compile_all(node.tests, scope), compiler.compile_all(node.results, scope)
    branches = tuple(zip(tests, results, strict=True))
    otherwise = compiler.compile(node.otherwise or tree.Literal(UNDEFINED), scope)

    def case(row: Value, run: Run) -> Value:
        value = subject(row, run)
        if value is UNDEFINED:
            return UNDEFINED
        for test, result in branches:
            if equal(value, test(row, run)) is True:
                return result(row, run)
        return otherwise(row, run)

    return case


def _cast(compiler: Compiler, node: tree.Cast, scope: Scope) -> Closure:
    casts = VERSION_2015_CASTS if compiler.version == OLDEST_VERSION else CASTS
    cast = casts.get(node.type_name.lower())
    if cast is None:
        hint = f"The types are {', '.join(sorted(casts))}."
        compiler.fail(f"'{node.type_name}' is no type of version {compiler.version}", node.position, hint=hint)
    operand = compiler.compile(node.operand, scope)
    return lambda row, run: cast(operand(row, run))


def _sub_select(compiler: Compiler, node: tree.SubSelect, scope: Scope) -> Closure:
    if compiler.version == OLDEST_VERSION:
        compiler.fail("version 2015-10-08 has no sub-selects", node.position, hint="Use version 2016-03-23.")
    inside = Scope(node.alias, is_message=False)
    return projection.sub_select(
        source=compiler.compile(node.source, scope),
        project=compiler.project(node.projection, inside),
        condition=compiler.condition(node.condition, inside),
        of_everything=isinstance(node.source, tree.Star),
    )


def _exists(compiler: Compiler, node: tree.Exists, scope: Scope) -> Closure:
    query = compiler.compile(node.query, scope)

    def exists(row: Value, run: Run) -> bool:
        # An object that passes is one element; an empty array is none.
        found = query(row, run)
        return found is not UNDEFINED and found != []

    return exists


def _call(compiler: Compiler, node: tree.Call, scope: Scope) -> Closure:
    function = FUNCTIONS.get(node.name.lower())
    if function is None:
        # The version belongs to the statement, which functions of the table never see.
        if node.name.lower() == "sql_version" and not node.arguments:
            return _literal(compiler, tree.Literal(compiler.version), scope)
        hint = hints.for_function(node.name, list(FUNCTIONS))
        compiler.fail(f"there is no function {node.name}()", node.position, hint=hint)
    _check_fixed(compiler, function, node)
    _check_protobuf(compiler, function, node)
    return function.bind([_argument(compiler, function, argument, scope) for argument in node.arguments])


def _argument(compiler: Compiler, function: Function, node: Node, scope: Scope) -> Closure:
    if function.raw_star and scope.is_message and isinstance(node, tree.Star):
        return lambda _row, run: run.message.payload
    return compiler.compile(node, scope)


def _check_fixed(compiler: Compiler, function: Function, node: tree.Call) -> None:
    # A place may be counted from the end, since the role comes last after optional arguments.
    for place in function.fixed:
        argument = node.arguments[place] if -len(node.arguments) <= place < len(node.arguments) else None
        if isinstance(argument, tree.Variable):
            problem = f"{argument.name} cannot stand for this argument of {node.name}()"
            compiler.fail(problem, argument.position, hint="AWS reads it when the rule is created.")


def _check_protobuf(compiler: Compiler, function: Function, node: tree.Call) -> None:
    if function.name != "decode" or tree.Literal("proto") not in node.arguments[1:2]:
        return
    compiler.protobuf_calls += 1
    if compiler.protobuf_calls > MAX_PROTOBUF_CALLS:
        hint = f"A statement may do so {MAX_PROTOBUF_CALLS} times, a template never."
        compiler.fail("protobuf cannot be decoded here", node.position, hint=hint)


def path(names: tuple[str, ...]) -> Closure:
    """The closure that walks from a row to an attribute."""
    if len(names) != 1:
        return _long_path(names)
    name = names[0]

    # A check and a get() are faster than an exception where attributes are often absent.
    def attribute(row: Value, _run: Run) -> Value:
        return row.get(name, UNDEFINED) if type(row) is dict else UNDEFINED

    return attribute


def _long_path(names: tuple[str, ...]) -> Closure:
    def path(row: Value, _run: Run) -> Value:
        for name in names:
            if type(row) is not dict:
                return UNDEFINED
            row = row.get(name, UNDEFINED)
        return row

    return path


def _counted(apply: Callable[[Value, Value], Value], left: Closure, right: Closure) -> Closure:
    """IN, which visits a whole array and so counts as a sub-select does."""

    def contained(row: Value, run: Run) -> Value:
        items = right(row, run)
        if type(items) is list:
            run.visit(len(items))
        return apply(left(row, run), items)

    return contained


COMPILERS: Final[dict[type[Node], Callable[[Compiler, Any, Scope], Closure]]] = {
    tree.Literal: _literal,
    tree.Star: _star,
    tree.Path: _attribute,
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
    tree.Call: _call,
}
