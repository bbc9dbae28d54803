"""Regular expressions that always come to an end.

Java's engine and ``regex`` try one way after another, and some patterns have more ways than anybody can wait
for. A short text is searched at once; anything that could take long is given a time limit, which costs about as
much as ten ordinary searches and is therefore left out where it can do nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import regex

from rules.sql.errors import EvaluationError
from rules.sql.java_patterns import PatternSyntaxError, translated
from rules.sql.values import MAX_TEXT

MAX_SECONDS: Final = 0.25
"""How long one search may take [s of processor time]; an ordinary one takes a millionth."""

MAX_PATTERN: Final = 8192
"""Characters of a pattern: even reading one takes time, and a message can bring one along."""

# Ways that are tried in a few milliseconds at most.
_FEW: Final = 100_000


class Pattern:
    """A Java pattern that is ready to search.

    Args:
        text: the pattern.

    Raises:
        PatternSyntaxError: it is none.

    Example:
        >>> Pattern("b(.*)d").replace("abcd", "$1")
        'ac'
    """

    def __init__(self, text: str) -> None:
        try:
            # Version 1 has Java's nested classes and flags that end with their group.
            self._compiled = regex.compile(translated(text), regex.VERSION1, cache_pattern=False)
        except (regex.error, RecursionError, OverflowError, ValueError, IndexError, KeyError) as error:
            raise PatternSyntaxError(f"{text!r} is no regular expression") from error
        self._text = text
        self._quick = _quick_length(text)

    def search(self, text: str) -> regex.Match[str] | None:
        """The first match in a text."""
        return self._find(text, 0, time.process_time() if len(text) > self._quick else None)

    def _find(self, text: str, position: int, start: float | None) -> regex.Match[str] | None:
        """The next match, for which there is time until a quarter of a second after the start."""
        if start is None:
            return self._compiled.search(text, position)
        left = start + MAX_SECONDS - time.process_time()
        try:
            return self._compiled.search(text, position, timeout=max(left, 0.0))
        except (TimeoutError, MemoryError) as error:
            raise EvaluationError(
                f"The regular expression {self._text!r} does not come to an end.",
                remedy="Write it without repetitions inside of repetitions.",
            ) from error

    def replace(self, text: str, other: str) -> str:
        """The text with every match replaced.

        Raises:
            PatternSyntaxError: there is a match, and the replacement is none for Java.
        """
        return "".join(self._replaced(text, other))

    def _replaced(self, text: str, other: str) -> Iterator[str]:
        start = time.process_time() if len(text) > self._quick else None
        # Not sub(): where a match is empty, Java goes on behind the next character, Python looks for a longer one.
        size = kept = position = 0
        while position <= len(text) and (match := self._find(text, position, start)):
            part = text[kept : match.start()] + expanded(other, match)
            size += len(part)
            if size > MAX_TEXT:
                raise EvaluationError(f"A replacement makes a string longer than {MAX_TEXT} characters.")
            yield part
            kept = match.end()
            position = kept + (match.start() == kept)
        yield text[kept:]


def _quick_length(pattern: str) -> int:
    """How long a text may be that needs no time limit.

    The search begins at every character, and each repetition without an upper end multiplies the ways by the length of
    the text; what is there or not, and one of two, doubles them. Repeated groups multiply without end.

    Example:
        >>> _quick_length("^[0-9]{4}-(0[1-9]|1[0-2])$"), _quick_length("a.*b"), _quick_length("(a+)+")
        (50000, 316, 0)
    """
    if _REPEATED_GROUP.search(pattern):
        return 0
    ways = _FEW / 2.0 ** min(len(_FORK.findall(pattern)), 100)
    return int(ways ** (1 / (1 + len(_LOOP.findall(pattern)))))


_REPEATED_GROUP: Final = re.compile(r"\)[*+?{]")
_LOOP: Final = re.compile(r"[*+]|\{[0-9]*,")
_FORK: Final = re.compile(r"[?|]")


@lru_cache(maxsize=256)
def pattern_of(text: str) -> Pattern | None:
    """The pattern that a text stands for, or None where it stands for none.

    Raises:
        EvaluationError: it is longer than any pattern of a rule should be.
    """
    if len(text) > MAX_PATTERN:
        raise EvaluationError(f"A regular expression of {len(text)} characters is longer than {MAX_PATTERN}.")
    try:
        return Pattern(text)
    except PatternSyntaxError:
        return None


# What follows a backslash or a dollar; nothing may be missing behind either.
_REFERENCE: Final = re.compile(r"\\(.?)|\$(?:([0-9]+)|\{([A-Za-z][A-Za-z0-9]*)\}|)", re.DOTALL)


def expanded(other: str, match: regex.Match[str]) -> str:
    r"""A replacement with its groups filled in, as ``java.util.regex.Matcher.appendReplacement`` does.

    ``$1`` and ``${name}`` are groups, and a backslash takes the next character's meaning away.

    Raises:
        PatternSyntaxError: there is no such group, or nothing follows a dollar or a backslash.

    Example:
        >>> expanded(r"\$$2-$1", regex.search("(a)(b)", "ab"))
        '$b-a'
    """
    if "$" not in other and "\\" not in other:
        return other

    def fill(reference: re.Match[str]) -> str:
        escaped, number, name = reference.groups()
        if escaped:
            return escaped
        if number:
            return _numbered(number, match)
        if name and name in match.re.groupindex:
            return match.group(name) or ""
        raise PatternSyntaxError(f"{reference.group()!r} refers to nothing")

    return _REFERENCE.sub(fill, other)


def _numbered(digits: str, match: regex.Match[str]) -> str:
    """The group with a number; as in Java, only so many digits count as there are groups for."""
    number, taken = int(digits[0]), 1
    while taken < len(digits) and (longer := number * 10 + int(digits[taken])) <= match.re.groups:
        number, taken = longer, taken + 1
    if number > match.re.groups:
        raise PatternSyntaxError(f"there is no group {number}")
    return (match.group(number) or "") + digits[taken:]
