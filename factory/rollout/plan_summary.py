"""A plan of Terraform as a table for people: what is made, changed, replaced and destroyed, and nothing of its values.

Values stay out, as a summary on GitHub is read by more people than may read the state. The form of the plan is that of
`terraform show -json` (https://developer.hashicorp.com/terraform/internals/json-format).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from factory.adoption.plan import marked

MOST_ROWS = 200
"""More rows than anybody reads; GitHub takes a megabyte."""
REVISED = frozenset({"aws_ecs_task_definition"})
"""What AWS keeps in revisions: Terraform calls a new one a replacement, and with each new image there is one."""
_ORDER = ("destroy", "replace", "change", "revise", "create", "adopt", "forget", "read")


def kind(change: Mapping[str, Any]) -> str:
    """What a plan does to a resource; empty where it leaves it alone.

    Args:
        change: the `change` of a resource.

    Example:
        >>> kind({"actions": ["delete", "create"]}), kind({"actions": ["no-op"]})
        ('replace', '')
    """
    actions = tuple(change["actions"])
    if "delete" in actions and "create" in actions:
        return "replace"
    if actions == ("no-op",):
        return "adopt" if change.get("importing") else ""
    words = {"create": "create", "update": "change", "delete": "destroy", "read": "read", "forget": "forget"}
    return words[actions[0]]


def summary(plan: Mapping[str, Any]) -> str:
    """The plan in Markdown: counts, then a row for each resource, the worst first.

    Args:
        plan: what `terraform show -json` says of it.
    """
    changes = [(_word(one), one) for one in plan.get("resource_changes", ())]
    changes = [(word, one) for word, one in changes if word and word != "read"]
    counts = Counter(word for word, _ in changes)
    title = ["### Terraform's plan", ""]
    if plan.get("errored"):
        title += ["**Planning ended in an error, which the log tells: what follows is a part of it.**", ""]
    if not changes:
        return "\n".join([*title, "Nothing changes.", ""])
    told = ", ".join(f"{counts[word]} to {word}" for word in _ORDER if counts[word])
    changes.sort(key=lambda pair: (_ORDER.index(pair[0]), pair[1]["address"]))
    rows = [f"| {word} | `{one['address']}` | {_arguments(one['change'])} |" for word, one in changes[:MOST_ROWS]]
    left_out = len(changes) - len(rows)
    head = [*title, f"**{told}**", "", "| | resource | arguments that change |", "|---|---|---|"]
    tail = ["", f"{left_out} more are left out here; the log has them."] if left_out else []
    return "\n".join([*head, *rows, *tail, ""])


def _word(resource: Mapping[str, Any]) -> str:
    word = kind(resource["change"])
    return "revise" if word == "replace" and resource.get("type") in REVISED else word


def _arguments(change: Mapping[str, Any]) -> str:
    """Names of what is changed; for a replacement, of what forces it."""
    forced = [".".join(map(str, path)) for path in change.get("replace_paths", ())]
    if forced:
        return "forced by " + _names(forced)
    before, after, unknown = (change.get(key) or {} for key in ("before", "after", "after_unknown"))
    if not before or not after:
        return ""
    changed = marked(unknown) | {name for name in {*after, *unknown} if before.get(name) != after.get(name)}
    return _names(sorted(changed))


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
