"""Functions of strings; the guide's examples are in the conformance cases."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sql import UNDEFINED, EvaluationError
from rules.sql.functions import strings
from rules.sql.values import MAX_TEXT


@pytest.mark.parametrize(
    ("text", "pattern", "found"),
    [
        ("a1", r"\d", "1"),
        ("\u0661", r"\d", UNDEFINED),
        ("ab", r"(?<name>b)", "b"),
        ("ab\n", r"b\z", UNDEFINED),
        ("ab\n", r"b\Z", "b"),
        (r"\z", r"\\z", r"\z"),
        ("aaa", "a{2}+", "aa"),
        ("abc", "(", UNDEFINED),
        ("abc", "(" * 5000, UNDEFINED),
        ("a[b", "[[a]", UNDEFINED),
        ("a[b", r"[\[a]", "a"),
    ],
)
def test_patterns_are_those_of_java(text: str, pattern: str, found: Any) -> None:
    """Digits are ASCII, groups have Java's names, and a broken pattern gives Undefined."""
    assert strings.regexp_substr(text, pattern) == found


@pytest.mark.parametrize(
    ("other", "result"),
    [
        ("<$1>", "a<b>c"),
        (r"\$1", "a$1c"),
        ("$0$0", "abbc"),
        ("$9", UNDEFINED),
        ("$", UNDEFINED),
        (r"\$", "a$c"),
        ("", "ac"),
    ],
)
def test_replacements_name_groups(other: str, result: Any) -> None:
    """A dollar names a group, a backslash takes that meaning away, and an unknown group is Undefined."""
    assert strings.regexp_replace("abc", "(b)", other) == result


@pytest.mark.parametrize("replace", [strings.replace, strings.regexp_replace])
def test_replacing_is_bounded(replace: Any) -> None:
    """Thousands of long replacements stop before they fill the memory."""
    with pytest.raises(EvaluationError, match="longer"):
        replace("x" * 5000, "x", "y" * 5000)


def test_joining_is_bounded() -> None:
    """The same holds for concat()."""
    with pytest.raises(EvaluationError, match="longer"):
        strings.concat("x" * MAX_TEXT, "y")


@given(st.text(max_size=30), st.text(max_size=3), st.text(max_size=3))
def test_replace_takes_every_occurrence(text: str, part: str, other: str) -> None:
    """As Python's own does, an empty part included."""
    assert strings.replace(text, part, other) == text.replace(part, other)


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        ((), UNDEFINED),
        ((None, "a"), UNDEFINED),
        (([1], None, [2, [3]]), [1, None, 2, [3]]),
        (([1], UNDEFINED), UNDEFINED),
        (([1],), [1]),
        (({"a": 1}, 2), '{"a":1}2'),
    ],
)
def test_concat(arguments: tuple[Any, ...], result: Any) -> None:
    """Arrays are joined as arrays, everything else as text."""
    assert strings.concat(*arguments) == result


@given(st.text(), st.integers(), st.integers())
def test_substring_clamps_its_places(text: str, start: int, end: int) -> None:
    """Any two places give a part of the text."""
    part = strings.substring(text, start, end)

    assert part in text
    assert len(part) <= max(0, min(end, len(text)) - max(start, 0))


@pytest.mark.parametrize("code", [-1, 128, 0x20AC, 10**40])
def test_codes_that_are_no_characters(code: int) -> None:
    """ASCII has 128 of them (iot-sql-functions, chr: "not a valid ASCII value")."""
    assert strings.character(code) is UNDEFINED


def test_white_space() -> None:
    """The guide leaves line ends to trim() alone (iot-sql-functions: ltrim and rtrim name tabs and spaces)."""
    assert strings.trim("\n\t a \r\n") == "a"
    assert strings.ltrim("\t\n a") == "\n a"
    assert strings.rtrim("a \n\t") == "a \n"


def test_bytes_are_those_of_utf_8() -> None:
    """The euro sign has three of them, half a pair counts as one question mark."""
    assert strings.numbytes("€") == 3
    assert strings.numbytes("\ud800") == 1
