"""What a process uses: CPU time and peak memory, children included."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import NamedTuple

import psutil

_PEAK = re.compile(rb"VmHWM:\s+(\d+) kB")


class Usage(NamedTuple):
    """A sample of a process and its children."""

    cpu_s: float
    memory_bytes: int


def sample(pid: int) -> Usage | None:
    """CPU time [s] and memory [bytes] of a process and its children; none if it is gone.

    Memory is the sum of the processes' peaks where the kernel tells them (Linux), else of what they hold now.
    """
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        own = process.cpu_times()
    except psutil.Error:
        return None
    # A parent's times hold those of children that have ended; the living ones are added.
    cpu_s = own.user + own.system + own.children_user + own.children_system
    memory = _memory(process)
    for child in family[1:]:
        with contextlib.suppress(psutil.Error):
            times = child.cpu_times()
            cpu_s += times.user + times.system
            memory += _memory(child)
    return Usage(cpu_s, memory)


def _memory(process: psutil.Process) -> int:
    with contextlib.suppress(OSError):
        if found := _PEAK.search(Path(f"/proc/{process.pid}/status").read_bytes()):
            return int(found[1]) * 1024
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
