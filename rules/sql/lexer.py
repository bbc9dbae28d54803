"""Cuts the text of a statement into words.

One regular expression knows every kind of word. Keywords are ordinary names here: AWS IoT SQL lets most of
them be attributes too, so only the parser can tell which is which.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from rules.sql.errors import SqlError

Kind = Literal["number", "string", "variable", "name", "symbol", "end"]

MAX_VARIABLE_NAME: Final = 64


class Token(NamedTuple):
    """One word of a statement.

    Args:
        kind: what sort of word it is.
        text: the word as written, with its quotes.
        position: where it starts [characters from the start of the text].
    """

    kind: Kind
    text: str
    position: int

    @property
    def word(self) -> str:
        """The word in capitals, to be compared with keywords; nothing unless it is a name."""
        return self.text.upper() if self.kind == "name" else ""

    @property
    def string(self) -> str:
        """What a quoted string says; a doubled quote inside stands for one."""
        quote = self.text[0]
        return self.text[1:-1].replace(quote * 2, quote)

    def __str__(self) -> str:
        return "the end" if self.kind == "end" else f"'{self.text}'"


_WORD: Final = re.compile(
    r"""
    # Blanks part words and say nothing else; those of other alphabets are told, as nobody sees the difference.
    (?P<blank>[ \t\r\n\f]+)
  # A digit in front; no bare point on either side, and no letter behind.
  | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?!\w))
  # Either quote; inside, the quote itself is doubled.
  | (?P<string>'(?:[^']|'')*' | "(?:[^"]|"")*")
  | (?P<variable>@[A-Za-z0-9_]+)
  # A letter of any alphabet, or an underscore, in front.
  | (?P<name>[^\W\d]\w*)
  # The two-letter signs of other languages are one word, so that a hint can name them.
  | (?P<symbol><>|<=|>=|!=|==|\|\||&&|/\*|.)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str) -> list[Token]:
    """The words of a text, closed by a word of the kind "end".

    A character that belongs to no word becomes a symbol of its own: the parser knows what to say about it.

    Raises:
        SqlError: a string never ends, a number runs into a name, or a variable's name is too long.

    Example:
        >>> [token.text for token in tokens("SELECT temp*2 AS t")]
        ['SELECT', 'temp', '*', '2', 'AS', 't', '']
    """
    found = []
    for match in _WORD.finditer(text):
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # the groups are named after the kinds
        if match.lastgroup != "blank":
            found.append(_checked(Token(kind, match.group(), match.start()), text))
    found.append(Token("end", "", len(text)))
    return found


def _checked(token: Token, text: str) -> Token:
    if token.kind == "variable" and len(token.text) > MAX_VARIABLE_NAME + 1:
        problem = f"the name of this variable has {len(token.text) - 1} characters"
        raise SqlError(problem, expected=f"at most {MAX_VARIABLE_NAME}", text=text, position=token.position)
    if token.kind == "symbol" and token.text in "'\"":
        expected = f"a closing {token.text}"
        raise SqlError("this string never ends", expected=expected, text=text, position=token.position)
    if token.kind == "symbol" and token.text.isdecimal():
        hint = 'Attributes that start with a digit are reached with get(*, "0").'
        raise SqlError("this is not a number", hint=hint, text=text, position=token.position)
    return token
