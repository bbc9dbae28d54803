"""The list of kinds and of checks: a new check is one function under `@rule_check` or `@catalog_check`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from rules.lint.finding import Finding, Kind, Severity
from rules.lint.subject import Subject

RuleCheck = Callable[[Subject], Iterable[Finding]]
CatalogCheck = Callable[[Sequence[Subject]], Iterable[Finding]]

KINDS: Final[dict[str, Kind]] = {}
RULE_CHECKS: Final[list[RuleCheck]] = []
CATALOG_CHECKS: Final[list[CatalogCheck]] = []


def kind(code: str, severity: Severity, summary: str) -> Kind:
    """Declare a kind of problem.

    Raises:
        ValueError: the code is taken.
    """
    if code in KINDS:
        raise ValueError(f"the kind {code!r} is declared twice")
    KINDS[code] = Kind(code, severity, summary)
    return KINDS[code]


def rule_check(check: RuleCheck) -> RuleCheck:
    """Declare a check that looks at one rule."""
    RULE_CHECKS.append(check)
    return check


def catalog_check(check: CatalogCheck) -> CatalogCheck:
    """Declare a check that compares the rules of a catalog."""
    CATALOG_CHECKS.append(check)
    return check
