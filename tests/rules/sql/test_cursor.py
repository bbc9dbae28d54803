"""A place among words."""

from __future__ import annotations

import pytest

from rules.sql.cursor import Cursor
from rules.sql.errors import SqlError


def test_the_end_lasts_for_ever() -> None:
    """Stepping past the last word stays at the end."""
    cursor = Cursor("a")

    assert [cursor.advance().kind for _ in range(3)] == ["name", "end", "end"]
    assert cursor.following(9).kind == "end"


def test_keywords_have_no_case() -> None:
    """A keyword is found however it is written."""
    assert Cursor("sElEcT").at("SELECT")


def test_a_string_is_no_symbol() -> None:
    """The text of a string never passes for a keyword or a symbol."""
    assert not Cursor("'('").at("(")
    assert not Cursor("'SELECT'").at("SELECT")


def test_expect_names_what_is_missing() -> None:
    """The refusal carries what should have stood there."""
    with pytest.raises(SqlError) as refusal:
        Cursor("a").expect(")")

    assert refusal.value.expected == ")"
