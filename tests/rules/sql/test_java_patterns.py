"""Java's regular expressions; what each matches, and what is refused, was asked of a JDK 17."""

from __future__ import annotations

import contextlib

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from rules.sql.java_patterns import PatternSyntaxError, translated


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("[]a]", "]", "]"),
        ("[^]a]", "]b", "b"),
        ("[a-d[m-p]]", "n", "n"),
        ("[a-z&&[^aeiou]]+", "aeb", "b"),
        ("[&&a]", "a", "a"),
        ("[a||b]+", "a|b", "a|b"),
        ("[a~~b]+", "a~", "a~"),
        ("[[:alpha:]]+", "x:alph", ":alph"),
        (r"[\d-]+", "1-2", "1-2"),
        ("[a-]", "-", "-"),
        (r"[\t-\r]", "-\n", "\n"),
        (r"[\e-a]", "A", "A"),
        (r"[+-\-]", ",", ","),
        (r"[\h]", "\t", "\t"),
        (r"[\Qa-b\E]+", "a-b", "a-b"),
        ("[.]", "a.", "."),
        ("}]", "}]", "}]"),
        (r"\p{Alpha}+", "éab", "ab"),
        (r"\p{L}+", "éab", "éab"),
        (r"\pL", "é", "é"),
        (r"\P{Alpha}", "aé", "é"),
        (r"[\p{Lower}1]+", "A1b", "1b"),
        (r"\p{IsGreek}", "\u03c9", "\u03c9"),
        (r"\w+", "éab", "ab"),
        (r"\d+", "٣4", "4"),
        (r"\Qa.b\E", "a.b", "a.b"),
        (r"\Qa.b", "a.b", "a.b"),
        (r"\x{41}\x42\u0043\0104", "ABCD", "ABCD"),
        (r"\cA\e\t", "\x01\x1b\t", "\x01\x1b\t"),
        (r"\R", "\r\n", "\r\n"),
        (r"a\z", "a", "a"),
        (r"a\Z", "a\n", "a"),
        (r"(?<n>a)\k<n>", "aa", "aa"),
        ("a++b", "aab", "aab"),
        ("(?>a+)b", "aab", "aab"),
        ("(?<=a{1,5})b", "aab", "b"),
        ("(?i)STRASSE", "strasse", "strasse"),
        ("(?i:A)b", "ab", "ab"),
        ("(?d)a(?-i:b)", "ab", "ab"),
        ("(?x) a b # note", "ab", "ab"),
        (r"\_\-\.", "_-.", "_-."),
    ],
)
def test_what_patterns_match(pattern: str, text: str, found: str) -> None:
    """The translation finds what Java finds."""
    match = regex.search(translated(pattern), text, regex.VERSION1)

    assert match is not None
    assert match.group() == found


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(r"\1(a)", "aa"), (r"a\1", "aa"), (r"\8", "8"), ("(?i)ss", "ß"), ("a.b", "a\nb"), (r"a\z", "a\n")],
)
def test_what_patterns_do_not_match(pattern: str, text: str) -> None:
    """A group that has not been seen matches nothing, and one letter never equals two."""
    assert regex.search(translated(pattern), text, regex.VERSION1) is None


@pytest.mark.parametrize(
    "pattern",
    [
        *("a{,3}", "a{", "{1", "[", "[a", "[a-z", r"\y", "\\", r"\k<n>(?<n>a)", "(?<n>a)(?<n>b)", "(?P<n>a)", "(?#c)a"),
        *("(?z)a", "(?R)", "(?|a|b)", r"[\z]", r"[\1]", r"[a-\d]", r"\x{110000}", "(?<1>a)", "[" * 60 + "a" + "]" * 60),
    ],
)
def test_what_java_refuses(pattern: str) -> None:
    """Among it much that other dialects know."""
    with pytest.raises(PatternSyntaxError):
        translated(pattern)


@given(st.text(r"ab[]()\{}^$.*+?|-&:<>=!pQEkx0123,é", max_size=20))
def test_any_text_is_translated_or_refused(text: str) -> None:
    """No text does anything else."""
    with contextlib.suppress(PatternSyntaxError):
        assert isinstance(translated(text), str)
