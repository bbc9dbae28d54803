"""Hints for common SQL; the refusals that carry them are tested with the errors."""

from __future__ import annotations

import pytest

from rules.sql import hints
from rules.sql.functions import FUNCTIONS
from rules.sql.lexer import tokens


@pytest.mark.parametrize(
    ("name", "meant"), [("lenght", "length()"), ("STARTWITH", "startswith()"), ("nvl", "get_or_default")]
)
def test_the_function_that_was_meant(name: str, meant: str) -> None:
    """A misspelt name finds its function, a foreign one its replacement."""
    assert meant in (hints.for_function(name, list(FUNCTIONS)) or "")


def test_a_name_like_no_other_gets_no_hint() -> None:
    """Where nothing is close, nothing is suggested."""
    assert hints.for_function("xyzzy_plugh", list(FUNCTIONS)) is None


def test_a_blank_that_is_none_is_named() -> None:
    """Texts that were copied from a page have blanks that nobody sees."""
    blank, end = tokens("\u00a0")

    assert "U+00A0" in (hints.for_unexpected(blank, end, None) or "")


def test_no_hint_for_an_ordinary_mistake() -> None:
    """A closing bracket too many needs no explanation."""
    bracket, end = tokens(")")

    assert hints.for_unexpected(bracket, end, None) is None
