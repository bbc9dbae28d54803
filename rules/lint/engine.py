"""What this engine would refuse although AWS takes it: actions that it does not run, things that it does not know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from rules.actions import Toolbox, make_action
from rules.errors import CatalogError
from rules.lint.finding import Finding
from rules.lint.registry import kind
from rules.lint.subject import Deed, Subject
from rules.loading import load_rule
from rules.placeholders import Placeholders
from rules.rule import ActionParameters

NOT_RUN = kind("action-not-run", "error", "An action that AWS runs and this engine does not.")
REFUSED = kind("engine-refuses", "error", "A rule that AWS takes and this engine refuses to load.")

_SIGN = "does not run"


def engine_findings(subject: Subject, known: Placeholders, tools: Toolbox, *, has_errors: bool) -> Iterator[Finding]:
    """What the engine says of a rule when it loads it.

    Args:
        subject: the rule.
        known: values of placeholders.
        tools: what actions need; nothing is performed.
        has_errors: whether an error of this rule has been told, of which the engine's refusal would be the echo.
    """
    refused = False
    for deed in subject.deeds:
        said = why_not_run(deed, tools)
        if said:
            refused = True
            yield subject.at(
                NOT_RUN, deed.place, said, "On AWS the rule works; `factory rules test` shows its parameters."
            )
    if refused or has_errors:
        return
    try:
        load_rule(Path(subject.file), known, tools)
    except CatalogError as error:
        said = error.message.removeprefix(f"{subject.file}: ")
        yield subject.at(REFUSED, "", said[:1].upper() + said[1:], error.remedy or "")


def why_not_run(deed: Deed, tools: Toolbox) -> str:
    """The sentence with which the engine refuses an action, or nothing where it runs it."""
    try:
        make_action(ActionParameters.model_validate({deed.kind: deed.parameters}), tools)
    except ValidationError as error:
        # The schema's own refusals are told by another check.
        said = next((each["msg"] for each in error.errors(include_url=False) if _SIGN in each["msg"]), "")
    except CatalogError as error:
        said = error.message.partition(": ")[2] if _SIGN in error.message else ""
    else:
        return ""
    said = said.removeprefix("Value error, ")
    return f"{said[:1].upper()}{said[1:].rstrip('.')}." if said else ""
