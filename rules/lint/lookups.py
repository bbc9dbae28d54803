"""Functions that ask the world outside (AWS IoT developer guide, "Functions")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.analysis.walk import MANY, calls, most_calls
from rules.lint.finding import Finding
from rules.lint.registry import kind, rule_check
from rules.lint.subject import Subject
from rules.sql import tree
from rules.sql.checks import LOOK_UPS
from rules.sql.functions.external import REGISTRY_APIS
from rules.sql.tree import Node, children

UNWRAPPED = kind("lookup-unwrapped", "warning", "A look-up without get_or_default(): where it fails, the rule does.")
TWICE = kind("lookup-twice", "error", "get_dynamodb() or get_registry_data() more than once in a statement.")
API = kind("lookup-unknown-api", "error", "get_registry_data() with an API that it does not call.")

ONCE: Final = ("get_dynamodb", "get_registry_data")


@rule_check
def unwrapped(subject: Subject) -> Iterator[Finding]:
    """Look-ups that no get_or_default() stands around."""
    for _, root in subject.clauses():
        for call in _bare(root):
            yield subject.in_sql(UNWRAPPED, call, *_bare_told(call))
    for found in subject.expressions:
        for call in _bare(found.node):
            yield subject.in_template(found, UNWRAPPED, call, *_bare_told(call))


def _bare(node: Node) -> Iterator[tree.Call]:
    if isinstance(node, tree.Call) and node.name.lower() == "get_or_default":
        below = node.arguments[1:]
    else:
        below = tuple(children(node))
    if isinstance(node, tree.Call) and node.name.lower() in LOOK_UPS:
        yield node
    for child in below:
        yield from _bare(child)


def _bare_told(call: tree.Call) -> tuple[str, str]:
    sentence = f"Where {call.name}() fails, the rule fails: no action gets the message, not even the error action."
    return sentence, f"Write get_or_default({call.name}(…), 'a default')."


@rule_check
def more_than_once(subject: Subject) -> Iterator[Finding]:
    """Look-ups that AWS runs once in a statement only."""
    for name in ONCE:
        found = [call for _, root in subject.clauses() for call in calls(root) if call.name.lower() == name]
        most = sum(most_calls(root, [name]) for _, root in subject.clauses())
        if found and most > 1:
            times = f"{most}" if most < MANY else "many"
            sentence = f"{name}() can run {times} times for one message; AWS ends the rule at the second."
            remedy = f"Keep its answer in a variable: SET @item = {name}(…)."
            yield subject.in_sql(TWICE, found[-1], sentence, remedy)


@rule_check
def registry_apis(subject: Subject) -> Iterator[Finding]:
    """Names of APIs that get_registry_data() does not know."""
    for _, root in subject.clauses():
        for call in calls(root):
            first = call.arguments[0] if call.arguments else None
            if (
                call.name.lower() == "get_registry_data"
                and isinstance(first, tree.Literal)
                and first.value not in REGISTRY_APIS
            ):
                sentence = f"get_registry_data() cannot call {first.value!r}."
                yield subject.in_sql(API, call, sentence, f"Use {' or '.join(REGISTRY_APIS)}.")
