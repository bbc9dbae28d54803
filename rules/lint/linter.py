"""All checks over all rules of some files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rules.actions import Toolbox
from rules.lint.engine import engine_findings
from rules.lint.files import read_subject, rule_files
from rules.lint.finding import Finding
from rules.lint.registry import CATALOG_CHECKS, RULE_CHECKS
from rules.lint.schema import SCHEMA
from rules.lint.subject import Subject
from rules.placeholders import Placeholders


def files_of(places: Sequence[Path]) -> list[Path]:
    """The rule files that paths name, each once."""
    return list(dict.fromkeys(file for place in places for file in rule_files(place)))


def lint(
    files: Sequence[Path],
    known: Placeholders,
    tools: Toolbox | None = None,
    done: Callable[[int], None] = lambda _: None,
) -> list[Finding]:
    """Every problem of some rules, in the order of their files.

    Args:
        files: a rule each; together they are one catalog.
        known: values of placeholders.
        tools: what the engine's actions need, to ask whether the engine would run the rules; None does not ask.
        done: told how many files are through [files].
    """
    found: list[Finding] = []
    subjects: list[Subject] = []
    for count, file in enumerate(files, 1):
        subject = read_subject(file, known)
        if isinstance(subject, Finding):
            found.append(subject)
        else:
            subjects.append(subject)
            found += _of_rule(subject, tools)
        done(count)
    found += [finding for check in CATALOG_CHECKS for finding in check(subjects)]
    order = {str(file): index for index, file in enumerate(files)}
    return sorted(found, key=lambda finding: order[finding.file])


def _of_rule(subject: Subject, tools: Toolbox | None) -> list[Finding]:
    found = _said_once([finding for check in RULE_CHECKS for finding in check(subject)])
    if tools is not None:
        has_errors = any(finding.severity == "error" for finding in found)
        found += engine_findings(subject, tools, has_errors=has_errors)
    return found


def _said_once(found: list[Finding]) -> list[Finding]:
    """Findings without what the schema says of a place for which another check has a kind of its own."""
    named = {finding.place for finding in found if finding.severity == "error" and finding.kind is not SCHEMA}
    return [finding for finding in found if finding.kind is not SCHEMA or finding.place not in named]
