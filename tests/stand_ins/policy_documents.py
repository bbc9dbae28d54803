"""The policy documents of a plan: what each is, whose, and what it says.

They are looked for in all texts of all resources, not by the names of arguments, so that none is forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["identity", "trust", "resource", "endpoint", "iot"]
KINDS: Mapping[tuple[str, str], Kind] = {
    ("aws_iam_role", "assume_role_policy"): "trust",
    ("aws_iam_role_policy", "policy"): "identity",
    ("aws_iam_policy", "policy"): "identity",
    ("aws_iot_policy", "policy"): "iot",
    ("aws_vpc_endpoint", "policy"): "endpoint",
    ("aws_kms_key", "policy"): "resource",
    ("aws_s3_bucket_policy", "policy"): "resource",
    ("aws_sns_topic_policy", "policy"): "resource",
    ("aws_sqs_queue_policy", "policy"): "resource",
    ("aws_efs_file_system_policy", "policy"): "resource",
    ("aws_cloudwatch_log_resource_policy", "policy_document"): "resource",
}
"""What a document is, by the type of its resource and the argument."""


@dataclass(frozen=True)
class Document:
    """A policy document.

    Args:
        address: of the resource that has it, as Terraform writes it.
        kind: to what it is attached, which decides what must stand in it.
        text: the document itself.
    """

    address: str
    kind: Kind
    text: str

    @property
    def statements(self) -> list[dict[str, Any]]:
        """What it says, statement by statement."""
        said = json.loads(self.text)["Statement"]
        return said if isinstance(said, list) else [said]


def documents(changes: list[dict[str, Any]]) -> list[Document]:
    """All documents of a plan's `resource_changes` whose text is known.

    Raises:
        KeyError: there is one where nobody knew of any; give it its row in KINDS.
    """
    return [
        Document(change["address"], KINDS[change["type"], path], text)
        for change in changes
        if change["mode"] == "managed"
        for path, text in _texts(change["change"]["after"])
        if '"Statement"' in text
    ]


def unknown(changes: list[dict[str, Any]]) -> list[str]:
    """Addresses of those whose text the plan does not tell; of an argument that nobody sets, that is nothing."""
    return [
        change["address"]
        for change in changes
        for kind, argument in KINDS
        if change["type"] == kind and change["mode"] == "managed" and change["change"]["after_unknown"].get(argument)
    ]


def words(value: str | list[str] | None) -> list[str]:
    """None, one or more as a list."""
    return [value] if isinstance(value, str) else list(value or [])


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, path)
