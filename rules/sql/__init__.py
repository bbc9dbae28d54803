"""AWS IoT SQL, the language of rules, without AWS.

A statement is compiled once and then evaluated for every message; nothing here touches the network, the
clock or a file. The few functions that look things up ask the ``Services`` that the caller gives.

Example:
    >>> from rules import sql
    >>> statement = sql.compile("SELECT celsius * 1.8 + 32 AS fahrenheit FROM 'line/+' WHERE celsius > 80")
    >>> sql.dumps(statement.evaluate(sql.Message(topic="line/press-1", payload=b'{"celsius": 100}')))
    b'{"fahrenheit":212}'
"""

from __future__ import annotations

from rules.sql.errors import EvaluationError, SqlError
from rules.sql.json_text import dumps
from rules.sql.message import Message
from rules.sql.services import Services
from rules.sql.statement import VERSIONS, Statement
from rules.sql.statement import compile_statement as compile  # noqa: A004  # read as sql.compile, like re.compile
from rules.sql.template import Template
from rules.sql.values import NO_MATCH, UNDEFINED

__all__ = [
    "NO_MATCH",
    "UNDEFINED",
    "VERSIONS",
    "EvaluationError",
    "Message",
    "Services",
    "SqlError",
    "Statement",
    "Template",
    "compile",
    "dumps",
]
