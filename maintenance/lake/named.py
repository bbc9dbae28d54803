"""Questions that come with the product: a file each in `sql/`, with what it asks and its parameters on top."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from maintenance.errors import QueryError
from maintenance.lake.sql_text import Value, with_values

_FOLDER = Path(__file__).parent / "sql"
_PARAMETER = re.compile(r"-- \$(?P<name>\w+) = (?P<default>'[^']*'|-?[0-9.]+): (?P<meaning>.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a question may be given: its name, what it is otherwise, and what it means."""

    name: str
    default: Value
    meaning: str

    def value_of(self, text: str) -> Value:
        """A value as people write it.

        Raises:
            QueryError: a number is wanted.
        """
        if isinstance(self.default, str):
            return text
        try:
            return type(self.default)(text)  # type: ignore[call-arg, arg-type]
        except ValueError:
            wanted = "a whole number" if isinstance(self.default, int) else "a number"
            raise QueryError(f"{self.name}={text} is not {wanted}: {self.meaning}") from None


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """A question.

    Attributes:
        name: of its file.
        summary: what it asks, in a sentence.
        parameters: what it can be given.
        sql: the statement, with `$name` for parameters.
    """

    name: str
    summary: str
    parameters: tuple[Parameter, ...]
    sql: str

    def text(self, values: Mapping[str, str]) -> str:
        """The statement with values in it: the very text for DuckDB and for Athena.

        Args:
            values: values as people write them, by name; the others are the defaults.

        Raises:
            QueryError: it has no such parameter, or wants another kind of value.

        Example:
            >>> "WHEN temp <= 85.0E0 " in named_query("hours_above_temperature").text({"limit_c": "85"})
            True
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        if strange := sorted(values.keys() - known.keys()):
            raise QueryError(f"{self.name} has no parameter {strange[0]}.", remedy=f"It has {', '.join(known)}.")
        given = {name: one.value_of(values[name]) if name in values else one.default for name, one in known.items()}
        return with_values(self.sql, given)


def named_queries() -> list[str]:
    """Names of all questions."""
    return sorted(path.stem for path in _FOLDER.glob("*.sql"))


def named_query(name: str) -> NamedQuery:
    """A question by its name.

    Raises:
        QueryError: there is none of that name.
    """
    if name not in named_queries():
        raise QueryError(f"There is no question {name}.", remedy=f"There are: {', '.join(named_queries())}.")
    sql = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    found = [match for line in sql.splitlines() if (match := _PARAMETER.fullmatch(line))]
    parameters = tuple(Parameter(one["name"], _default(one["default"]), one["meaning"]) for one in found)
    return NamedQuery(name, sql.partition("\n")[0].removeprefix("-- "), parameters, sql)


def _default(text: str) -> Value:
    if text.startswith("'"):
        return text[1:-1]
    return float(text) if "." in text else int(text)
