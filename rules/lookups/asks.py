"""Whether a rule looks something up, known before its first message.

A statement is asked by its tree. A template is asked by its text, which may find a look-up where there is none (in a
string), but never overlooks one: the price of a mistake is a message that takes the longer way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rules.sql.parser import parse
from rules.sql.tree import Call, Node, children

LOOK_UP_FUNCTIONS: Final = frozenset(
    [
        "aws_lambda",
        "get_dynamodb",
        "get_registry_data",
        "get_secret",
        "get_thing_shadow",
        "machinelearning_predict",
    ]
)
PROTOBUF_ARGUMENTS: Final = 6
"""decode() with so many arguments reads a descriptor from S3; its scheme may be known only when a message comes."""

_IN_TEMPLATE: Final = re.compile(rf"\b({'|'.join(sorted(LOOK_UP_FUNCTIONS))})\s*\(", re.IGNORECASE)
_DECODE: Final = re.compile(rf"\bdecode\s*\((?:[^,]*,){{{PROTOBUF_ARGUMENTS - 1}}}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asks:
    """Which parts of a rule look something up.

    Args:
        statement: evaluating it does.
        templates: filling the templates of its actions, or of its error action, does.
    """

    statement: bool = False
    templates: bool = False


NO_LOOK_UPS: Final = Asks()


def asks_of(sql: str, texts: Iterable[str]) -> Asks:
    """Which parts of a rule look something up.

    Args:
        sql: its statement, one that compiles.
        texts: the parameters of its actions and its error action.

    Example:
        >>> asks_of("SELECT get_thing_shadow(topic(2), 'role').state AS s FROM 'a/+'", ["${topic(2)}.json"])
        Asks(statement=True, templates=False)
        >>> asks_of("SELECT * FROM 'a/+'", ["${get_secret('key', 'SecretString', 'role')}"])
        Asks(statement=False, templates=True)
    """
    select = parse(sql)
    templates = [text for text in texts if "${" in text]
    # A template sees the variables, so filling it sets them once more.
    variables_ask = any(_asks(setting) for setting in select.settings)
    return Asks(_asks(select), bool(templates) and (variables_ask or any(map(_template_asks, templates))))


def _asks(root: Node) -> bool:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Call) and _is_look_up(node):
            return True
        waiting.extend(children(node))
    return False


def _is_look_up(call: Call) -> bool:
    name = call.name.lower()
    return name in LOOK_UP_FUNCTIONS or (name == "decode" and len(call.arguments) == PROTOBUF_ARGUMENTS)


def _template_asks(text: str) -> bool:
    return _IN_TEMPLATE.search(text) is not None or _DECODE.search(text) is not None
