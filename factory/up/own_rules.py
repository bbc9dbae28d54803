"""Rules of the caller, run beside the factory's own: checked before anything starts, with just the rights they need."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from contracts.errors import UsageError
from contracts.resources import Resources
from rules import CATALOG_DIR, load_catalog, placeholders
from rules.actions import Toolbox
from rules.loading import Rule, read_rule, rule_files
from rules.rights import Right, rights_of

ACCOUNT = "000000000000"


@dataclass(frozen=True, slots=True)
class OwnRules:
    """A directory of rules that can run.

    Args:
        directory: where they lie.
        rights: what the engine's key must be allowed for them.
    """

    directory: Path
    rights: tuple[Right, ...]


def own_rules(directory: Path, plant: str, account: str = ACCOUNT) -> OwnRules:
    """The rules of a directory, which a plant's engine can run beside the factory's own.

    Raises:
        CatalogError: no rules, one that cannot run, or one with the name of another.
        UsageError: a rule that listens where the plant's engine may not.
    """
    names = Resources(plant, account)
    known = placeholders(names)
    tools = Toolbox.to_look_at(names)
    written = [read_rule(file, known) for file in rule_files(directory)]
    own = {rule.rule_name for rule in written}
    # Together, as a name that is there twice shows only so.
    for rule in load_catalog(CATALOG_DIR, known, tools, more=directory):
        if rule.name in own:
            _check_filter(rule, plant)
    return OwnRules(directory, rights_of(written, names))


def _check_filter(rule: Rule, plant: str) -> None:
    """The engine's identity may listen to its own plant, and to what is sent to rules by their names."""
    topic_filter, allowed = rule.statement.topic_filter, f"factory/{plant}/"
    if topic_filter is not None and not topic_filter.startswith(allowed):
        raise UsageError(
            f"The rule {rule.name!r} listens to {topic_filter!r}, where this factory's engine may not.",
            remedy=f"Let its FROM begin with {allowed!r} (in a file: factory/{{{{plant}}}}/).",
        )
