"""What to write instead of the common SQL that AWS IoT SQL does not have."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from rules.sql.lexer import Token

_NO_AGGREGATES: Final = "AWS IoT SQL sees one message at a time: it has no groups, order, limits or joins."
_NO_COMMENTS: Final = "AWS IoT SQL has no comments."

WORDS: Final[dict[str, str]] = {
    "LIKE": "LIKE is not in AWS IoT SQL; use startswith(), endswith() or regexp_matches().",
    "BETWEEN": "BETWEEN is not in AWS IoT SQL; use `x >= low AND x <= high`.",
    "IS": "IS NULL is not in AWS IoT SQL; use isNull(x) or isUndefined(x).",
    "NOT": "NOT stands before the whole comparison: `NOT x IN list`.",
    "IF": "IF is not in AWS IoT SQL; use CASE x WHEN a THEN b ELSE c END.",
    "WHEN": "CASE needs a value: CASE x WHEN a THEN b END; for conditions write CASE x > 5 WHEN true THEN b END.",
    "SET": "SET stands once, before SELECT: SET @a = 1, @b = 2 SELECT ...",
    "UNNEST": "UNNEST is not in AWS IoT SQL; use a sub-select: (SELECT VALUE a FROM items).",
    "DISTINCT": "DISTINCT is not in AWS IoT SQL.",
} | dict.fromkeys(("GROUP", "ORDER", "LIMIT", "HAVING", "JOIN", "INNER", "LEFT", "UNION", "OVER"), _NO_AGGREGATES)

SYMBOLS: Final[dict[str, str]] = {
    "!=": "`!=` is not in AWS IoT SQL; use `<>`.",
    "==": "`==` is not in AWS IoT SQL; use `=`.",
    "||": "`||` is not in AWS IoT SQL; join strings with `+` or concat().",
    "&&": "`&&` is not in AWS IoT SQL; use AND.",
    "/*": _NO_COMMENTS,
    "#": _NO_COMMENTS,
    "`": "Names take no quotes; reach unusual keys with get(*, 'my key').",
    "[": "Elements are reached with get(list, 0).",
    ";": "A rule holds one statement and no semicolon.",
    "!": "`!` is not in AWS IoT SQL; use NOT.",
}


def for_unexpected(token: Token, following: Token, previous: Token | None) -> str | None:
    """A hint for a word that cannot stand where it does, among its neighbours."""
    if token.kind == "name":
        return WORDS.get(token.word) or _between_names(previous, token)
    if token.text == "-" == following.text:
        return _NO_COMMENTS
    if token.text.isspace():
        return f"This blank is the character U+{ord(token.text):04X}; write a plain one."
    return SYMBOLS.get(token.text)


def _between_names(previous: Token | None, token: Token) -> str | None:
    """A hint for two names in a row, where common SQL has words that this one lacks."""
    if previous is None or previous.kind != "name":
        return None
    is_new_name = token.word not in ("SELECT", "FROM", "WHERE", "AS", "END")
    return WORDS.get(previous.word) or (
        f"Columns are named with AS: {previous.text} AS {token.text}." if is_new_name else None
    )


def for_name(token: Token, role: str) -> str | None:
    """A hint for something that stands in place of a plain name."""
    if token.kind == "string" and token.text.startswith('"'):
        return f"Double quotes make a string in AWS IoT SQL; {role} is a plain name."
    if token.kind == "number":
        return 'Names do not start with a digit; reach such keys with get(x, "0").'
    return None


def for_function(name: str, known: list[str]) -> str | None:
    """The function that was probably meant."""
    # Six letters of ten alike: closer finds no slips, further finds nonsense.
    close = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return _INSTEAD.get(name.lower()) or (f"Did you mean {close[0]}()?" if close else None)


_INSTEAD: Final[dict[str, str]] = {
    "coalesce": "Use get_or_default(x, default).",
    "ifnull": "Use get_or_default(x, default).",
    "nvl": "Use get_or_default(x, default).",
    "now": "Use timestamp(): milliseconds since 1970.",
    "len": "Use length(x).",
    "substr": "Use substring(x, start, end), counted from 0.",
    "pow": "Use power(x, y).",
    "uuid": "Use newuuid().",
} | dict.fromkeys(("count", "sum", "avg", "min", "max"), _NO_AGGREGATES)
