"""What the compiler writes, held against an evaluation node by node."""

# ruff: noqa: S608  # these statements meet no database
from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sql_grammar import payloads, sound_expressions, statements
from sql_reference import evaluated

from rules import sql
from rules.sql import EvaluationError, Message, SqlError, Statement
from rules.sql.runtime import shown

NEVER_THE_SAME = ("rand", "newuuid")
VALUES = st.sampled_from((None, True, False, 0, 1, 2.5, -1, "a", "5", "true", "", [], {}))
INNER = st.dictionaries(st.sampled_from(("a", "b", "x")), VALUES, max_size=3)
PLAUSIBLE = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("a", "b", "n", "s"), VALUES),
        "obj": VALUES | INNER | st.fixed_dictionaries({"b": INNER}),
        "arr": VALUES | st.lists(VALUES | INNER, max_size=3),
    },
)
"""Payloads whose attributes are those that the expressions read, mostly of a fitting type."""


def outcome(evaluate: Callable[[], Any]) -> str:
    """The value with the types inside it, or that there is none."""
    try:
        return repr(evaluate())
    except EvaluationError:
        return "EvaluationError"


def compiled(text: str) -> Statement:
    """A statement; a text that is none says nothing here."""
    try:
        return sql.compile(text)
    except SqlError:
        assume(False)
        raise


def agree(text: str, payload: bytes) -> None:
    """The function of a statement gives what its tree gives."""
    message = Message(topic="a/b", payload=payload, timestamp=7)
    statement = compiled(text)

    assert outcome(lambda: statement.evaluate(message)) == outcome(lambda: evaluated(text, message)), text


@settings(max_examples=300)
@given(statements, payloads.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=4))
def test_whatever_the_grammar_grows(text: str, payload: bytes) -> None:
    """All functions and types, over payloads that are JSON or not."""
    assume(not any(name in text.lower() for name in NEVER_THE_SAME))

    agree(text, payload)


@settings(max_examples=300)
@given(sound_expressions, sound_expressions, sound_expressions, PLAUSIBLE)
def test_what_is_computed_once_and_read_again(first: str, second: str, third: str, payload: Any) -> None:
    """The same few attributes and variables, in branches, elements and defaults that may or may not be reached."""
    # A variable may not read itself.
    setting = first.replace("@v", "a").replace("@w", "b")
    text = f"SET @v = {setting}, @w = {second.replace('@w', '@v')} SELECT {second} AS x, {third} AS y.z FROM 'a/#'"

    agree(f"{text} WHERE {third} AND {first} OR n = 1", json.dumps(payload).encode())


def deep(part: str, levels: int, inmost: str) -> str:
    """A part in itself, some levels deep."""
    for _ in range(levels):
        inmost = part.format(inmost)
    return inmost


@pytest.mark.parametrize(
    "part",
    [
        "get_or_default(missing, {})",
        "get_or_default({}, a)",
        "CASE a WHEN 1 THEN {} ELSE @v END",
        "CASE a WHEN 2 THEN 0 ELSE get_or_default(missing, {}) END",
        "(SELECT VALUE {} FROM obj)",
        "(SELECT {} AS k, a AS m, @v AS v FROM arr AS e WHERE e.a = 1 AND @v > 6)",
        "get_or_default((SELECT VALUE CASE @v WHEN 7 THEN {} END FROM obj), 0)",
    ],
)
@pytest.mark.parametrize("levels", [5, 12, 13, 16])
def test_parts_that_become_functions_of_their_own(part: str, levels: int) -> None:
    """Deeper than Python's 20 blocks, each still sees the message, its element and the variables."""
    # Each element holds the next in the one attribute that the part reads.
    name = "obj" if "obj" in part else "arr"
    element: dict[str, Any] = {"a": 1}
    for _ in range(levels):
        element = {"a": 1, name: element if name == "obj" else [element]}

    agree(f"SET @v = 7 SELECT {deep(part, levels, 'a')} AS r, a AS again FROM 'a/#'", json.dumps(element).encode())


@pytest.mark.parametrize(("column", "there"), [("empty", True), ("missing", False)])
def test_exists_counts_elements_and_not_what_they_hold(column: str, there: bool) -> None:
    """An object that passes is one element, if SELECT VALUE gives an empty array of it, too."""
    message = Message(topic="a/b", payload=b'{"obj": {"empty": []}}')
    statement = sql.compile(f"SELECT VALUE EXISTS (SELECT VALUE {column} FROM obj) FROM 'a/b'")

    assert statement.evaluate(message) is there


@settings(max_examples=200)
@given(sound_expressions, sound_expressions, PLAUSIBLE, st.booleans())
def test_templates_see_the_message_and_the_variables(
    first: str, second: str, payload: Any, was_evaluated: bool
) -> None:
    """Whether the statement was evaluated for the message before, or not: then the variables are set for them."""
    start = f"SET @v = {first.replace('@v', 'a').replace('@w', 'b')}, @w = [@v] SELECT"
    message = Message(topic="a/b", payload=json.dumps(payload).encode(), timestamp=7)
    statement = compiled(f"{start} n FROM 'a/#'")
    if was_evaluated:
        outcome(lambda: statement.evaluate(message))

    def value_of(part: str) -> Any:
        return evaluated(f"{start} VALUE {part} FROM 'a/#'", message)

    assert outcome(lambda: statement.render(f"-${{{first}}}-${{{second}}}", message)) == outcome(
        lambda: f"-{shown(value_of(first))}-{shown(value_of(second))}"
    )
