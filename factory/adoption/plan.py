"""What `terraform show -json` says of a plan, as far as adopting needs it.

Its form is described under https://developer.hashicorp.com/terraform/internals/json-format (format version 1.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_INSTANCE = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')


@dataclass(frozen=True, slots=True)
class Change:
    """What a plan would do to one resource.

    Args:
        address: as in the configuration, with its key: `module.lake.aws_s3_bucket.this["raw"]`.
        type: of the resource.
        module: address of its module without keys; empty for the root.
        resource: address in its module without key: `aws_s3_bucket.this`.
        index: its key, if it has one.
        actions: as the plan has them: `create`, `update`, `delete`, `no-op`, …
        before: its arguments now.
        after: its arguments then, as far as they are known.
        unknown: names of arguments that are known only after apply, wholly or in part.
        import_id: by what it is imported, if it is.
        forced_by: paths of the arguments that force a replacement.
        reason: why it is replaced or deleted, as the plan says it: `replace_because_tainted`.
        secret: names of arguments that are sensitive, wholly or in part.
    """

    address: str
    type: str
    module: str
    resource: str
    index: str | int | None
    actions: tuple[str, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    unknown: frozenset[str] = frozenset()
    import_id: str | None = None
    forced_by: tuple[tuple[str | int, ...], ...] = ()
    reason: str = ""
    secret: frozenset[str] = frozenset()

    @property
    def creates(self) -> bool:
        """Whether it is made, and nothing is removed for it."""
        return self.actions == ("create",)

    @property
    def deletes(self) -> bool:
        """Whether something that exists is removed, be it to make another in its place."""
        return "delete" in self.actions

    @property
    def changed(self) -> tuple[str, ...]:
        """Names of the arguments that differ in what is known of them."""
        gone = {name for name in self.before.keys() - self.after.keys() - self.unknown if self.before[name] is not None}
        differ = gone | {name for name, value in self.after.items() if _differs(self.before.get(name), value)}
        return tuple(sorted(differ - {"tags_all"} if "tags" in differ else differ))


@dataclass(frozen=True, slots=True)
class ConfiguredResource:
    """A resource block: which arguments are written, and what they refer to.

    Args:
        written: names of the arguments that have an expression.
        references: by argument, the addresses that its expression names; `for_each` is under that name.
    """

    written: frozenset[str]
    references: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan.

    Args:
        changes: of managed resources, in the plan's order.
        blocks: what is configured, by module (without keys) and address in it.
        accounts: numbers of the accounts that its `aws_caller_identity` data sources saw.
        errored: whether Terraform gave up on the way; then it is not whole, and cannot be applied.
    """

    changes: tuple[Change, ...]
    blocks: Mapping[tuple[str, str], ConfiguredResource] = field(default_factory=dict)
    accounts: frozenset[str] = frozenset()
    errored: bool = False

    def block(self, change: Change) -> ConfiguredResource:
        """The block that a change comes from; an empty one if it is no longer configured."""
        return self.blocks.get((change.module, change.resource), ConfiguredResource(frozenset(), {}))


def read_plan(document: Mapping[str, Any]) -> PlanView:
    """The plan in a document of `terraform show -json`.

    Args:
        document: parsed JSON.
    """
    changes = [_change(entry) for entry in document.get("resource_changes", []) if entry.get("mode") == "managed"]
    root = document.get("configuration", {}).get("root_module", {})
    state = document.get("prior_state", {}).get("values", {}).get("root_module", {})
    return PlanView(tuple(changes), dict(_blocks(root, "")), frozenset(_accounts(state)), bool(document.get("errored")))


def without_keys(address: str) -> str:
    """An address without the keys of its instances.

    Example:
        >>> without_keys('module.lake["a.b[0]"].aws_s3_bucket.this[0]')
        'module.lake.aws_s3_bucket.this'
    """
    return _INSTANCE.sub("", address)


def _differs(before: Any, after: Any) -> bool:
    """Whether values differ; what of the later one is not known yet, which the plan leaves out, does not count."""
    if isinstance(before, dict) and isinstance(after, dict):
        return any(_differs(before.get(name), inner) for name, inner in after.items())
    if isinstance(before, list) and isinstance(after, list):
        return len(before) != len(after) or any(map(_differs, before, after))
    return bool(before != after)


def _change(entry: Mapping[str, Any]) -> Change:
    change = entry["change"]
    return Change(
        address=entry["address"] + (f" (deposed {entry['deposed']})" if entry.get("deposed") else ""),
        type=entry["type"],
        module=without_keys(entry.get("module_address", "")),
        resource=f"{entry['type']}.{entry['name']}",
        index=entry.get("index"),
        actions=tuple(change["actions"]),
        before=change.get("before") or {},
        after=change.get("after") or {},
        unknown=marked(change.get("after_unknown")),
        import_id=(change.get("importing") or {}).get("id"),
        forced_by=tuple(tuple(path) for path in change.get("replace_paths") or ()),
        reason=entry.get("action_reason", ""),
        secret=marked(change.get("before_sensitive")) | marked(change.get("after_sensitive")),
    )


def marked(marks: Any) -> frozenset[str]:
    """Names under which a tree of marks has a true one; what is not marked stands in it as an empty block.

    Args:
        marks: `after_unknown` or `…_sensitive` of a change.

    Example:
        >>> sorted(marked({"id": True, "name": False, "breaker": [{}], "network": [{"groups": [False, True]}]}))
        ['id', 'network']
    """
    named = marks.items() if isinstance(marks, dict) else ()
    return frozenset(name for name, inner in named if _any_mark(inner))


def _any_mark(marks: Any) -> bool:
    if isinstance(marks, dict):
        return any(map(_any_mark, marks.values()))
    return any(map(_any_mark, marks)) if isinstance(marks, list) else bool(marks)


def _blocks(module: Mapping[str, Any], address: str) -> Iterator[tuple[tuple[str, str], ConfiguredResource]]:
    for block in module.get("resources", []):
        if block.get("mode") == "managed":
            expressions = {**block.get("expressions", {}), "for_each": block.get("for_each_expression", {})}
            references = {name: frozenset(_references(inner)) for name, inner in expressions.items()}
            yield (address, block["address"]), ConfiguredResource(frozenset(block.get("expressions", {})), references)
    for name, call in module.get("module_calls", {}).items():
        yield from _blocks(call.get("module", {}), f"{address}.module.{name}".lstrip("."))


def _references(expression: Any) -> Iterator[str]:
    if isinstance(expression, dict):
        yield from expression.get("references", [])
        for inner in expression.values():
            yield from _references(inner)
    elif isinstance(expression, list):
        for inner in expression:
            yield from _references(inner)


def _accounts(module: Mapping[str, Any]) -> Iterator[str]:
    for resource in module.get("resources", []):
        if resource.get("mode") == "data" and resource.get("type") == "aws_caller_identity":
            yield str(resource.get("values", {}).get("account_id"))
    for child in module.get("child_modules", []):
        yield from _accounts(child)
