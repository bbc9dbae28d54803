"""What is known of a resource before it is made: the words by which it is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from factory.adoption.kinds import Kind, Owner
from factory.adoption.plan import Change, ConfiguredResource, PlanView
from factory.adoption.words import NotKnownError, fill


@dataclass(frozen=True, slots=True)
class Account:
    """Where things are looked for.

    Args:
        number: of the account.
        region: in which to look for what is not planned for another one.
        partition: `aws`, or that of China or of governments.
    """

    number: str
    region: str
    partition: str = "aws"


def words_of(change: Change, kind: Kind, plan: PlanView, account: Account) -> dict[str, Any]:
    """The words that name a resource to be created.

    Args:
        change: of the plan.
        kind: its type.
        plan: where the change is from.
        account: where to look.

    Raises:
        NotKnownError: no resource of the configuration gives it a name.
    """
    words: dict[str, Any] = {name: value for name, value in change.after.items() if value is not None}
    words |= {"account": account.number, "partition": account.partition}
    words.setdefault("region", account.region)
    written = plan.block(change).written
    for name, default in kind.defaults.items():
        # An argument that is written and not known yet will have a value that is not the default.
        if name not in words and not (name in change.unknown and name in written):
            words[name] = fill(default, words)
    if kind.owner is not None:
        words["owner"] = _owner_of(change, kind.owner, plan)
    return words


def _owner_of(change: Change, owner: Owner, plan: PlanView) -> dict[str, Any]:
    """Arguments of the resource that refers to this one and has a name."""
    candidates = [other for other in plan.changes if other.type == owner.type and other.module == change.module]
    found = [
        other
        for other in candidates
        if _module_instance(other) == _module_instance(change)
        and _refers(plan.block(other), owner.argument, change.resource)
        and (other.index == change.index or change.index is None)
    ]
    if len(found) != 1:
        raise NotKnownError(f"{owner.type} of it")
    return dict(found[0].after)


def _module_instance(change: Change) -> str:
    address = change.address
    return address[: address.rindex(change.resource)]


def _refers(block: ConfiguredResource, argument: str, resource: str) -> bool:
    references = block.references.get(argument, frozenset())
    if resource in references:
        return True
    return "each.value" in references and resource in block.references.get("for_each", frozenset())
