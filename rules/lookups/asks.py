"""Whether a rule looks something up, known before its first message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rules.sql import Statement


@dataclass(frozen=True, slots=True)
class Asks:
    """Which parts of a rule look something up.

    Args:
        statement: evaluating it does.
        templates: filling the templates of its actions, or of its error action, may do so.
    """

    statement: bool = False
    templates: bool = False


NO_LOOK_UPS: Final = Asks()


def asks_of(statement: Statement, texts: Iterable[str]) -> Asks:
    """Which parts of a rule look something up.

    Args:
        statement: its statement.
        texts: the parameters of its actions and its error action.

    Example:
        >>> from rules import sql
        >>> asks_of(sql.compile("SELECT get_thing_shadow(topic(2), 'role').state AS s FROM 'a/+'"), ["plain"])
        Asks(statement=True, templates=False)
        >>> asks_of(sql.compile("SELECT * FROM 'a/+'"), ["${get_secret('key', 'SecretString', 'role')}"])
        Asks(statement=False, templates=True)
    """
    # `$$` begins a reserved topic, which is no template.
    templates = [statement.template(text.removeprefix("$$")) for text in texts]
    # A template sees the variables. After a statement that failed they are not there yet, and are set for it.
    may_set_variables = statement.looks_up and any(not template.is_constant for template in templates)
    return Asks(statement.looks_up, may_set_variables or any(template.looks_up for template in templates))
