"""No expression ever has a type that its text was said to rule out."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from rules.analysis.types import ANY, type_of_value, types_of, types_of_projection
from rules.analysis.walk import parts
from rules.analysis.written import written
from rules.answers import SERVICES, RecordedAnswers
from rules.sql import EvaluationError, Message, SqlError, compile  # noqa: A004 - the language's own word
from rules.sql.functions import FUNCTIONS
from rules.sql.parser import parse, parse_expression

VECTORS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "conformance" / "iotsql" / "vectors.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def payload_of(vector):
    """The bytes of a vector's message."""
    raw = vector.get("payload_base64")
    return json.dumps(vector["payload"]).encode() if raw is None else base64.b64decode(raw)


def values_of(vector):
    """Each expression of a vector with its value, where it has one by itself."""
    context = vector.get("context") or {}
    services = RecordedAnswers({name: context[name] for name in SERVICES if name in context})
    message = Message(topic=vector["topic"], payload=payload_of(vector), rule_name="any")
    try:
        statement = parse(vector["sql"])
    except SqlError:
        return
    for _, node in parts(statement):
        try:
            text = f"SELECT VALUE ({written(node)})"
            value = compile(text, version=vector.get("sql_version", "2016-03-23")).evaluate(message, services)
        except (SqlError, EvaluationError):
            continue
        if not isinstance(value, bytes):
            yield node, value


def test_values_of_the_vectors_have_possible_types():
    """Every expression of the conformance vectors, evaluated by itself."""
    count = 0
    for vector in VECTORS:
        for node, value in values_of(vector):
            count += 1
            assert type_of_value(value) in types_of(node), (written(node), value)

    assert count > 600


@pytest.mark.parametrize(
    ("text", "types"),
    [
        ("1", "Int"),
        ("1 + 2.5", "Decimal Int Undefined"),
        ("7 / length(a)", "Int Undefined"),
        ("a + 'x'", "String Undefined"),
        ("a > 1", "Boolean Undefined"),
        ("floor(a)", "Int Undefined"),
        ("cast(a AS Int)", "Int Undefined"),
        ("get_or_default(floor(a), 'none')", "Int String"),
        ("CASE a WHEN 1 THEN 'x' ELSE 2 END", "Int String Undefined"),
        ("[a]", "Array"),
    ],
)
def test_types_are_as_narrow_as_the_guide_allows(text, types):
    """Tables of operators and functions, AWS IoT developer guide."""
    assert " ".join(sorted(types_of(parse_expression(text)))) == types


def test_what_cannot_be_told_may_be_anything():
    """An attribute, and a look-up that answers what it likes."""
    assert types_of(parse_expression("a.b")) == ANY
    assert types_of(parse_expression("aws_lambda('arn', *)")) == ANY


def test_select_with_columns_gives_an_object():
    """SELECT VALUE gives what it names, a bare star what came."""
    assert types_of_projection(parse("SELECT a, b FROM 't'").projection) == {"Object"}
    assert types_of_projection(parse("SELECT VALUE [1] FROM 't'").projection) == {"Array"}
    assert types_of_projection(parse("SELECT * FROM 't'").projection) == ANY


def test_every_function_is_known_or_may_give_anything():
    """A new function is not forgotten in silence: those that may give anything are named here."""
    open_ended = {name for name in FUNCTIONS if types_of(parse_expression(f"{name}()")) == ANY}

    assert open_ended == {"aws_lambda", "decode", "get", "get_or_default", "get_secret", "nanvl"}
