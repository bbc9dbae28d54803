"""What is in the files of a plant and a day: which objects of the archive, and which bytes came out.

The state is written after the files. Should it be missing, or speak of other files than those that lie there, then
everything is merged into them once more: that costs time and changes nothing, since each message lands once.
"""

from __future__ import annotations

import gzip
import zlib
from datetime import date

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from maintenance.lake.layout import PlantDay, state_key
from maintenance.lake.stores import Store, StoredObject


class InputState(BaseModel):
    """An object of the archive that is in the day's files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: int = Field(description="Its length [bytes].")
    version: str = Field(description="ETag, or the time of its last change [ns].")
    sha256: str = Field(default="", description="SHA-256 of its bytes, in hex; empty: written before it was kept.")
    rows: int = Field(description="Its rows of this day.")
    refused: int = Field(default=0, description="Lines of it that are no telemetry.")
    elsewhere: tuple[date, ...] = Field(default=(), description="Other days of which it has rows.")

    def is_of(self, found: StoredObject) -> bool:
        """Whether the object is still the one that was read."""
        return (self.size, self.version) == (found.size, found.version)


class FileState(BaseModel):
    """A file of a table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    size: int = Field(description="Its length [bytes].")
    version: str = Field(description="ETag, or the time of its last change [ns].")
    sha256: str = Field(description="SHA-256 of its bytes, in hex.")
    rows: int


class DayState(BaseModel):
    """`curated/state/plant=/dt=….json.gz`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: int = Field(description="Version of the columns with which the files were written.")
    inputs: dict[str, InputState] = Field(default_factory=dict, description="By their keys.")
    files: dict[str, FileState] = Field(default_factory=dict, description="By the name of their table.")


def load_state(store: Store, where: PlantDay) -> DayState | None:
    """The state of a day; None if there is none that can be read."""
    if store.find(state_key(where)) is None:
        return None
    try:
        return DayState.model_validate_json(gzip.decompress(store.read(state_key(where))))
    except (ValidationError, OSError, EOFError, zlib.error):
        return None  # as good as none: all is merged once more


def save_state(store: Store, where: PlantDay, state: DayState) -> None:
    """Write the state of a day."""
    store.put(state_key(where), gzip.compress(state.model_dump_json(exclude_defaults=True).encode(), 6, mtime=0))
