"""Words of a statement."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sql.errors import SqlError
from rules.sql.lexer import tokens


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a1_b", ["name"]),
        ("1.5E-3", ["number"]),
        ("@a1", ["variable"]),
        ("'it''s'", ["string"]),
        ("a<>b", ["name", "symbol", "name"]),
        ("température", ["name"]),
        ("a.b", ["name", "symbol", "name"]),
    ],
)
def test_kinds_of_words(text: str, kinds: list[str]) -> None:
    """Each word is of the kind that its first letters say."""
    assert [token.kind for token in tokens(text)] == [*kinds, "end"]


@pytest.mark.parametrize(("text", "said"), [("'it''s'", "it's"), ('"a""b"', 'a"b'), (r"'\d'", r"\d")])
def test_strings_say_what_stands_between_quotes(text: str, said: str) -> None:
    """A doubled quote is one quote, a backslash is a backslash."""
    assert tokens(text)[0].string == said


@pytest.mark.parametrize("text", ["'never", '"never', "5abc", "@" + "a" * 65])
def test_broken_words_are_refused(text: str) -> None:
    """Open strings, numbers that run into names, and long variables."""
    with pytest.raises(SqlError):
        tokens(text)


@given(st.text())
def test_words_cover_the_text(text: str) -> None:
    """Nothing but blanks lies between two words."""
    try:
        words = tokens(text)
    except SqlError:
        return

    end = 0
    for word in words:
        assert text[end : word.position].strip() == ""
        end = word.position + len(word.text)
