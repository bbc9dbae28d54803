"""What lint says: a kind of problem, and one place where it was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from rules.sql import SqlError

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem.

    Args:
        code: its name in kebab case.
        severity: an error never does what was meant; a warning may be meant.
        summary: what it is, in a line.
    """

    code: str
    severity: Severity
    summary: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem in one rule.

    Args:
        kind: what sort of problem.
        file: the file of the rule.
        rule: its name, where it has one.
        place: where in `topicRulePayload`, such as `actions[0].s3.key`; `sql` for the statement.
        sentence: what is wrong, with the offending value.
        remedy: what would be right.
        text: the SQL or the template, where the problem is in one.
        position: where in that text [characters from its start].
    """

    kind: Kind
    file: str
    rule: str
    place: str
    sentence: str
    remedy: str = ""
    text: str = ""
    position: int | None = None

    @property
    def code(self) -> str:
        """The name of the kind."""
        return self.kind.code

    @property
    def severity(self) -> Severity:
        """How bad the kind is."""
        return self.kind.severity

    def spot(self) -> str:
        """The place for people, with line and column where the problem is in a text."""
        if self.position is None:
            return self.place
        error = SqlError("", text=self.text, position=self.position)
        return f"{self.place}:{error.line}:{error.column}"

    def drawing(self) -> list[str]:
        """The line of the text and a caret below the spot; nothing where the problem is in no text."""
        if self.position is None or not self.text.strip():
            return []
        return str(SqlError("", text=self.text, position=self.position)).split("\n")[1:3]

    def as_json(self) -> dict[str, Any]:
        """The finding as JSON."""
        told: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "rule": self.rule,
            "place": self.place,
            "problem": self.sentence,
            "remedy": self.remedy,
        }
        if self.position is not None:
            error = SqlError("", text=self.text, position=self.position)
            told |= {"line": error.line, "column": error.column}
        return told
