"""Any message either gives a result that can be written, or fails the statement with an EvaluationError."""

# ruff: noqa: S608  # these statements meet no database
from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sql_grammar import expressions, payloads, statements

from rules import sql
from rules.sql import NO_MATCH, EvaluationError, Message, SqlError, Statement, dumps
from rules.sql.functions import FUNCTIONS


class _NobodyThere:
    """Look-ups that all fail, as they do without a network."""

    def __getattr__(self, name: str) -> object:
        raise LookupError(name)


def _run(statement: Statement, payload: bytes) -> None:
    """Evaluate and write; anything but the one error that may come fails the test."""
    message = Message(topic="a/b", payload=payload, timestamp=1481825251155, client_id="press-1")
    with contextlib.suppress(EvaluationError):
        result = statement.evaluate(message, _NobodyThere())  # type: ignore[arg-type]  # it answers to no name
        if result is not NO_MATCH:
            _assert_is_json(dumps(result), payload)


def _assert_is_json(data: bytes, payload: bytes) -> None:
    # Nothing for Undefined, and the payload as it came where it is no JSON.
    if data not in (b"", payload):
        json.loads(data)


def _compiled(text: str, version: str = "2016-03-23") -> Statement:
    try:
        return sql.compile(text, version)
    except SqlError:
        assume(False)
        raise


@given(statements, payloads)
def test_any_statement_with_any_json(text: str, payload: object) -> None:
    """Numbers of forty digits, other alphabets and inner objects included."""
    _run(_compiled(text), json.dumps(payload).encode())


@given(statements, payloads)
def test_the_first_version_of_the_language(text: str, payload: object) -> None:
    """It has fewer constructs and writes numbers in another way."""
    _run(_compiled(text, "2015-10-08"), json.dumps(payload).encode())


@given(statements, st.binary(max_size=60))
def test_any_statement_with_any_bytes(text: str, payload: bytes) -> None:
    """Most bytes are no JSON."""
    _run(_compiled(text), payload)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@settings(max_examples=25)
@given(values=st.lists(payloads, max_size=6), mode=st.sampled_from(["base64", "proto", "DescribeThing", "other"]))
def test_any_function_with_any_values(name: str, values: list[object], mode: str) -> None:
    """Right, wrong, too many and too few arguments, of every type; modes are written out."""
    written = FUNCTIONS[name].literal
    arguments = ", ".join(f"'{mode}'" if place in written else f"get(*, {place})" for place in range(len(values)))
    _run(_compiled(f"SELECT {name}({arguments}) AS r FROM 'a/#'"), json.dumps(values).encode())


@given(expressions, payloads)
def test_any_template_with_any_json(text: str, payload: object) -> None:
    """A template is text in the end, or an error."""
    statement = sql.compile("SET @v = a, @w = b SELECT * FROM 'a/#'")
    message = Message(topic="a/b", payload=json.dumps(payload).encode())
    with contextlib.suppress(EvaluationError, SqlError):
        assert isinstance(statement.render("<${" + text + "}>", message, _NobodyThere()), str)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "payload",
    [
        b"[" * 128_000,
        b"[" * 64_000 + b"]" * 64_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b'{"a": ' + b"9" * 128_000 + b"}",
        b'{"a": 1E' + b"9" * 128_000 + b"}",
        b'{"a": 0.' + b"0" * 128_000 + b"1}",
        b'{"a": "\\ud800", "\\udfff": 1}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": 1, "a": 2}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": NaN}',
        b'{"a": -0.0, "b": -0, "c": 1E-1500}',
        b"\xff\xfe[\x001\x00]\x00",
        b'{"a": "' + b"x" * 128_000 + b'"}',
        b"",
        b"null",
        b" \n1 \t",
    ],
    ids=lambda payload: payload[:16].decode("latin-1"),
)
@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM 'a/#'",
        "SELECT a, *.b, a + 1 AS c, '' + a AS d FROM 'a/#'",
        "SELECT VALUE encode(*, 'base64') FROM 'a/#'",
        "SELECT VALUE regexp_replace(a, '(x+x+)+y', '') FROM 'a/#'",
    ],
)
def test_payloads_that_break_parsers(payload: bytes, text: str) -> None:
    """Depth, length, half characters and numbers past all limits."""
    _run(sql.compile(text), payload)


def test_a_result_that_outgrows_every_message_is_an_error() -> None:
    """Ten variables of a hundred kilobytes cannot be joined a thousand times."""
    text = "SELECT VALUE (SELECT VALUE concat(" + "*, " * 500 + "*) FROM a) FROM 'a/#'"
    payload = json.dumps({"a": ["x" * 2000] * 2000}).encode()

    with pytest.raises(EvaluationError):
        dumps(sql.compile(text).evaluate(Message(topic="a/b", payload=payload)))
