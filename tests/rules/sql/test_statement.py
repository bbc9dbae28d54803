"""Statements from text to result."""

from __future__ import annotations

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import sql
from rules.sql.functions import FUNCTIONS

KEYWORDS = """
    SELECT FROM WHERE AS AND OR NOT IN EXISTS CASE WHEN THEN ELSE END SET VALUE CAST true Null @v * + - / % =
    <> < >= != ( ) [ ] { } , . : ; 'a' "b" 't/#' 1 2.5 1E3 a b.c Int base64
"""
TEXTS = st.text(max_size=60) | st.lists(st.sampled_from([*KEYWORDS.split(), *sorted(FUNCTIONS)]), max_size=25).map(
    " ".join
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcvx"), inner, max_size=4),
    max_leaves=12,
)
STATEMENTS = [
    sql.compile(text)
    for text in (
        "SELECT *, a.b AS x.y FROM '#'",
        "SET @s = concat(a, b) SELECT @s AS s, (SELECT VALUE v FROM a WHERE v IN @s) AS v FROM '#' WHERE a < b",
        "SELECT VALUE [a + b, a - b, a * b, a / b, a % b, -a, NOT a, a = b, a IN b, a AND b] FROM '#'",
        "SELECT VALUE cast(a AS String) + lower(b) + substring(c, a, b) + replace(a, b, c) FROM '#'",
        "SELECT power(a, b) AS p, trunc(a, b) AS t, bitnot(a) AS n, sqrt(a) AS s, chr(a) AS c FROM '#'",
        "SELECT VALUE transform('enrichArray', a, b) FROM '#' WHERE EXISTS (SELECT * FROM a WHERE x = 1)",
        "SELECT parse_time(a, b, c) AS p, time_to_epoch(a, b) AS t, regexp_substr(a, b) AS r FROM '#'",
        "SELECT encode(*, 'base64') AS e, decode(a, 'base64') AS d, get(a, b) AS g, md2(a) AS m FROM '#'",
    )
]


@given(TEXTS | TEXTS.map("SELECT ".__add__))
def test_any_text_compiles_or_is_refused(text: str) -> None:
    """No text, however wild, does anything but these two."""
    refusal = None
    try:
        sql.compile(text)
    except sql.SqlError as error:
        refusal = error

    assert refusal is None or 0 <= refusal.position <= len(text)


@given(st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()), st.sampled_from(STATEMENTS))
def test_any_payload_evaluates_or_fails_as_itself(payload: bytes, statement: sql.Statement) -> None:
    """The result can always be written, and reads back as JSON unless it is raw."""
    with contextlib.suppress(sql.EvaluationError):
        result = statement.evaluate(sql.Message(topic="t", payload=payload))
        data = sql.dumps(result)
        assert not isinstance(result, dict | list) or json.loads(data) is not None


@pytest.mark.parametrize(
    "payload", [b"[" * 100_000, b'{"a":' * 500 + b"1" + b"}" * 500, b'{"a":' + b"9" * 4200 + b"}", b"1" * 5000]
)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_hostile_payloads_are_no_exception(payload: bytes, statement: sql.Statement) -> None:
    """Deep nesting and endless numbers end as a result or an EvaluationError too."""
    with contextlib.suppress(sql.EvaluationError):
        assert isinstance(sql.dumps(statement.evaluate(sql.Message(topic="t", payload=payload))), bytes)


def test_strings_cannot_explode() -> None:
    """Each replace() multiplies; together they would fill the memory."""
    nested = "a"
    for _ in range(40):
        nested = f"replace({nested}, 'x', 'xxxx')"
    statement = sql.compile("SELECT VALUE {} FROM 't'".replace("{}", nested))

    with pytest.raises(sql.EvaluationError, match="longer"):
        statement.evaluate(sql.Message(topic="t", payload=b'{"a": "x"}'))


def test_sub_selects_cannot_run_for_ever() -> None:
    """A thousand elements, visited for each of a thousand elements, are too many."""
    statement = sql.compile("SET @a = a SELECT (SELECT (SELECT VALUE 1 FROM @a) FROM @a) AS r FROM 't'")
    payload = json.dumps({"a": [1] * 1000}).encode()

    with pytest.raises(sql.EvaluationError, match="elements"):
        statement.evaluate(sql.Message(topic="t", payload=payload))


def test_results_cannot_explode() -> None:
    """A large value, put into an array for each of many elements, is refused when it is written."""
    statement = sql.compile("SET @a = a SELECT VALUE (SELECT VALUE @a FROM b) FROM 't'")
    payload = json.dumps({"a": "x" * 60_000, "b": [1] * 10_000}).encode()

    with pytest.raises(sql.EvaluationError, match="longer"):
        sql.dumps(statement.evaluate(sql.Message(topic="t", payload=payload)))


@pytest.mark.parametrize(
    ("topic", "rule_name", "reached"),
    [("x/y", None, True), ("x", None, False), ("$aws/rules/r/other", None, True), ("other", "r", True)],
)
def test_which_messages_reach_a_statement(topic: str, rule_name: str | None, reached: bool) -> None:
    """The topic filter decides, unless the message calls the rule directly."""
    message = sql.Message(topic=topic, payload=b"{}", rule_name=rule_name)

    assert (sql.compile("SELECT 1 AS a FROM 'x/#'").evaluate(message) == {"a": 1}) is reached


def test_without_from_only_direct_calls_arrive() -> None:
    """Such a statement has no filter, and ordinary messages pass it by."""
    statement = sql.compile("SELECT 1 AS a")

    assert statement.topic_filter is None
    assert statement.evaluate(sql.Message(topic="x", payload=b"{}")) is sql.NO_MATCH
    assert statement.evaluate(sql.Message(topic="$aws/rules/r/x", payload=b"{}")) == {"a": 1}


def test_the_2015_language() -> None:
    """It keeps 10.0 as it is written, and has neither sub-selects nor cast to Boolean."""
    statement = sql.compile("SELECT a, sql_version() AS v FROM 't'", version="2015-10-08")

    data = sql.dumps(statement.evaluate(sql.Message(topic="t", payload=b'{"a": 10.0}')))

    assert data == b'{"a":10.0,"v":"2015-10-08"}'
    for text in ("SELECT (SELECT a FROM b) AS c", "SELECT cast(a AS Boolean) AS c"):
        with pytest.raises(sql.SqlError, match="2015-10-08"):
            sql.compile(text, version="2015-10-08")


def test_unknown_versions_are_refused() -> None:
    """The refusal lists those that exist."""
    with pytest.raises(sql.SqlError, match="2016-03-23"):
        sql.compile("SELECT a", version="2020-01-01")


@pytest.mark.parametrize(("size", "fits"), [(100_000, True), (140_000, False)])
def test_variables_hold_128_kibibytes(size: int, fits: bool) -> None:
    """The guide's limit is on the minified JSON of all variables together."""
    statement = sql.compile("SET @a = a SELECT 1 AS r FROM 't'")
    message = sql.Message(topic="t", payload=json.dumps({"a": "x" * size}).encode())
    if fits:
        assert statement.evaluate(message) == {"r": 1}
        return
    with pytest.raises(sql.EvaluationError, match="@a"):
        statement.evaluate(message)


def test_threads_share_a_statement() -> None:
    """A statement keeps nothing of a message, so eight threads see only their own."""
    statement = sql.compile("SET @v = n * 2 SELECT @v AS v, (SELECT VALUE @v FROM *) AS w FROM 't'")

    def evaluate(number: int) -> bool:
        message = sql.Message(topic="t", payload=json.dumps({"n": number}).encode())
        return bool(statement.evaluate(message) == {"v": number * 2, "w": [number * 2]})

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(evaluate, range(400)))


def test_all_templates_of_a_large_rule_stay_compiled() -> None:
    """Ten http actions with a hundred headers each; else every message would compile them again."""
    statement = sql.compile("SELECT * FROM 'a'")
    first = statement.template("${a}")
    for number in range(1_000):
        statement.template(f"${{a}}{number}")

    assert statement.template("${a}") is first
