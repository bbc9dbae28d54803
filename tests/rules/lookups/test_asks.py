"""Rules that look something up are told from those that do not, before the first message."""

from __future__ import annotations

import base64
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.resources import Resources
from rules import sql
from rules.loading import CATALOG_DIR, _texts, read_rule
from rules.lookups import Asks, asks_of
from rules.lookups.asks import LOOK_UP_FUNCTIONS
from rules.placeholders import placeholders
from rules.sql.functions import FUNCTIONS


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT aws_lambda('arn', *) AS a FROM 't'",
        "SELECT * FROM 't' WHERE Get_Thing_Shadow('press', 'role').state.reported.alarm = 'ON'",
        "SET @item = get_dynamodb('t', 'id', id, 'role') SELECT @item.x AS x FROM 't'",
        "SELECT (SELECT VALUE get_secret(a, 'SecretString', 'r') FROM list) AS s FROM 't'",
        "SELECT CASE a WHEN 1 THEN get_registry_data('DescribeThing', 'x', 'r') END AS r FROM 't'",
        "SELECT VALUE decode(*, 'proto', 'bucket', 'x.desc', 'x', 'X') FROM 't'",
        "SELECT decode(x, scheme, 'b', 'k', 'f', 'm') AS x FROM 't'",
    ],
)
def test_a_statement_asks_wherever_the_call_stands(sql):
    """In SET, SELECT, WHERE, a sub-select or a branch; the scheme of decode() may be known only later."""
    assert asks_of(sql, []) == Asks(statement=True)


@pytest.mark.parametrize(
    "sql", ["SELECT decode(x, 'base64') AS x FROM 't'", "SELECT 'get_secret(1)' AS aws_lambda FROM 't'"]
)
def test_a_statement_without_a_call_does_not_ask(sql):
    """A name in a string or behind AS is no call, and base64 needs nobody."""
    assert asks_of(sql, ["plain", "${topic(2)}/${decode(a, 'base64')}"]) == Asks()


@pytest.mark.parametrize(
    "text",
    [
        "${get_secret('a', 'SecretString', 'r')}",
        "a/${ GET_DYNAMODB ('t','p',v,'r').x }",
        "${decode(*, 'proto', 'b', 'k', 'f', 'm')}",
    ],
)
def test_a_template_asks_in_any_spelling(text):
    """Case and blanks do not hide a call."""
    assert asks_of("SELECT * FROM 't'", ["plain", text]) == Asks(templates=True)


def test_variables_that_ask_make_every_template_ask():
    """Filling one sets the variables again; plain texts need none."""
    sql = "SET @a = get_secret('a', 'SecretString', 'r') SELECT 1 AS one FROM 't'"

    assert asks_of(sql, ["key"]) == Asks(statement=True)
    assert asks_of(sql, ["key", "${topic()}"]) == Asks(statement=True, templates=True)


def test_every_function_that_asks_is_known():
    """A function that is renamed would run on the engine's own thread."""
    assert LOOK_UP_FUNCTIONS <= FUNCTIONS.keys()


def test_the_factorys_own_rules_ask_nobody():
    """They run where no message waits for a service."""
    known = placeholders(Resources("plant1", "000000000000"))
    for file in CATALOG_DIR.glob("*.json"):
        payload = read_rule(file, known).topic_rule_payload
        assert asks_of(payload.sql, _texts(payload.model_dump())) == Asks(), file.name


VECTORS = Path(__file__).parents[1] / "conformance" / "iotsql" / "vectors.jsonl"


class Spy:
    """Notes that it was asked, whatever for."""

    def __init__(self) -> None:
        self.asked = False

    def __getattr__(self, name: str) -> Any:
        """Any look-up."""
        self.asked = True
        raise LookupError(name)


def test_no_statement_of_the_conformance_cases_asks_unseen():
    """All of them evaluated: whoever asks was known to ask, and most are known not to."""
    seen: dict[tuple[bool, bool], int] = {}
    for vector in map(json.loads, VECTORS.read_text(encoding="utf-8").splitlines()):
        text = vector["sql"]
        with contextlib.suppress(sql.SqlError, sql.EvaluationError):
            known, spy = asks_of(text, []).statement, Spy()
            message = sql.Message(topic=vector["topic"], payload=_payload(vector), rule_name="any")
            try:
                sql.compile(text, version=vector.get("version", "2016-03-23")).evaluate(message, spy)
            finally:
                seen[known, spy.asked] = seen.get((known, spy.asked), 0) + 1

    assert (False, True) not in seen
    assert seen[True, True] > 10
    assert seen[False, False] > 400


def _payload(vector: dict[str, Any]) -> bytes:
    if "payload_base64" in vector:
        return base64.b64decode(vector["payload_base64"])
    return json.dumps(vector.get("payload", {})).encode()


@given(
    st.sampled_from(sorted(LOOK_UP_FUNCTIONS)).flatmap(
        lambda name: st.tuples(*(st.sampled_from([letter, letter.upper()]) for letter in name)).map("".join)
    ),
    st.sampled_from(["", " ", "\n\t"]),
    st.sampled_from(["{}", "{}.a.b", "upper({})", "1 + {}", "[{}, 'x']", "CASE {} WHEN 1 THEN 2 END", "{{'k': {}}}"]),
)
def test_no_call_hides_in_a_template(name, blanks, around):
    """In any letters, with blanks before the bracket, inside anything."""
    template = "a/${" + around.format(f"{name}{blanks}('a', 'b', 'c')") + "}/b"
    sql.compile("SELECT * FROM 't'").template(template)  # it is a template

    assert asks_of("SELECT * FROM 't'", [template]) == Asks(templates=True)
