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

from rules import sql
from rules.lookups import Asks, asks_of
from rules.sql.functions import FUNCTIONS

LOOK_UPS = [
    "aws_lambda",
    "get_dynamodb",
    "get_registry_data",
    "get_secret",
    "get_thing_shadow",
    "machinelearning_predict",
]
"""The guide's functions that call another service, but for decode(..., 'proto', ...)."""


def asks(text: str, texts: list[str]) -> Asks:
    """What a rule of this statement and these parameters asks."""
    return asks_of(sql.compile(text), texts)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT aws_lambda('arn', *) AS a FROM 't'",
        "SELECT * FROM 't' WHERE Get_Thing_Shadow('press', 'role').state.reported.alarm = 'ON'",
        "SET @item = get_dynamodb('t', 'id', id, 'role') SELECT @item.x AS x FROM 't'",
        "SELECT (SELECT VALUE get_secret(a, 'SecretString', 'r') FROM list) AS s FROM 't'",
        "SELECT CASE a WHEN 1 THEN get_registry_data('DescribeThing', 'x', 'r') END AS r FROM 't'",
        "SELECT VALUE decode(*, 'proto', 'bucket', 'x.desc', 'x', 'X') FROM 't'",
    ],
)
def test_a_statement_asks_wherever_the_call_stands(text):
    """In SET, SELECT, WHERE, a sub-select or a branch."""
    assert asks(text, []) == Asks(statement=True)


@pytest.mark.parametrize(
    "text", ["SELECT decode(x, 'base64') AS x FROM 't'", "SELECT 'get_secret(1)' AS aws_lambda FROM 't'"]
)
def test_a_statement_without_a_call_does_not_ask(text):
    """A name in a string or behind AS is no call, and base64 needs nobody."""
    assert asks(text, ["plain", "${topic(2)}/${decode(a, 'base64')}"]) == Asks()


@pytest.mark.parametrize(
    "text",
    [
        "${get_secret('a', 'SecretString', 'r')}",
        "a/${ GET_DYNAMODB ('t','p',v,'r').x }",
        "$$aws/things/${get_secret('a', 'SecretString', 'r')}",
    ],
)
def test_a_template_asks_in_any_spelling(text):
    """Case and blanks do not hide a call."""
    assert asks("SELECT * FROM 't'", ["plain", text]) == Asks(templates=True)


def test_templates_of_a_statement_that_asks_are_filled_where_one_may_wait():
    """After a failure its variables are set again for the error action's templates; plain texts need none."""
    text = "SET @a = get_secret('a', 'SecretString', 'r') SELECT 1 AS one FROM 't'"

    assert asks(text, ["key"]) == Asks(statement=True)
    assert asks(text, ["key", "${topic()}"]) == Asks(statement=True, templates=True)


def test_every_function_of_the_guide_that_asks_is_known_to_ask():
    """A function that is not marked would be refused an answer."""
    assert sorted(name for name, function in FUNCTIONS.items() if function.looks_up) == LOOK_UPS


def test_the_factorys_own_rules_ask_nobody(catalog):
    """They run where no message waits for a service."""
    assert {rule.asks for rule in catalog.values()} == {Asks()}


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
        with contextlib.suppress(sql.SqlError, sql.EvaluationError):
            statement = sql.compile(vector["sql"], version=vector.get("version", "2016-03-23"))
            known, spy = asks_of(statement, []).statement, Spy()
            message = sql.Message(topic=vector["topic"], payload=_payload(vector), rule_name="any")
            try:
                statement.evaluate(message, spy)
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
    st.sampled_from(LOOK_UPS).flatmap(
        lambda name: st.tuples(*(st.sampled_from([letter, letter.upper()]) for letter in name)).map("".join)
    ),
    st.sampled_from(["", " ", "\n\t"]),
    st.sampled_from(["{}", "{}.a.b", "upper({})", "1 + {}", "[{}, 'x']", "CASE {} WHEN 1 THEN 2 END", "{{'k': {}}}"]),
)
def test_no_call_hides_in_a_template(name, blanks, around):
    """In any letters, with blanks before the bracket, inside anything."""
    template = "a/${" + around.format(f"{name}{blanks}('a', 'b', 'c')") + "}/b"
    assert asks("SELECT * FROM 't'", [template]) == Asks(templates=True)
