"""Functions of strings; numbers, booleans, arrays and objects count as their text."""

from __future__ import annotations

from typing import Final

from rules.sql.conversions import to_text, to_whole
from rules.sql.errors import EvaluationError
from rules.sql.functions.registry import anything, function
from rules.sql.java_patterns import PatternSyntaxError
from rules.sql.patterns import pattern_of
from rules.sql.values import MAX_TEXT, UNDEFINED, Value, bounded_text

MAX_PADDING: Final = 1000
_BLANKS: Final = " \t"
_WHITE_SPACE: Final = "".join(map(chr, range(33)))
_ASCII: Final = range(128)


@function("lower", takes=(to_text,))
def lower(text: str) -> str:
    """The text in small letters."""
    return text.lower()


@function("upper", takes=(to_text,))
def upper(text: str) -> str:
    """The text in capitals."""
    return text.upper()


@function("length", takes=(to_text,))
def length(text: str) -> int:
    """How many characters a text has."""
    return len(text)


@function("numbytes", takes=(to_text,))
def numbytes(text: str) -> int:
    """How many bytes a text has in UTF-8."""
    return len(text.encode("utf-8", "replace"))


@function("trim", takes=(to_text,))
def trim(text: str) -> str:
    """The text without white space at both ends.

    The guide speaks of tabs and spaces for ``ltrim()`` and ``rtrim()`` only; this one takes line ends and other
    control characters too, as Java's ``String.trim()`` does.
    """
    return text.strip(_WHITE_SPACE)


@function("ltrim", takes=(to_text,))
def ltrim(text: str) -> str:
    """The text without blanks and tabs in front."""
    return text.lstrip(_BLANKS)


@function("rtrim", takes=(to_text,))
def rtrim(text: str) -> str:
    """The text without blanks and tabs behind."""
    return text.rstrip(_BLANKS)


@function("lpad", takes=(to_text, to_whole))
def lpad(text: str, count: int) -> str:
    """The text with so many blanks in front: not filled up to a width, as elsewhere.

    Example:
        >>> lpad("hello", 2)
        '  hello'
    """
    return " " * min(count, MAX_PADDING) + text


@function("rpad", takes=(to_text, to_whole))
def rpad(text: str, count: int) -> str:
    """The text with so many blanks behind."""
    return text + " " * min(count, MAX_PADDING)


@function("startswith", takes=(to_text, to_text))
def startswith(text: str, beginning: str) -> bool:
    """Whether a text starts with another."""
    return text.startswith(beginning)


@function("endswith", takes=(to_text, to_text))
def endswith(text: str, end: str) -> bool:
    """Whether a text ends with another."""
    return text.endswith(end)


@function("indexof", takes=(to_text, to_text))
def indexof(text: str, part: str) -> int:
    """Where a part starts, from 0; -1 where it is absent, as in Java, since the guide does not say."""
    return text.find(part)


@function("substring", takes=(to_text, to_whole, to_whole), optional=1)
def substring(text: str, start: int, end: int | None = None) -> str:
    """The characters from one place, from 0, up to another one.

    Example:
        >>> substring("012345", 1, 3), substring("012345", -1)
        ('12', '012345')
    """
    stop = len(text) if end is None else max(end, 0)
    return text[max(start, 0) : stop]


@function("chr", takes=(to_whole,))
def character(code: int) -> Value:
    """The character with an ASCII code; the guide has no others.

    Example:
        >>> character(65), character(128)
        ('A', UNDEFINED)
    """
    return chr(code) if code in _ASCII else UNDEFINED


@function("replace", takes=(to_text, to_text, to_text))
def replace(text: str, part: str, other: str) -> str:
    """The text with every occurrence of a part replaced."""
    # Known before the memory is asked for.
    growth = text.count(part) * (len(other) - len(part))
    if len(text) + growth > MAX_TEXT:
        raise EvaluationError(f"replace() makes a string longer than {MAX_TEXT} characters.", function="replace")
    return text.replace(part, other)


@function("concat", takes=(anything,), repeats=True)
def concat(*values: Value) -> Value:
    """All values as one string or, as soon as one is an array, as one array.

    For a lone argument the guide says "unmodified" and prints ``concat(1) = "1"``: arrays stay, the rest is text.

    Example:
        >>> concat(1, "hello"), concat([1], 2), concat()
        ('1hello', [1, 2], UNDEFINED)
    """
    if not values or UNDEFINED in values:
        return UNDEFINED
    if any(type(value) is list for value in values):
        return [item for value in values for item in (value if type(value) is list else [value])]
    return _joined([to_text(value) for value in values])


def _joined(texts: list[Value]) -> Value:
    if UNDEFINED in texts:
        return UNDEFINED
    if sum(map(len, texts)) > MAX_TEXT:
        raise EvaluationError(f"concat() makes a string longer than {MAX_TEXT} characters.", function="concat")
    return "".join(texts)


# ---- regular expressions


@function("regexp_matches", takes=(to_text, to_text))
def regexp_matches(text: str, pattern: str) -> Value:
    """Whether a pattern occurs anywhere in a text."""
    compiled = pattern_of(pattern)
    return UNDEFINED if compiled is None else compiled.search(text) is not None


@function("regexp_substr", takes=(to_text, to_text))
def regexp_substr(text: str, pattern: str) -> Value:
    """The first part of a text that a pattern matches; without one, Undefined."""
    compiled = pattern_of(pattern)
    found = compiled.search(text) if compiled else None
    return UNDEFINED if found is None else found.group()


@function("regexp_replace", takes=(to_text, to_text, to_text))
def regexp_replace(text: str, pattern: str, other: str) -> Value:
    """The text with every match replaced; ``$1`` in the replacement is the first group.

    Example:
        >>> regexp_replace("abcd", "b(.*)d", "$1")
        'ac'
    """
    compiled = pattern_of(pattern)
    if compiled is None:
        return UNDEFINED
    try:
        return bounded_text(compiled.replace(text, other))
    except PatternSyntaxError:
        return UNDEFINED
