"""Searching and replacing; replacements were compared with those of ``java.util.regex.Matcher``."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sql import EvaluationError
from rules.sql.java_patterns import PatternSyntaxError
from rules.sql.patterns import MAX_PATTERN, Pattern, pattern_of
from rules.sql.values import MAX_TEXT


@pytest.mark.parametrize(
    ("text", "pattern", "other", "result"),
    [
        ("baac", "a*", "-", "-b--c-"),
        ("abc", "", "-", "-a-b-c-"),
        ("ab", "[^a]*?", "", "ab"),
        ("abcd", "b(.*)d", "$1", "ac"),
        ("ab", "(a)(b)", "$2$1", "ba"),
        ("ab", "(?<first>a)", "<${first}>", "<a>b"),
        ("ab", "(a)", "$10", "a0b"),
        ("ab", "(a)", "$" + "0" * 9000 + "12", "a2b"),
        ("ab", "(a)|(b)", "[$2]", "[][b]"),
        ("ab", "a", r"\$1\\", "$1\\b"),
        ("ab", "x", "$9", "ab"),
        ("aab", "(?<=a)a", "-", "a-b"),
        ("ab", "^.", "-", "-b"),
    ],
)
def test_replacing(text: str, pattern: str, other: str, result: str) -> None:
    """Groups by number and by name; behind an empty match the search goes on with the next character."""
    assert Pattern(pattern).replace(text, other) == result


@pytest.mark.parametrize("other", ["$", "$x", "${", "${other}", "$2", "a\\", "${1}"])
def test_replacements_that_java_refuses(other: str) -> None:
    """A reference to nothing is no replacement."""
    with pytest.raises(PatternSyntaxError):
        Pattern("(a)").replace("a", other)


@pytest.mark.parametrize(
    "pattern", ["(a|aa)+$", "(a|a)*b", "(?:a?){30}a{30}$", "a.*a.*a.*a.*b", "([a-z]+)*=", "(.*)*\\1x"]
)
def test_patterns_that_would_never_end(pattern: str) -> None:
    """Each either has an answer in time or fails the rule: nothing hangs."""
    text = "a" * 20_000

    for work in (lambda: Pattern(pattern).search(text), lambda: Pattern(pattern).replace(text, "")):
        with contextlib.suppress(EvaluationError):
            work()


def test_a_pattern_without_end_is_named() -> None:
    """The error says which, and what to do."""
    with pytest.raises(EvaluationError, match="does not come to an end") as caught:
        Pattern("(x+x+)+y").search("x" * 5000)
    assert "repetitions" in str(caught.value.remedy)


def test_long_patterns_are_refused() -> None:
    """Reading a pattern takes time as well."""
    with pytest.raises(EvaluationError, match="longer"):
        pattern_of("a" * (MAX_PATTERN + 1))


def test_growing_replacements_are_bounded() -> None:
    """A thousand times a thousand characters are not made first."""
    with pytest.raises(EvaluationError, match="longer"):
        Pattern("a").replace("a" * 2000, "x" * (MAX_TEXT // 1000))


@given(st.text("ab[]()\\{}^$.*+?|-&", max_size=12), st.text("ab\n-", max_size=12), st.text("$1{n}\\a", max_size=5))
def test_any_pattern_searches_or_is_none(pattern: str, text: str, other: str) -> None:
    """No pattern, text and replacement do anything else."""
    compiled = pattern_of(pattern)
    if compiled is not None:
        compiled.search(text)
        with contextlib.suppress(PatternSyntaxError):
            assert isinstance(compiled.replace(text, other), str)
