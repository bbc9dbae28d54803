"""A Terraform that plans what a test lists, without a provider."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from factory.adoption.imports_file import IMPORTS_FILE
from factory.adoption.plan import without_keys
from factory.adoption.terraform import Planned

_OF_ENTRY = ("index", "module_address", "action_reason", "deposed", "mode")


def entry(address: str, after: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A resource change as `terraform show -json` writes it; to be created, if nothing else is said.

    Args:
        address: with key and modules.
        after: the known arguments.
        more: of its `change`; `index`, `module_address`, `action_reason`, `deposed` and `mode` of the entry.
    """
    kind, name = without_keys(address).split(".")[-2:]
    change: dict[str, Any] = {"actions": ["create"], "before": None, "after": after or {}, "after_unknown": {}}
    outer = {name: more.pop(name) for name in _OF_ENTRY if name in more}
    return {"address": address, "mode": "managed", "type": kind, "name": name, "change": change | more, **outer}


@dataclass
class PlansOnPaper:
    """Plans what a test lists, and imports what the file of import blocks names, as Terraform does.

    Args:
        directory: of the configuration.
        wanted: resource changes.
        known_once: arguments that become known when another resource is imported, by address of both.
        replaced: by address, the change of one that is imported.
        account: that it plans for.
        error: what it says when it gives up.
    """

    directory: Path
    wanted: list[dict[str, Any]]
    known_once: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    replaced: dict[str, dict[str, Any]] = field(default_factory=dict)
    account: str = "123456789012"
    error: str | None = None
    applied: int = 0
    configuration: dict[str, Any] = field(default_factory=dict)

    def plan(self) -> Planned:
        """The plan with the import blocks that lie in the directory."""
        ids = self._imports()
        changes = []
        for one in self.wanted:
            change = dict(one["change"])
            for (parent, child), words in self.known_once.items():
                if child == one["address"] and parent in ids:
                    change["after"] = change["after"] | words
            if one["address"] in ids:
                change |= {"actions": ["no-op"], "before": change["after"], "importing": {"id": ids[one["address"]]}}
                change |= self.replaced.get(one["address"], {})
            changes.append(one | {"change": change})
        identity = {"mode": "data", "type": "aws_caller_identity", "values": {"account_id": self.account}}
        state = {"values": {"root_module": {"resources": [identity]}}}
        document = {"resource_changes": changes, "prior_state": state, "configuration": self.configuration}
        return Planned(document, self.error)

    def apply(self) -> None:
        """Count it; what was imported needs no plan any more."""
        self.applied += 1
        ids = self._imports()
        self.wanted = [one for one in self.wanted if one["address"] not in ids]

    def _imports(self) -> dict[str, str]:
        path = self.directory / IMPORTS_FILE
        text = path.read_text() if path.exists() else ""
        return {to: json.loads(told) for to, told in re.findall(r"to = (.*)\n  id = (.*)\n", text)}
