"""A whole backfill: its parts on as many processes as there are, then the truth and the manifest of all of them."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

from simulator.backfill.layout import MANIFEST_FILE, TRUTH_FILE, is_ours
from simulator.backfill.manifest import BackfillManifest, Counts, WrittenFile, manifest
from simulator.backfill.parts import named_parts
from simulator.backfill.player import Played, Player
from simulator.backfill.request import BackfillRequest
from simulator.backfill.sinks import Sink, open_sink
from simulator.errors import SimulatorError, SimulatorUsageError

LOOK_EVERY_S = 0.2
"""Time between two looks at how far the processes are [s]."""

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One part of one run, as a process needs it.

    Attributes:
        request: what to play; its machines or vehicles are those of the part.
        part: name of the part.
        address: where the files go.
        faults: whether the scenario's faults come.
        scratch: a directory of its own.
        number: place of its count of readings.
    """

    request: BackfillRequest
    part: str
    address: str
    faults: bool
    scratch: str
    number: int


def backfill(
    request: BackfillRequest,
    address: str,
    clean_twin: str | None = None,
    *,
    processes: int = 1,
    advance: Advance = lambda _readings: None,
) -> tuple[BackfillManifest, BackfillManifest | None]:
    """Play a plant on the virtual clock and write its history.

    Args:
        request: what to play.
        address: a folder or `s3://BUCKET/PREFIX`.
        clean_twin: where the same run without the scenario's faults goes.
        processes: how many parts are played at a time; it has no influence on what is written.
        advance: told now and then how many readings are made, of all runs together.

    Returns:
        The manifests of the run and of its twin.

    Raises:
        SimulatorError: something cannot be written.
        SimulatorUsageError: the scenario cannot be played.
    """
    runs = [(address, True)] + ([(clean_twin, False)] if clean_twin else [])
    members = named_parts(request.identities)
    with tempfile.TemporaryDirectory(prefix="backfill-") as scratch:
        jobs = [
            Job(request.of(some), name, where, faults, f"{scratch}/{number}", number * len(members) + place)
            for number, (where, faults) in enumerate(runs)
            for place, (name, some) in enumerate(members)
        ]
        played = _play_all(jobs, processes, advance)
    done = [
        _complete(request, where, played[number * len(members) :][: len(members)], clean_twin=not faults)
        for number, (where, faults) in enumerate(runs)
    ]
    return done[0], done[1] if clean_twin else None


def make_room(sink: Sink, address: str, *, force: bool) -> None:
    """See that a backfill does not mix with what lies there.

    Args:
        sink: where it will write.
        address: what people call it.
        force: take away the files of an earlier backfill and write beside all others.

    Raises:
        SimulatorUsageError: something lies there.
    """
    if not force:
        for key in sink.listing():
            raise SimulatorUsageError(
                f"{address} is not empty: {key} lies there.",
                remedy="Name another place; or --force, which replaces an earlier backfill and leaves other files.",
            )
        return
    for key in [key for key in sink.listing() if is_ours(key)]:
        sink.remove(key)


def _complete(
    request: BackfillRequest, address: str, played: Sequence[Played], *, clean_twin: bool
) -> BackfillManifest:
    """Write what is about all parts: the truth in order, and the manifest last, so that it says that all is there."""
    files: dict[str, WrittenFile] = {}
    counts = Counts()
    for one in played:
        files |= one.files
        counts.add(one.counts)
    records = sorted((record for one in played for record in one.truth), key=attrgetter("at", "device_id"))
    truth = "".join(f"{record.text}\n" for record in records).encode()
    files[TRUTH_FILE] = WrittenFile.of(truth, len(records))
    nobody = set.intersection(*(set(one.unmatched_targets) for one in played))
    made = manifest(request, clean_twin=clean_twin, counts=counts, unmatched_targets=sorted(nobody), files=files)
    sink = open_sink(address)
    sink.put(TRUTH_FILE, truth)
    sink.close()
    sink = open_sink(address)
    sink.put(MANIFEST_FILE, made.model_dump_json(indent=1).encode() + b"\n")
    sink.close()
    return made


# --- processes -------------------------------------------------------------------------------------------------------

_shared: Any = None
"""In a process of the pool: readings made by each job, and at the end whether to stop; shared with the parent."""


def _attend(shared: Any) -> None:
    global _shared  # a pool's initializer has no other way to hand over shared memory
    _shared = shared


def _play(job: Job) -> Played:
    def advance(readings: int) -> None:
        if _shared[-1]:
            raise SimulatorError(f"{job.part} was stopped.")
        _shared[job.number] += readings

    return _play_job(job, advance)


def _play_job(job: Job, advance: Advance) -> Played:
    sink = open_sink(job.address)
    try:
        return Player(job.request, job.part, sink, Path(job.scratch), faults=job.faults).run(advance)
    finally:
        sink.close()


def _play_all(jobs: Sequence[Job], processes: int, advance: Advance) -> list[Played]:
    count = min(processes, len(jobs))
    if count == 1:
        return [_play_job(job, advance) for job in jobs]
    context = multiprocessing.get_context("spawn")  # a fork would copy Arrow's threads in whatever state they are
    shared = context.Array("q", len(jobs) + 1, lock=False)
    pool = ProcessPoolExecutor(count, context, _attend, (shared,))
    try:
        with _deaf_children():
            futures = [pool.submit(_play, job) for job in jobs]
        _watch(futures, lambda: sum(shared[:-1]), advance)
        return [future.result() for future in futures]
    finally:
        # After a failure or Ctrl-C the others end with their present block, and leave no half file.
        shared[-1] = True
        pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _deaf_children() -> Iterator[None]:
    """Processes begun inside do not hear Ctrl-C, which a terminal sends to all: the parent tells them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _watch(futures: Iterable[Future[Played]], made: Callable[[], int], advance: Advance) -> None:
    """Tell how far it is until all is done; the first failure ends it."""
    waiting, told = set(futures), 0
    while waiting:
        done, waiting = wait(waiting, LOOK_EVERY_S, FIRST_COMPLETED)
        now = made()
        advance(now - told)
        told = now
        for future in done:
            future.result()
