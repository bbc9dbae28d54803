"""A place among the words of a statement, and the refusals that name it."""

from __future__ import annotations

from typing import NoReturn

from rules.sql import hints
from rules.sql.errors import SqlError
from rules.sql.lexer import Token, tokens


class Cursor:
    """Walks over the words of a text, one at a time.

    Args:
        text: the statement.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = tokens(text)
        self._index = 0

    @property
    def token(self) -> Token:
        """The word under the cursor."""
        return self._tokens[self._index]

    def following(self, steps: int = 1) -> Token:
        """The word some steps ahead; the closing one lasts for ever."""
        return self._tokens[min(self._index + steps, len(self._tokens) - 1)]

    def _previous(self) -> Token | None:
        return self._tokens[self._index - 1] if self._index else None

    def advance(self) -> Token:
        """Step over a word and return it."""
        token = self.token
        self._index = min(self._index + 1, len(self._tokens) - 1)
        return token

    def at(self, *wanted: str) -> bool:
        """Whether a keyword or symbol stands here."""
        token = self.token
        return token.word in wanted or (token.kind == "symbol" and token.text in wanted)

    def accept(self, wanted: str) -> bool:
        """Step over a keyword or symbol if it stands here."""
        if not self.at(wanted):
            return False
        self.advance()
        return True

    def expect(self, wanted: str) -> Token:
        """Step over a keyword or symbol that must stand here."""
        if not self.at(wanted):
            self.refuse(wanted)
        return self.advance()

    def name(self, role: str) -> str:
        """Step over a plain name; every keyword is one too where only a name can stand."""
        if self.token.kind != "name":
            self.refuse(role, hint=hints.for_name(self.token, role))
        return self.advance().text

    def refuse(self, expected: str, *, hint: str | None = None) -> NoReturn:
        """Raise the SqlError for a word that cannot stand here."""
        hint = hint or hints.for_unexpected(self.token, self.following(), self._previous())
        self.fail(f"{self.token} cannot stand here", expected=expected, hint=hint)

    def fail(
        self, problem: str, *, at: Token | None = None, expected: str | None = None, hint: str | None = None
    ) -> NoReturn:
        """Raise the SqlError for a word that is understood, yet wrong."""
        position = (at or self.token).position
        raise SqlError(problem, text=self.text, position=position, expected=expected, hint=hint)
