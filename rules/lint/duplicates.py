"""Rules that are there twice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from rules.analysis.written import written
from rules.lint.finding import Finding
from rules.lint.registry import catalog_check, kind
from rules.lint.subject import Subject

NAME = kind("duplicate-name", "error", "Two rules of one name: AWS keeps one.")
RULE = kind("duplicate-rule", "warning", "Two rules with the same SQL and the same actions: everything happens twice.")


@catalog_check
def names(subjects: Sequence[Subject]) -> Iterator[Finding]:
    """Names that a rule before has taken."""
    first: dict[str, Subject] = {}
    for subject in subjects:
        other = first.setdefault(subject.name, subject)
        if subject.name and other is not subject:
            yield subject.at(NAME, "ruleName", f"The name {subject.name!r} is taken by {other.file}.", "Rename one.")


@catalog_check
def twins(subjects: Sequence[Subject]) -> Iterator[Finding]:
    """Rules that differ in their names alone."""
    first: dict[str, Subject] = {}
    for subject in subjects:
        if subject.statement is None or subject.disabled or not subject.actions:
            continue
        actions = json.dumps(subject.payload.get("actions"), sort_keys=True)
        other = first.setdefault(f"{subject.version} {written(subject.statement)} {actions}", subject)
        if other is not subject:
            sentence = f"The rule does what {other.name or other.file} does: each message is acted on twice."
            yield subject.at(RULE, "sql", sentence, "Leave one of them out.")
