"""What a backfill wrote: every file with its digest, and everything that is needed to write it again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from importlib.metadata import version

from pydantic import BaseModel, ConfigDict, Field

from contracts.identity import Identity
from contracts.telemetry import UtcDatetime
from contracts.vehicles import VEHICLES
from simulator.backfill.layout import Format
from simulator.backfill.messages import RUN
from simulator.backfill.request import BackfillRequest


class WrittenFile(BaseModel):
    """A file of a backfill."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str = Field(description="SHA-256 of its bytes, in hex.")
    size: int = Field(description="Its length [bytes].")
    rows: int = Field(description="Messages, rows, samples or records in it.")

    @classmethod
    def of(cls, content: bytes, rows: int) -> WrittenFile:
        """What is told of a file."""
        return cls(sha256=hashlib.sha256(content).hexdigest(), size=len(content), rows=rows)


class Counts(BaseModel):
    """How much came out."""

    model_config = ConfigDict(extra="forbid")

    readings: int = Field(default=0, description="Machines and vehicles times moments: all signals of one.")
    archived: int = Field(default=0, description="Messages in the archive, repeats included.")
    undelivered: int = Field(default=0, description="Messages that waited for a connection when the run ended.")
    overflowed: int = Field(default=0, description="Messages dropped because the machines' store was full.")
    truth_records: int = Field(default=0, description="Lines of the ground truth.")
    wear_rows: int = Field(default=0, description="Rows of the wear table.")

    def add(self, other: Counts) -> None:
        """Count another's as well."""
        for name in type(self).model_fields:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class BackfillManifest(BaseModel):
    """`truth/manifest.json`: no clock and no machine's name is in it, so that it is the same each time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: int = 1
    scenario: str = Field(description="Name of the scenario.")
    scenario_text: str = Field(description="The scenario as YAML.")
    clean_twin: bool = Field(description="Whether the scenario's faults were left out.")
    seed: int
    run: int = Field(description="Generation of the publisher in all messages.")
    start: UtcDatetime
    end: UtcDatetime
    interval_s: float
    wear_every_s: float
    file_format: Format
    machines: tuple[Identity, ...]
    vehicles: tuple[Identity, ...]
    counts: Counts
    unmatched_targets: tuple[str, ...] = Field(description="Targets of faults that are nobody here.")
    replays_left_out: tuple[str, ...] = Field(description="Machines of the scenario that are played from a file.")
    versions: dict[str, str] = Field(description="Versions of what decides about the bytes.")
    digest: str = Field(description="One digest over all files but this one.")
    files: dict[str, WrittenFile]


def digest_of(files: Mapping[str, WrittenFile]) -> str:
    r"""One digest over files: the SHA-256 of what `sha256sum` says of them, ordered by name.

    `find . -type f ! -name manifest.json -printf '%P\n' | LC_ALL=C sort | xargs sha256sum | sha256sum` gives the same.

    Example:
        >>> digest_of({"a": WrittenFile.of(b"", 0)})[:12]
        'fba1930570cf'
    """
    lines = "".join(f"{files[key].sha256}  {key}\n" for key in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()


def manifest(
    request: BackfillRequest,
    *,
    clean_twin: bool,
    counts: Counts,
    unmatched_targets: Iterable[str],
    files: Mapping[str, WrittenFile],
) -> BackfillManifest:
    """The manifest of a run."""
    timeline, scenario = request.timing.timeline, request.scenario
    return BackfillManifest(
        scenario=scenario.name,
        scenario_text=request.scenario_text,
        clean_twin=clean_twin,
        seed=request.seed,
        run=RUN,
        start=timeline.start,
        end=timeline.end,
        interval_s=timeline.interval_ms / 1000,
        wear_every_s=request.timing.wear_every * timeline.interval_ms / 1000,
        file_format=request.file_format,
        machines=tuple(one for one in request.identities if one.model not in VEHICLES),
        vehicles=tuple(one for one in request.identities if one.model in VEHICLES),
        counts=counts,
        unmatched_targets=tuple(unmatched_targets),
        replays_left_out=tuple(replay.device_id for replay in scenario.replays),
        versions={name: version(name) for name in ("smart-factory", "numpy", "pyarrow")},
        digest=digest_of(files),
        files={key: files[key] for key in sorted(files)},
    )
