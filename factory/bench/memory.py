"""Measuring what work leaves in memory."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass

import psutil

STEPS = 20
"""Parts in which the work is done; the first of them fills what is bounded: caches, and memory that Python keeps."""


@dataclass(frozen=True, slots=True)
class Growing:
    """Work after which memory should be as it was.

    Attributes:
        name: what is done, as people would say it.
        unit: what is counted.
        work: does that many units.
    """

    name: str
    unit: str
    work: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Growth:
    """What came out.

    Attributes:
        count: units done in all.
        bytes_after_first: resident memory after the first part [bytes].
        bytes_after_all: the same at the end [bytes].
        blocks: objects and parts of objects that Python holds at the end and did not hold after the first part.
    """

    growing: Growing
    count: int
    bytes_after_first: int
    bytes_after_all: int
    blocks: int


def grow(growing: Growing, count: int, on_step: Callable[[], None] = lambda: None) -> Growth:
    """Do that much work, and see what it left.

    Args:
        growing: what to do.
        count: units in all.
        on_step: called after each part, for a progress bar.
    """
    memory = psutil.Process()
    growing.work(count // STEPS)
    gc.collect()
    first_bytes, first_blocks = memory.memory_info().rss, sys.getallocatedblocks()
    on_step()
    for _ in range(STEPS - 1):
        growing.work(count // STEPS)
        on_step()
    gc.collect()
    blocks = sys.getallocatedblocks() - first_blocks
    return Growth(growing, count, first_bytes, memory.memory_info().rss, blocks)
