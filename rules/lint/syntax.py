"""SQL and templates that AWS would refuse."""

from __future__ import annotations

from collections.abc import Iterator

from rules.lint.finding import Finding
from rules.lint.functions import function_problems
from rules.lint.registry import kind, rule_check
from rules.lint.subject import Subject
from rules.lint.versions import version_problems
from rules.sql import SqlError, compile  # noqa: A004 - the language's own word
from rules.sql.parser import parse, parse_expression
from rules.sql.parts import split

SQL = kind("sql-syntax", "error", "SQL that AWS IoT would refuse.")
TEMPLATE = kind("template-syntax", "error", "A ${…} that AWS IoT would refuse.")


@rule_check
def statement(subject: Subject) -> Iterator[Finding]:
    """The first reason for which the statement is refused, where no other check has named it."""
    if not subject.sql:
        return
    try:
        parse(subject.sql)
        if not [*function_problems(subject), *version_problems(subject)]:
            compile(subject.sql, version=subject.version)
    except SqlError as error:
        yield subject.in_sql(SQL, error.position, _sentence(error), error.hint or "")


@rule_check
def templates(subject: Subject) -> Iterator[Finding]:
    """Each template that is refused."""
    named = {finding.place for finding in function_problems(subject)}
    for place, text in subject.templates:
        error = _refusal(subject, text, check=place not in named)
        if error is not None:
            yield Finding(
                TEMPLATE, subject.file, subject.name, place, _sentence(error), error.hint or "", text, error.position
            )


def _refusal(subject: Subject, text: str, *, check: bool) -> SqlError | None:
    start = 0
    try:
        for part in split(text):
            if part.is_expression:
                start = part.start
                parse_expression(part.text)
        start = 0
        if check and "${" in text:
            _compiled(subject, text)
    except SqlError as error:
        return SqlError(
            error.problem, text=text, position=start + error.position, expected=error.expected, hint=error.hint
        )
    return None


def _compiled(subject: Subject, text: str) -> None:
    # Without a statement that compiles nobody knows the variables that a template may read.
    if subject.compiled is not None:
        # `$$` begins a reserved topic, which is no template; its place keeps the positions right.
        subject.compiled.template("  " + text[2:] if text.startswith("$$") else text)


def _sentence(error: SqlError) -> str:
    wanted = f"; expected {error.expected}" if error.expected else ""
    return f"{error.problem[:1].upper()}{error.problem[1:]}{wanted}."
