"""What runs in a data directory: `factory.json` and the lock of its supervisor."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.files import write_whole
from contracts.telemetry import UtcDatetime
from factory.errors import LocalFactoryUsageError

# A pid is used again some day; a pid with its time of creation is not. The clock behind it may be stepped a little.
_SAME_CREATION_S = 1.0


class ProcessMark(BaseModel):
    """A process that can be found again."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    pid: int
    created: float = Field(description="Time of creation [Unix s], as psutil tells it.")

    def find(self) -> psutil.Process | None:
        """The process, if it is still this one and has not ended."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < _SAME_CREATION_S
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


class ProgramRecord(BaseModel):
    """A program of the factory, and what it has used so far."""

    model_config = ConfigDict(extra="forbid")

    name: str
    process: ProcessMark | None = None
    restarts: int = 0
    started_at: UtcDatetime | None = None
    next_try_at: UtcDatetime | None = Field(default=None, description="When it is started again, while it is down.")
    cpu_s: float = Field(default=0.0, description="CPU time of all its lives in this run, children included [s].")
    peak_memory_bytes: int = Field(default=0, description="Largest resident memory [bytes], children included.")
    carried: dict[str, float] = Field(default_factory=dict, description="Counters of its earlier lives in this run.")


class RunFile(BaseModel):
    """What `factory.json` holds."""

    model_config = ConfigDict(extra="forbid")

    version: int = 1
    supervisor: ProcessMark
    started_at: datetime
    plant: str
    account: str
    machines: int
    host: str
    ports: dict[str, int]
    programs: list[ProgramRecord] = Field(default_factory=list)

    @property
    def aws_endpoint(self) -> str:
        """Address of the local AWS's API."""
        return self.url("aws")

    @property
    def dial_host(self) -> str:
        """Where clients on this machine find the listeners."""
        return "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not bound

    def url(self, key: str) -> str:
        """Web address of a listener."""
        return f"http://{self.dial_host}:{self.ports[key]}"

    def living(self) -> dict[str, ProcessMark]:
        """Processes of the programs that still run, by name."""
        return {record.name: record.process for record in self.programs if record.process and record.process.find()}

    def write(self, path: Path) -> None:
        """Put it in its place, whole or not at all."""
        write_whole(path, self.model_dump_json(indent=1) + "\n")


def read_run_file(path: Path) -> RunFile | None:
    """What runs, or ran last; none where nothing ever did.

    Raises:
        LocalFactoryUsageError: the file is not one of ours.
    """
    try:
        return RunFile.model_validate_json(path.read_text())
    except FileNotFoundError:
        return None
    except (ValidationError, UnicodeDecodeError, NotADirectoryError):
        raise LocalFactoryUsageError(
            f"{path} is not the run file of a factory.", remedy="Choose another --data-dir, or move the file away."
        ) from None


@contextmanager
def only_supervisor(lock_file: Path) -> Iterator[None]:
    """Be the only supervisor of a data directory.

    Raises:
        LocalFactoryUsageError: another one is.
    """
    with lock_file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise LocalFactoryUsageError(
                f"A factory is already running in {lock_file.parent} (pid {lock.read().strip() or 'unknown'}).",
                remedy="`factory status` shows it, `factory down` stops it; --data-dir and other ports start another.",
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
        lock.truncate(0)


def supervisor_of(lock_file: Path) -> ProcessMark | None:
    """The process that holds the lock; none where nobody does.

    Asked of the lock and not of the run file: a supervisor that is about to take over has the one before the other.
    """
    if not lock_file.exists():
        return None
    with lock_file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            return _mark(lock.read())
    return None


def _mark(pid: str) -> ProcessMark | None:
    try:
        return ProcessMark(pid=int(pid), created=psutil.Process(int(pid)).create_time())
    except (ValueError, psutil.Error):
        return None
