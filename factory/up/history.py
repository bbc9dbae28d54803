"""What happened to the programs: a line an event, for people and for the audit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from contracts.telemetry import UtcDatetime

LOCAL_AWS = "local_aws"
EventKind = Literal["started", "died", "stopped", "killed"]


class Event(BaseModel):
    """Something that happened to a program."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    at: UtcDatetime
    program: str
    event: EventKind
    pid: int
    exit_status: int | None = None


def note(
    path: Path,
    program: str,
    event: Literal["started", "died", "stopped", "killed"],
    pid: int,
    status: int | None = None,
) -> None:
    """Append an event that happens now."""
    noted = Event(at=datetime.now(UTC), program=program, event=event, pid=pid, exit_status=status)
    with path.open("a") as file:
        file.write(noted.model_dump_json(exclude_none=True) + "\n")


def events(path: Path) -> Iterator[Event]:
    """All events, oldest first; a line that is none (cut short by a crash) is passed over."""
    if not path.exists():
        return
    for line in path.read_text(errors="replace").splitlines():
        try:
            yield Event.model_validate(json.loads(line))
        except (ValueError, ValidationError):
            continue


def crashes_of_local_aws(path: Path) -> list[datetime]:
    """When the local AWS ended without having been asked to."""
    return [event.at for event in events(path) if event.program == LOCAL_AWS and event.event in ("died", "killed")]
