"""What can go wrong with a statement.

::

    UsageError
    └── SqlError            the text is not a statement that AWS IoT would accept
    FactoryError
    └── EvaluationError     the statement is sound, but this message makes it fail
"""

from __future__ import annotations

from contracts.errors import FactoryError, UsageError

CONTEXT_CHARACTERS = 72


class SqlError(UsageError):
    """A text that is not an AWS IoT SQL statement, and the spot where it stops being one.

    Args:
        problem: what stands there, as a sentence without a full stop.
        text: the whole statement.
        position: where the offending word starts [characters from the start of the text].
        expected: what could stand there instead.
        hint: the AWS IoT SQL way to say what was probably meant.

    Example:
        >>> print(SqlError("'!=' is unknown", text="SELECT * WHERE a != 1", position=17, hint="Use `<>`."))
        AWS IoT SQL, line 1, column 18: '!=' is unknown.
          SELECT * WHERE a != 1
                           ^
        Use `<>`.
    """

    def __init__(
        self,
        problem: str,
        *,
        text: str = "",
        position: int = 0,
        expected: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.problem = problem
        self.text = text
        self.position = min(max(position, 0), len(text))
        self.expected = expected
        self.hint = hint
        super().__init__(self._sentence())

    @property
    def line(self) -> int:
        """The line of the offending word, counted from 1."""
        return self.text.count("\n", 0, self.position) + 1

    @property
    def column(self) -> int:
        """The column of the offending word, counted from 1."""
        return self.position - self.text.rfind("\n", 0, self.position)

    def _sentence(self) -> str:
        wanted = f"; expected {self.expected}" if self.expected else ""
        head = f"AWS IoT SQL, line {self.line}, column {self.column}: {self.problem}{wanted}."
        return "\n".join(part for part in (head, self._drawing(), self.hint) if part)

    def _drawing(self) -> str:
        """The line with a caret below the offending word, cut to what fits a terminal."""
        start = self.text.rfind("\n", 0, self.position) + 1
        line = self.text[start:].split("\n", 1)[0].replace("\t", " ")
        # The spot stands in the middle of what is shown, unless the line starts there.
        cut = max(0, self.position - start - CONTEXT_CHARACTERS // 2)
        if not line.strip():
            return ""
        return f"  {line[cut : cut + CONTEXT_CHARACTERS]}\n  {' ' * (self.position - start - cut)}^"


class EvaluationError(FactoryError):
    """A message for which a sound statement fails: the rule must not run its actions.

    Args:
        message: what failed, with the offending value.
        remedy: what would help, as a sentence of its own.
        function: the SQL function that failed, where one did.
    """

    def __init__(self, message: str, *, remedy: str | None = None, function: str | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.function = function
