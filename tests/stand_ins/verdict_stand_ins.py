"""Who stands around a verdict job in tests: its clock, its listener, and an archive that grows."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from maintenance.errors import VerdictError
from maintenance.verdicts.publisher import Message


@dataclass
class Clock:
    """Time that a test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Now [s]."""
        return self.now


@dataclass
class Listener:
    """Takes what is published, unless it is to refuse."""

    taken: list[Message] = field(default_factory=list)
    refuses: bool = False

    def publish(self, messages: Sequence[Message]) -> None:
        """As the publisher does."""
        if self.refuses:
            raise VerdictError("the broker is away")
        self.taken += messages


@dataclass
class Growing:
    """A lake into which the archive of a history comes hour by hour."""

    source: Path
    lake: Path

    def bring(self, hour: int) -> None:
        """Let an hour's objects come."""
        moment = datetime.fromtimestamp(hour * 3600, UTC)
        folder = f"raw/plant=plant1/dt={moment:%Y-%m-%d}/hour={moment:%H}"
        shutil.copytree(self.source / folder, self.lake / folder)
