"""A process of the factory: started, counted, asked to stop."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from factory.errors import LocalFactoryError
from factory.up.runfile import ProcessMark

_POLL_S = 0.05


class ChildProcess:
    """A program that this process started, in a session of its own.

    Its exit is taken with `wait4`, which also tells what CPU time it and its children had used in all.

    Args:
        argv: command line.
        environment: its whole environment.
        log: file to which its output is appended.
    """

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        # For its owner only: a program may say more in its log than others should read.
        try:
            descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise LocalFactoryError(f"{log} cannot be written to: {error.strerror}.") from None
        try:
            self._popen = subprocess.Popen(
                list(argv),
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=subprocess.STDOUT,
                # Ctrl-C on the terminal is for the supervisor, who passes it on in order.
                start_new_session=True,
            )
        except OSError as error:
            raise LocalFactoryError(f"{argv[0]} cannot be started: {error.strerror}.") from None
        finally:
            os.close(descriptor)
        self.pid = self._popen.pid
        self.started = time.monotonic()
        self.exit_cpu_s: float | None = None
        self._taking = threading.Lock()
        # It is our child and not waited for yet, so it can be asked even if it has ended already.
        self.mark = ProcessMark(pid=self.pid, created=psutil.Process(self.pid).create_time())

    def poll(self) -> int | None:
        """Its exit status (negative: the signal that ended it), or none while it runs."""
        with self._taking:  # by one thread: the kernel tells an exit once
            if self._popen.returncode is None:
                pid, status, used = os.wait4(self.pid, os.WNOHANG)
                if pid:
                    self.exit_cpu_s = used.ru_utime + used.ru_stime
                    self._popen.returncode = os.waitstatus_to_exitcode(status)
            return self._popen.returncode

    def ask(self) -> None:
        """Ask it to end, if it still runs."""
        if self.poll() is None:
            ask_to_stop(self.mark)

    def end(self) -> None:
        """Kill it with all that it started, and take its exit."""
        if self.poll() is None:
            kill_with_children(self.mark)
            self.wait(5.0)

    def wait(self, seconds: float) -> int | None:
        """Wait so long for its exit; the status, or none."""
        end = time.monotonic() + seconds
        while self.poll() is None and time.monotonic() < end:
            time.sleep(_POLL_S)
        return self.poll()


def wait_gone(mark: ProcessMark, seconds: float) -> bool:
    """Wait until a process that need not be ours has ended; whether it has."""
    end = time.monotonic() + seconds
    while mark.find() is not None:
        if time.monotonic() >= end:
            return False
        time.sleep(_POLL_S)
    return True


def ask_to_stop(mark: ProcessMark) -> None:
    """Send SIGTERM, if it is still that process."""
    if process := mark.find():
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()


def kill_with_children(mark: ProcessMark) -> None:
    """SIGKILL the process and all that it started; each is the leader of its own group."""
    if mark.find():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(mark.pid, signal.SIGKILL)
