"""Templates are cut where the language cuts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sql import SqlError
from rules.sql.parts import split


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
def test_nothing_of_a_text_is_lost(text):
    """Put together again, with the signs around the expressions, the parts are the text."""
    try:
        parts = split(text)
    except SqlError:
        return

    assert "".join(f"${{{part.text}}}" if part.is_expression else part.text for part in parts) == text
