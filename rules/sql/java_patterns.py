"""Java's regular expressions, written anew for the ``regex`` package.

The guide does not name a dialect; it leans on Java for times, and AWS runs Java. The table of constructs is the
page of ``java.util.regex.Pattern`` (Java 17). What Java refuses is refused here too, even where ``regex`` would
have a meaning for it, such as ``(?P<name>...)`` or fuzzy matching.
"""

from __future__ import annotations

import re
from typing import Final


class PatternSyntaxError(ValueError):
    """A text that is no regular expression in Java."""


# The whole of one construct, so that no part of it is ever read as another.
_OUTSIDE: Final = re.compile(
    r"""
    \\Q(?P<quoted>.*?)(?:\\E|\Z)
  | \\(?P<property>[pP](?:\{[^}]*\}|[A-Z]))
  | \\(?P<escape>x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|0[0-3]?[0-7]{1,2}|c.
      |k<[A-Za-z][A-Za-z0-9]*>|N\{[^}]*\}|.)
  | (?P<group>\((?:\?(?:[:>=!]|<[=!]|<[A-Za-z][A-Za-z0-9]*>|[idmsuxU]*(?:-[idmsuxU]+)?[:)])|(?!\?)))
  | (?P<repeat>\{[0-9]+(?:,[0-9]*)?\})
  | (?P<refused>\(\?|\{|\\)
  | (?P<class>\[)
  | (?P<plain>.)
    """,
    re.VERBOSE | re.DOTALL,
)

# Letters whose escape means the same in both.
_SAME: Final = frozenset("tnrfabBAGRX")
_ESCAPES: Final = {
    # ASCII in Java, as long as nobody asks for more.
    "d": "[0-9]",
    "D": "[^0-9]",
    "w": "[a-zA-Z0-9_]",
    "W": "[^a-zA-Z0-9_]",
    "s": r"[ \t\n\x0b\f\r]",
    "S": r"[^ \t\n\x0b\f\r]",
    "e": "\x1b",
    "z": r"\Z",
    # Java's \Z and $ let one line end stand behind them.
    "Z": r"(?=\n?\Z)",
    "h": r"[ \t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]",
    "H": r"[^ \t\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000]",
    "v": r"[\n\x0b\f\r\x85\u2028\u2029]",
    "V": r"[^\n\x0b\f\r\x85\u2028\u2029]",
}
# A place in the text has no character that a class could hold.
_PLACES: Final = frozenset("bBAGzZRX123456789k")

# POSIX classes hold ASCII only in Java.
_POSIX: Final = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": r"\x00-\x7f",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "Punct": r"!-/:-@\[-`{-~",
    "Graph": "!-~",
    "Print": " -~",
    "Blank": r" \t",
    "Cntrl": r"\x00-\x1f\x7f",
    "XDigit": "0-9a-fA-F",
    "Space": r" \t\n\x0b\f\r",
    "javaLowerCase": r"\p{Lowercase}",
    "javaUpperCase": r"\p{Uppercase}",
    "javaWhitespace": r"\t-\r\x1c-\x1f\p{Zs}\u2028\u2029",
}

_MAX_NESTING: Final = 50


def translated(pattern: str) -> str:
    r"""A Java pattern in the words of ``regex`` (version 1 of its behaviour).

    Raises:
        PatternSyntaxError: Java would refuse it.

    Example:
        >>> translated(r"(?<day>\p{Digit}+)\z")
        '(?<day>[0-9]+)\\Z'
    """
    return _Translator(pattern).whole()


class _Translator:
    """Walks over a pattern once."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._position = 0
        self._depth = 0
        self._groups = 0
        self._names: set[str] = set()
        self._parts: list[str | int] = []

    def whole(self) -> str:
        while self._position < len(self._pattern):
            self._outside()
        return "".join([part if isinstance(part, str) else self._reference(part) for part in self._parts])

    def _reference(self, number: int) -> str:
        # In Java a group that does not exist matches nothing, not even an empty text.
        return f"(?:\\{number})" if number <= self._groups else "(?!)"

    def _outside(self) -> None:
        match = self._next()
        kind, text = match.lastgroup, match.group()
        if kind == "refused":
            raise PatternSyntaxError(f"{text!r} cannot stand at {match.start()}")
        if kind == "class":
            self._parts.append(self._class())
        elif kind == "group":
            self._count(text)
            self._parts.append(_flags(text))
        elif text[1:].isdecimal() and text[0] == "\\" and text[1] != "0":
            self._parts.append(int(text[1:]))
        elif kind in ("plain", "repeat"):
            self._parts.append(text)
        elif text.startswith("\\k") and text[3:-1] not in self._names:
            raise PatternSyntaxError(f"{text} comes before its group")
        else:
            self._parts.append(_escaped(match))

    def _count(self, group: str) -> None:
        if group == "(" or _NAME.match(group):
            self._groups += 1
        if name := _NAME.match(group):
            if name[1] in self._names:
                raise PatternSyntaxError(f"two groups are named {name[1]}")
            self._names.add(name[1])

    def _next(self) -> re.Match[str]:
        match = _OUTSIDE.match(self._pattern, self._position)
        if match is None:
            raise PatternSyntaxError(f"nothing is escaped at {self._position}")
        self._position = match.end()
        return match

    def _class(self) -> str:
        """A class in square brackets; the opening one is behind us."""
        self._depth += 1
        if self._depth > _MAX_NESTING:
            raise PatternSyntaxError(f"classes nest deeper than {_MAX_NESTING}")
        parts = ["["]
        if self._pattern.startswith("^", self._position):
            self._position += 1
            parts.append("^")
        # A bracket that closes nothing yet is a character.
        if self._pattern.startswith("]", self._position):
            self._position += 1
            parts.append(r"\]")
        while not self._pattern.startswith("]", self._position):
            parts.append(self._in_class())
        self._position += 1
        self._depth -= 1
        return "".join(parts) + "]"

    def _in_class(self) -> str:
        if self._position >= len(self._pattern):
            raise PatternSyntaxError("a class is never closed")
        # The one operator of sets that Java knows; `regex` has others, whose signs are plain in Java.
        if self._pattern.startswith("&&", self._position):
            self._position += 2
            return "&&" if not self._pattern.startswith("]", self._position) else ""
        if self._pattern[self._position] == "[":
            self._position += 1
            return self._class()
        first = self._character()
        # A hyphen before a bracket, and one behind a whole class such as \d, is a character.
        if not _RANGE.match(self._pattern, self._position) or _is_set(first):
            return first
        self._position += 1
        last = self._character()
        if _is_set(last):
            raise PatternSyntaxError(f"no range ends with {last!r}")
        return f"{first}-{last}"

    def _character(self) -> str:
        """One character of a class, or an escape that stands for several."""
        character = self._pattern[self._position]
        if character == "\\":
            return _escaped(self._next(), in_class=True)
        self._position += 1
        # Signs of sets in `regex` that are plain in Java.
        return "\\" + character if character in "-|~&:.=(){" else character


_NAME: Final = re.compile(r"\(\?<(\w+)>")
# Whether a hyphen makes a range with what follows.
_RANGE: Final = re.compile(r"-[^\[\]]", re.DOTALL)


def _is_set(text: str) -> bool:
    """Whether a part of a class stands for many characters; one alone has at most a backslash in front."""
    return len(text) > 2


def _flags(group: str) -> str:
    """A group's opening; flags that say nothing about matching here are left out."""
    if not group.startswith("(?") or group[-1] not in ":)" or group == "(?:":
        return group
    on, _, off = group[2:-1].partition("-")
    # d is about line ends, u and U about letters beyond ASCII: these are compared in any case here.
    on, off = ("".join(flag for flag in flags if flag in "imsx") for flags in (on, off))
    # Without f, one letter never equals two, as the German sharp s would equal ss.
    off += "f" if "i" in on else ""
    kept = on + ("-" + off if off else "")
    return f"(?{kept}{group[-1]}" if kept else ("(?:" if group[-1] == ":" else "")


def _escaped(match: re.Match[str], *, in_class: bool = False) -> str:
    if match["quoted"] is not None:
        return re.escape(match["quoted"])
    if match["property"] is not None:
        return _property(match["property"], in_class)
    escape = match["escape"]
    if escape is None or (in_class and escape[0] in _PLACES):
        raise PatternSyntaxError(f"{match.group()!r} cannot stand at {match.start()}")
    return _escape(escape)


def _escape(escape: str) -> str:
    if len(escape) > 1:
        return _code(escape)
    if escape in _ESCAPES:
        return _ESCAPES[escape]
    # Java keeps letters without a meaning for the future.
    if escape in _SAME or not (escape.isascii() and escape.isalnum()):
        return "\\" + escape
    raise PatternSyntaxError(f"there is no escape \\{escape}")


def _code(escape: str) -> str:
    kind, digits = escape[0], escape[1:]
    if kind == "c":
        # Java flips one bit, whatever the character.
        return re.escape(chr(ord(digits) ^ 64))
    if kind in "xu":
        return _character(int(digits.strip("{}"), 16))
    if kind == "0":
        return re.escape(chr(int(digits, 8)))
    return "\\" + escape if kind == "N" else f"(?P={digits[1:-1]})"


def _character(code: int) -> str:
    if code > 0x10FFFF:
        raise PatternSyntaxError(f"there is no character {code:#x}")
    return re.escape(chr(code))


def _property(text: str, in_class: bool) -> str:
    name = text[1:].strip("{}")
    posix = _POSIX.get(name)
    if posix is None:
        return "\\" + text
    if text[0] == "P":
        return f"[^{posix}]"
    return posix if in_class else f"[{posix}]"
