"""Templates are cut where the language cuts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.lint.templates import split
from rules.sql import Message, SqlError, compile  # noqa: A004 - the language's own word


def test_braces_in_strings_do_not_end_a_part():
    """Nor do those of an object."""
    parts = split("a/${get({'k': '}'}, \"k\")}/b${x}")

    assert [(part.text, part.is_expression) for part in parts] == [
        ("a/", False),
        ("get({'k': '}'}, \"k\")", True),
        ("/b", False),
        ("x", True),
    ]


def test_a_part_without_an_end_is_refused():
    """At the place where it begins."""
    with pytest.raises(SqlError) as told:
        split("a/${topic(2)")

    assert told.value.position == 2


@given(st.text(alphabet="a/$ {}'", max_size=12))
def test_texts_are_cut_as_the_language_does(text):
    """Both refuse, or neither does."""
    statement = compile("SELECT * FROM 't'")
    try:
        rendered = statement.render(text, Message(topic="t", payload=b"{}"))
    except SqlError:
        return
    plain = "".join(part.text for part in split(text) if not part.is_expression)

    assert plain == rendered or any(part.is_expression for part in split(text))
