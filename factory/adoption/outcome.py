"""What a plan comes to: adopt, create, change, renew, and what must not be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from factory.adoption.plan import Change
from factory.adoption.types import RENEWED

_REASONS = {
    "replace_because_tainted": "it is marked as tainted in the state",
    "replace_by_request": "it was asked for with -replace",
    "replace_by_triggers": "by its replace_triggered_by",
    "delete_because_no_resource_config": "it is no longer configured",
    "delete_because_no_module": "its module is no longer configured",
    "delete_because_wrong_repetition": "its count or for_each no longer fits it",
    "delete_because_count_index": "its count is smaller now",
    "delete_because_each_key": "its key is no longer in for_each",
    "delete_because_no_move_target": "it was moved to where nothing is configured",
}
_LONGEST = 60
"""Characters of a value that are shown."""


class Deed(StrEnum):
    """What a plan does to a resource, as the table calls it."""

    ADOPT = "adopt"
    CREATE = "create"
    CHANGE = "change"
    RENEW = "renew"
    REPLACE = "replace"
    DESTROY = "destroy"

    @property
    def is_refused(self) -> bool:
        """Whether something that exists would be lost."""
        return self in (Deed.REPLACE, Deed.DESTROY)


@dataclass(frozen=True, slots=True)
class Cause:
    """An argument that forces a replacement.

    Args:
        argument: its path, as one would write it: `attribute[0].type`.
        before: what it is now, as text; none if it is a secret.
        after: what it should become.
    """

    argument: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        return self.argument if self.before is None else f"{self.argument}: {self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table.

    Args:
        deed: what is done.
        address: to which resource.
        type: of the resource.
        import_id: by what it is adopted, if it is.
        changed: names of arguments that change in place.
        causes: arguments that force a replacement.
        reason: why, where no argument forces it.
    """

    deed: Deed
    address: str
    type: str
    import_id: str | None = None
    changed: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = field(default=())
    reason: str = ""


def rows_of(changes: Iterable[Change]) -> list[Row]:
    """The table of a plan; what it leaves alone is not in it.

    Args:
        changes: of the plan.
    """
    return [row for change in changes if (row := _row(change)) is not None]


def _row(change: Change) -> Row | None:
    deed = _deed(change)
    if deed is None:
        return None
    gone = change.deletes
    return Row(
        deed,
        change.address,
        change.type,
        import_id=change.import_id,
        changed=change.changed if "update" in change.actions else (),
        causes=tuple(_cause(change, path) for path in change.forced_by) if gone else (),
        reason=_REASONS.get(change.reason, "") if gone and not change.forced_by else "",
    )


def _deed(change: Change) -> Deed | None:
    if change.deletes:
        if "create" not in change.actions:
            return Deed.DESTROY
        return Deed.RENEW if change.type in RENEWED and change.import_id is None else Deed.REPLACE
    if change.import_id is not None:
        return Deed.ADOPT
    return Deed.CREATE if change.creates else Deed.CHANGE if "update" in change.actions else None


def _cause(change: Change, path: tuple[str | int, ...]) -> Cause:
    argument = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
    name = str(path[0]) if path else ""
    if name in change.secret:
        return Cause(argument, None, None)
    after = "(known after apply)" if name in change.unknown else _shown(_at(change.after, path))
    return Cause(argument, _shown(_at(change.before, path)), after)


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _shown(value: Any) -> str:
    text = "null" if value is None else f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
