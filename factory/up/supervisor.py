"""Holds the programs: starts them, starts again what dies or hangs, stops them in order.

It knows processes and time, and nothing of what the programs do. Everything that it does is noted: in the run file for
another terminal and for a successor, in the history for the audit.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from factory.errors import LocalFactoryError
from factory.up.backoff import Backoff
from factory.up.figures import counters
from factory.up.history import EventKind, note
from factory.up.layout import Layout
from factory.up.logfiles import bound_log, last_words
from factory.up.process import ChildProcess, kill_with_children
from factory.up.programs import Program
from factory.up.pulse import Patience, Pulse
from factory.up.runfile import ProcessMark, ProgramRecord, RunFile
from factory.up.usage import sample

_POLL_S = 0.2
_LOG_CHECK_S = 30.0


class StoppedEarlyError(LocalFactoryError):
    """The caller asked to stop while the factory was still starting."""

    def __init__(self) -> None:
        super().__init__("Stopped while starting.")


@dataclass(slots=True)
class Held:
    """A program that is held."""

    program: Program
    record: ProgramRecord
    backoff: Backoff = field(default_factory=Backoff)
    child: ChildProcess | None = None
    pulse: Pulse | None = None
    kill_at: float | None = None
    next_try: float = 0.0
    lived_s: float = 0.0
    earlier_cpu_s: float = 0.0
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self.child is not None and self.child.poll() is None

    @property
    def well(self) -> bool:
        """Whether it lives, and answered well when it was asked last."""
        return self.child is not None and self.kill_at is None and (self.pulse is None or self.pulse.well)


class Supervisor:
    """The programs of one data directory.

    Args:
        layout: where things lie.
        run_file: what is told to other terminals; kept up to date here.
        stopping: set when the caller wants to stop.
        say: told what happens, a sentence each.
        patience: how much is borne before a program is called hung.
    """

    def __init__(
        self,
        layout: Layout,
        run_file: RunFile,
        stopping: threading.Event,
        say: Callable[[str], None],
        patience: Patience | None = None,
    ) -> None:
        self.held: dict[str, Held] = {}
        self._layout = layout
        self._run_file = run_file
        self._stopping = stopping
        self._say = say
        self._patience = patience or Patience()
        self._log_check = 0.0
        self._told_of_disk = False

    def start(self, *programs: Program) -> None:
        """Start programs that need nothing of one another, and wait until all are ready.

        Raises:
            LocalFactoryError: one ended, or did not become ready in time; the sentence has its last words.
            StoppedEarlyError: the caller asked to stop meanwhile.
        """
        self.launch(*programs)
        for program in programs:
            self._wait_ready(self.held[program.name])

    def launch(self, *programs: Program) -> None:
        """Start programs that nobody waits for; what ends or hangs is seen to like all others.

        Raises:
            LocalFactoryError: one cannot be started.
        """
        for program in programs:
            record = ProgramRecord(name=program.name)
            self._run_file.programs.append(record)
            self.held[program.name] = Held(program, record)
            self._spawn(self.held[program.name])

    def run_once(self, *programs: Program) -> None:
        """Run programs beside one another to their ends, which must be good ones.

        Raises:
            LocalFactoryError: one failed, or took too long.
        """
        children = [
            ChildProcess(program.argv, program.environment(), self._layout.log(program.name)) for program in programs
        ]
        try:
            for program, child in zip(programs, children, strict=True):
                self._end_of_task(program, child)
        finally:
            for child in children:
                child.end()

    def _end_of_task(self, program: Program, child: ChildProcess) -> None:
        log = self._layout.log(program.name)
        status = child.wait(program.start_s)
        if status is None:
            raise LocalFactoryError(
                f"{program.title} did not end within {program.start_s:.0f} s.", remedy=f"See {log}."
            )
        if status:
            raise LocalFactoryError(
                f"{program.title} ended with status {status}: {last_words(log)}", remedy=f"See {log}."
            )

    def _spawn(self, held: Held) -> None:
        program, log = held.program, self._layout.log(held.program.name)
        self._write_down(lambda: bound_log(log))
        held.child = ChildProcess(program.argv, program.environment(), log)
        self._begin_pulse(held, program.start_s)
        held.kill_at = None
        held.record.process = held.child.mark
        held.record.started_at = datetime.now(UTC)
        held.record.next_try_at = None
        self._note(program.name, "started", held.child.pid)
        self.save()

    def _begin_pulse(self, held: Held, start_s: float) -> None:
        held.pulse = Pulse(held.program.pulse, self._patience, start_s) if held.program.pulse else None

    def _wait_ready(self, held: Held) -> None:
        program, child = held.program, held.child
        end = time.monotonic() + program.start_s
        waited_for: str | None = "it to start"
        while waited_for is not None:
            status = child.poll() if child else None
            if status is not None:
                self._ended_while_starting(held, status)
            if self._stopping.is_set():
                raise StoppedEarlyError
            if time.monotonic() >= end:
                raise LocalFactoryError(
                    f"{program.title} is not ready after {program.start_s:.0f} s: {waited_for}.",
                    remedy=f"See {self._layout.log(program.name)}.",
                )
            waited_for = next(filter(None, (check() for check in program.checks)), None)
            if waited_for is not None:
                self._stopping.wait(_POLL_S)
        self._begin_pulse(held, start_s=0.0)

    def _ended_while_starting(self, held: Held, status: int) -> None:
        log = self._layout.log(held.program.name)
        self._bury(held, status)
        raise LocalFactoryError(
            f"{held.program.title} ended with status {status} while starting: {last_words(log)}", remedy=f"See {log}."
        )

    def tend(self) -> list[str]:
        """Look after the programs once; the names of those that were started again."""
        restarted = []
        for held in self.held.values():
            if held.child is not None:
                status = held.child.poll()
                if status is not None:
                    self._bury(held, status)
                    self._schedule(held, status)
                else:
                    self._end_if_hung(held, held.child)
            elif time.monotonic() >= held.next_try:
                held.record.restarts += 1
                try:
                    self._spawn(held)
                except LocalFactoryError as error:
                    self._say(str(error))
                    held.next_try = time.monotonic() + held.backoff.after_death(0.0)
                    continue
                restarted.append(held.program.name)
                self._say(f"{held.program.title} was started again (restart {held.record.restarts}).")
        self._bound_logs()
        return restarted

    def _end_if_hung(self, held: Held, child: ChildProcess) -> None:
        """Ask a program that hangs to end, and kill it if it does not: its death is then seen to like any other."""
        if held.kill_at is not None:
            if time.monotonic() >= held.kill_at:
                self._say(f"{held.program.title} did not end within {held.program.stop_s:.0f} s and is killed.")
                kill_with_children(child.mark)
                held.kill_at = None
            return
        if held.pulse is None:
            return
        needed = self.held.get(held.program.needs)
        if needed is not None and not needed.well:
            # A plant without its broker stands still, with messages in store that a restart would throw away.
            held.pulse.forgive()
        if wrong := held.pulse.feel():
            self._say(
                f"{held.program.title} hangs: for {self._patience.hung_after_s:.0f} s without a break, {wrong}. "
                "It is ended and started again."
            )
            child.ask()
            held.pulse = None
            held.kill_at = time.monotonic() + held.program.stop_s

    def _bury(self, held: Held, status: int) -> None:
        """Note a death that nobody asked for, and what the program had used and counted."""
        child = held.child
        if child is None:
            return
        held.lived_s = time.monotonic() - child.started
        self._note(held.program.name, "died", child.pid, status)
        self._settle_accounts(held)
        held.child = None
        held.record.process = None
        self.save()

    def _schedule(self, held: Held, status: int) -> None:
        pause = held.backoff.after_death(held.lived_s)
        held.next_try = time.monotonic() + pause
        held.record.next_try_at = datetime.now(UTC) + timedelta(seconds=pause)
        self.save()
        words = last_words(self._layout.log(held.program.name))
        self._say(
            f"{held.program.title} died (status {status}); next try in {pause:.0f} s. Last words: {words or 'none'}"
        )

    def _settle_accounts(self, held: Held) -> None:
        child = held.child
        if child is not None and child.exit_cpu_s is not None:
            held.record.cpu_s = held.earlier_cpu_s + child.exit_cpu_s
        held.earlier_cpu_s = held.record.cpu_s
        for name, value in counters(held.figures).items():
            held.record.carried[name] = held.record.carried.get(name, 0.0) + value
        held.figures = {}

    def measure(self) -> None:
        """Sample what every program uses now."""
        for held in self.held.values():
            if held.child is None or not held.running:
                continue
            used = sample(held.child.pid)
            if used is not None:
                held.record.cpu_s = max(held.record.cpu_s, held.earlier_cpu_s + used.cpu_s)
                held.record.peak_memory_bytes = max(held.record.peak_memory_bytes, used.memory_bytes)
        self.save()

    def counted(self, name: str, figures: dict[str, float] | None) -> None:
        """Remember what a program told of itself, for the day it dies."""
        if figures is not None and name in self.held:
            self.held[name].figures = figures

    def restart(self, name: str) -> None:
        """Have a program end so that it is started anew, with an environment made anew."""
        if (held := self.held.get(name)) and held.child is not None:
            held.child.ask()

    def marks(self) -> dict[str, ProcessMark]:
        """The living programs' processes."""
        return {name: held.child.mark for name, held in self.held.items() if held.child is not None and held.running}

    def stopped(self, name: str, *, killed: bool) -> None:
        """Note that a program was stopped on purpose."""
        held = self.held[name]
        if held.child is None:
            return
        status = held.child.wait(5.0)
        self._note(name, "killed" if killed else "stopped", held.child.pid, status)
        self._settle_accounts(held)
        held.child = None
        held.record.process = None
        self.save()

    def save(self) -> None:
        """Bring the run file up to date."""
        self._write_down(lambda: self._run_file.write(self._layout.run_file))

    def _note(self, name: str, event: EventKind, pid: int, status: int | None = None) -> None:
        self._write_down(lambda: note(self._layout.history_file, name, event, pid, status))

    def _write_down(self, write: Callable[[], object]) -> None:
        """Write, and go on if that fails: a full disk is no reason to leave programs behind that nobody stops."""
        try:
            write()
        except OSError as error:
            if not self._told_of_disk:
                self._say(
                    f"{self._layout.root} cannot be written to: {error.strerror}. The programs are looked after still."
                )
            self._told_of_disk = True
        else:
            self._told_of_disk = False

    def _bound_logs(self) -> None:
        if time.monotonic() - self._log_check >= _LOG_CHECK_S:
            self._log_check = time.monotonic()
            for name in self.held:
                self._write_down(functools.partial(bound_log, self._layout.log(name)))
