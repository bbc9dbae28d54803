"""A step of provisioning: a thing that must be there, whether it is, and how it is made."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["present", "missing", "differs"]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the plant must have.

    Args:
        kind: what it is, as people call it.
        name: what it is called on AWS.
        state: how it was found.
        make: makes or corrects it; may be called again.
    """

    kind: str
    name: str
    state: State
    make: Callable[[], object]

    @property
    def needed(self) -> bool:
        """Whether there is something to do."""
        return self.state != "present"


def found(there: bool, same: bool = True) -> State:
    """The state of a thing that is there or not, and as it should be or not."""
    if not there:
        return "missing"
    return "present" if same else "differs"


def same_document(one: str | None, other: Any) -> bool:
    """Whether a policy's text says what a document says."""
    return one is not None and json.loads(one) == other
