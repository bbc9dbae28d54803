"""How a type of resource is found in AWS and how Terraform's provider calls it on import.

Most types need a call, the list in its answer, and what an item there has to equal: those are values of `Kind`. The
few that need more have a `probe`, a function that asks by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from factory.adoption.answers import Finding

ClientOf = Callable[[str], Any]
"""Makes the boto3 client of a service, by its name there."""
Probe = Callable[[ClientOf, Mapping[str, Any]], Finding]
"""Asks whether a thing with these words is there. AWS's errors pass through; NotKnownError: a word is missing."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Another resource of the configuration whose name stands for one that has none.

    Args:
        type: its type.
        argument: its argument that refers to the nameless one.
    """

    type: str
    argument: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A type, the call that finds it, and the id by which it is imported.

    Args:
        type: of the resource.
        call: service and method of boto3, as `iam.get_role`; all pages are read where it has pages.
        parameters: of the call; texts with holes (factory/adoption/words.py).
        import_id: text with holes; `found` is the item.
        items: JMESPath of the items in the answer; if empty the answer itself is the item.
        where: what of an item (JMESPath) has to equal what (text with holes).
        missing: error codes that say that it is not there.
        defaults: what the provider takes for an argument that is not written.
        unusable: JMESPath in an item, and what is wrong with one for which it is true.
        owner: for a type without a name, the resource that names it; its arguments are the words below `owner`.
        probe: asks instead of all that.
    """

    type: str
    call: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    import_id: str = ""
    items: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    unusable: Mapping[str, str] = field(default_factory=dict)
    owner: Owner | None = None
    probe: Probe | None = None

    @property
    def service(self) -> str:
        """The boto3 client that it asks; empty for a probe."""
        return self.call.partition(".")[0]

    @property
    def method(self) -> str:
        """The method of that client."""
        return self.call.partition(".")[2]
