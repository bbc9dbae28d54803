"""What this engine would refuse although AWS takes it: actions that it does not run, things that it does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.actions import RUN_HERE, Toolbox, not_run
from rules.errors import CatalogError
from rules.lint.finding import Finding
from rules.lint.registry import kind
from rules.lint.subject import Subject
from rules.loading import checked_rule, make_rule

NOT_RUN = kind("action-not-run", "error", "An action that AWS runs and this engine does not.")
REFUSED = kind("engine-refuses", "error", "A rule that AWS takes and this engine refuses to load.")
_REMEDY: Final = "On AWS the rule works; `factory rules test` shows its parameters."


def engine_findings(subject: Subject, tools: Toolbox, *, has_errors: bool) -> Iterator[Finding]:
    """What the engine says of a rule when it loads it.

    Args:
        subject: the rule.
        tools: what actions need; nothing is performed.
        has_errors: whether an error of this rule has been told, of which the engine's refusal would be the echo.
    """
    refused = False
    for deed in subject.deeds:
        said = not_run(deed.kind)
        if said:
            refused = True
            sentence = f"{said[:1].upper()}{said[1:]}; it runs {', '.join(RUN_HERE)}."
            yield subject.at(NOT_RUN, deed.place, sentence, _REMEDY)
    if refused or has_errors:
        return
    try:
        make_rule(checked_rule(subject.value, subject.file), tools, subject.file)
    except CatalogError as error:
        said = error.message.removeprefix(f"{subject.file}: ")
        yield subject.at(REFUSED, "", said[:1].upper() + said[1:], error.remedy or "")
