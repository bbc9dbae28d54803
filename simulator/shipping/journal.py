"""What was shipped of each file, kept beside the files: a program started anew on the same disk goes on from there.

A segment is written down before it is sent. Whoever is killed between the two, or between sending and noting that,
sends the very same bytes under the very same key again.
"""

from __future__ import annotations

import re
import socket
import uuid
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from contracts.files import write_whole
from contracts.segments import OWNER_PATTERN


class Progress(BaseModel):
    """How far a file of lines was shipped.

    Attributes:
        begun: how often the file was begun anew, because somebody had taken it away.
        shipped: bytes that S3 has [bytes].
        planned: end of the segment being sent; not above `shipped` when there is none [bytes].
        planned_sum: checksum of the segment being sent.
        tail: the last bytes shipped, hexadecimal, by which another file of that name is known.
    """

    begun: int = 0
    shipped: int = 0
    planned: int = 0
    planned_sum: int = 0
    tail: str = ""


class Journal(BaseModel):
    """What was shipped of a directory.

    Attributes:
        owner: name of the disk, different from any other's.
        lines: files of lines, by path.
        whole: of files that are shipped whole, the last one, by what their names begin with.
    """

    owner: str = Field(pattern=f"^{OWNER_PATTERN}$")
    lines: dict[str, Progress] = {}
    whole: dict[str, str] = {}

    def save(self, path: Path) -> None:
        """Write it, whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        write_whole(path, self.model_dump_json())


def load_journal(path: Path) -> Journal:
    """The journal of a directory; a new one, of a new owner, where there is none that can be read.

    Under a new owner's name everything is shipped once more, which a reader does not mind; under the old one two
    segments might overlap.
    """
    try:
        return Journal.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return Journal(owner=new_owner())


def new_owner() -> str:
    """A name that no other disk has, and that tells a person where to look."""
    host = re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname())
    return f"{host[:40]}-{uuid.uuid4().hex[:8]}"
