"""The table of types: how each is found and imported, and which are not looked for."""

from __future__ import annotations

from factory.adoption.kinds import Kind
from factory.adoption.types.access import ACCESS
from factory.adoption.types.messages import MESSAGES
from factory.adoption.types.nameless import NAMELESS, RENEWED
from factory.adoption.types.services import SERVICES
from factory.adoption.types.storage import STORAGE
from factory.adoption.types.watching import WATCHING

KINDS: dict[str, Kind] = {kind.type: kind for kind in (*STORAGE, *ACCESS, *MESSAGES, *SERVICES, *WATCHING)}
"""How each type is found, by its name."""

__all__ = ["KINDS", "NAMELESS", "RENEWED"]
