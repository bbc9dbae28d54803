"""Calls of functions: from the arguments to the lines that convert them, see whether all are there, and call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rules.sql import hints, tree
from rules.sql.checks import is_protobuf, looks_up
from rules.sql.code import Body, Kind, Operand
from rules.sql.conversions import to_boolean, to_number, to_text, to_whole, to_written_text
from rules.sql.functions import FUNCTIONS, Function
from rules.sql.functions.registry import Convert, anything, defined
from rules.sql.tree import Node
from rules.sql.values import OLDEST_VERSION

if TYPE_CHECKING:
    from rules.sql.compiler import Compiler
    from rules.sql.nodes import Scope

MAX_PROTOBUF_CALLS: Final = 2
UNDEFINED: Final = Operand("UNDEFINED", Kind.UNDEFINED)

_PLAIN: Final[dict[Convert, tuple[Kind, str]]] = {
    to_text: (Kind.TEXT, "type({0}) is str"),
    to_written_text: (Kind.TEXT, "type({0}) is str"),
    to_number: (Kind.NUMBER, "type({0}) is Decimal or type({0}) is int"),
    to_whole: (Kind.INT, "type({0}) is int"),
    to_boolean: (Kind.TRUTH, "type({0}) is bool"),
}
"""For each conversion the values that it leaves as they are, so that they are spared the call."""


def write(compiler: Compiler, body: Body, node: tree.Call, scope: Scope) -> Operand:
    """The lines of a call.

    Raises:
        SqlError: there is no such function, or an argument that AWS reads when the rule is created is a variable.
    """
    name = node.name.lower()
    # Who reads the statement is all that can answer this one.
    if name == "sql_version" and not node.arguments:
        return compiler.write(body, tree.Literal(compiler.version), scope)
    function = FUNCTIONS.get(name)
    if function is None:
        hint = hints.for_function(name, list(FUNCTIONS))
        compiler.fail(f"there is no function {node.name}()", node.position, hint=hint)
    _check_fixed(compiler, function, node)
    _check_look_up(compiler, node)
    if not function.accepts(len(node.arguments)):
        # AWS accepts a wrong number of arguments, and so do we: the call is Undefined for each message. Each argument
        # must be sound all the same, so it is written where nobody reads it.
        compiler.write_all(Body(body.module), node.arguments, scope)
        return UNDEFINED
    if function.style == "default":
        return _default(compiler, body, node, scope)
    arguments = [_argument(compiler, body, function, argument, scope) for argument in node.arguments]
    return _called(body, function, arguments, _conversions(compiler, function, len(arguments)))


def _conversions(compiler: Compiler, function: Function, count: int) -> Sequence[Convert]:
    """How each argument is converted; in the first version a number kept its point on the way into a string."""
    chosen = function.conversions(count)
    if compiler.version != OLDEST_VERSION:
        return chosen
    return [to_written_text if convert is to_text else convert for convert in chosen]


def _argument(compiler: Compiler, body: Body, function: Function, node: Node, scope: Scope) -> Operand:
    if function.raw_star and scope.is_message and isinstance(node, tree.Star):
        return body.known(("payload",), lambda: body.let("message.payload", Kind.OTHER))
    return compiler.write(body, node, scope)


def _called(body: Body, function: Function, arguments: Sequence[Operand], conversions: Sequence[Convert]) -> Operand:
    converted = [_converted(body, argument, convert) for argument, convert in zip(arguments, conversions, strict=True)]
    given = [operand.code for operand in converted]
    if function.style in ("message", "run"):
        given.insert(0, function.style)
    call = f"{body.module.constant(function.body)}({', '.join(given)})"
    missing = [
        f"{operand.code} is UNDEFINED"
        for operand, convert in zip(converted, conversions, strict=True)
        if convert is not anything and operand.may_be(Kind.UNDEFINED)
    ]
    return body.let(f"UNDEFINED if {' or '.join(missing)} else {call}" if missing else call)


def _converted(body: Body, argument: Operand, convert: Convert) -> Operand:
    if convert is anything or convert is defined:
        return argument
    call = f"{body.module.constant(convert)}({argument.code})"
    if convert not in _PLAIN:
        return body.known((argument.code, convert), lambda: body.let(call))
    kind, test = _PLAIN[convert]
    if argument.kind in kind:
        return argument
    return body.known(
        (argument.code, convert),
        lambda: body.let(f"{argument.code} if {test.format(argument.code)} else {call}", kind | Kind.UNDEFINED),
    )


def _default(compiler: Compiler, body: Body, node: tree.Call, scope: Scope) -> Operand:
    """``get_or_default()``: the one function whose first argument may fail, and whose second may not be needed."""
    wanted, *others = node.arguments
    return body.nested(lambda body: _tried(compiler, body, wanted, others[0] if others else None, scope))


def _tried(compiler: Compiler, body: Body, wanted: Node, default: Node | None, scope: Scope) -> Operand:
    result = body.local()
    with body.block("try:", counts=True):
        body.line(f"{result} = {compiler.write(body, wanted, scope).code}")
    with body.block("except EvaluationError:"):
        body.line(f"{result} = UNDEFINED")
    with body.block(f"if {result} is UNDEFINED or {result} is None:"):
        other = UNDEFINED if default is None else compiler.write(body, default, scope)
        body.line(f"{result} = {other.code}")
    return Operand(result)


def _check_fixed(compiler: Compiler, function: Function, node: tree.Call) -> None:
    # A place may be counted from the end, since the role comes last after optional arguments.
    for place in function.fixed:
        argument = node.arguments[place] if -len(node.arguments) <= place < len(node.arguments) else None
        if isinstance(argument, tree.Variable):
            problem = f"{argument.name} cannot stand for this argument of {node.name}()"
            compiler.fail(problem, argument.position, hint="AWS reads it when the rule is created.")
    for place in function.literal:
        if place < len(node.arguments) and not isinstance(node.arguments[place], tree.Literal):
            problem = f"argument {place + 1} of {node.name}() must be written out"
            compiler.fail(problem, node.position, hint="AWS takes a literal string here.")


def _check_look_up(compiler: Compiler, node: tree.Call) -> None:
    compiler.looks_up |= looks_up(node)
    if not is_protobuf(node):
        return
    compiler.protobuf_calls += 1
    if compiler.protobuf_calls > MAX_PROTOBUF_CALLS:
        hint = f"A statement may do so {MAX_PROTOBUF_CALLS} times, a template never."
        compiler.fail("protobuf cannot be decoded here", node.position, hint=hint)
