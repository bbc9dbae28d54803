"""Sizes of tasks on Fargate, and how many simulators a plant needs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from factory.cost.errors import CostError
from factory.cost.profiles import Task
from factory.cost.request import CostRequest
from factory.cost.workload import CPU_S_A_MESSAGE, MEMORY_MB_A_MACHINE

SIZES: Final[tuple[tuple[float, float, float, float], ...]] = (
    (0.25, 0.5, 0.5, 2),
    (0.5, 1, 1, 4),
    (1, 1, 2, 8),
    (2, 1, 4, 16),
    (4, 1, 8, 30),
    (8, 4, 16, 60),
    (16, 8, 32, 120),
)
"""vCPU; step, least and most memory [GB] (Amazon ECS developer guide, "Fargate task definition considerations")."""
BUSY: Final = 0.5
"""Share of its vCPU and of its memory that a simulator's machines take at most; the rest is for a task that dies."""
INTERPRETER_MB: Final = 130
"""Memory of a simulator with few machines [MB] (docs/compose.md, "Measured")."""
OWN_VCPU, OWN_GB = 0.1, 0.4
"""What Prometheus and the verdict job take with few machines; the latter was seen with 302 MB (docs/compose.md)."""


def fitting(vcpu: float, memory_gb: float) -> tuple[float, float]:
    """The smallest size of Fargate with so much of both.

    Args:
        vcpu: at least [vCPU].
        memory_gb: at least [GB].

    Returns:
        vCPU and memory [GB].

    Raises:
        CostError: there is none.

    Example:
        >>> fitting(0.3, 1), fitting(0.25, 5), fitting(1, 2.2)
        ((0.5, 1), (1, 5), (1, 3))
    """
    for has_vcpu, step, least, most in SIZES:
        memory = max(least, math.ceil(memory_gb / step) * step)
        if has_vcpu == 0.25 and memory == 1.5:
            memory = 2  # the smallest comes with 0.5, 1 or 2 GB
        if has_vcpu >= vcpu and memory <= most:
            return has_vcpu, memory
    largest = SIZES[-1]
    raise CostError(
        f"A task of {vcpu:g} vCPU and {memory_gb:,.0f} GB is larger than Fargate's largest, {largest[0]:g} and "
        f"{largest[3]:g}.",
        remedy="Ask for fewer --machines: such a plant wants a Prometheus and a verdict job for each part of it.",
    )


def simulators(request: CostRequest, copies: float) -> Task:
    """The simulator's tasks: as many as the profile has, its autoscaling starts, or messages and machines need.

    Args:
        request: the plant.
        copies: how often each message is published.
    """
    one = request.profile.simulator
    messages_hz = request.devices * request.rate_hz / request.batch * copies
    by_processor = messages_hz * CPU_S_A_MESSAGE / (one.vcpu * BUSY)
    room_mb = one.memory_gb * 1024 * BUSY - INTERPRETER_MB
    by_memory = request.devices * MEMORY_MB_A_MACHINE / room_mb
    needed = math.ceil(max(by_processor, by_memory))
    started = min(request.profile.most_simulators, math.ceil(request.devices / request.profile.machines_a_task))
    return replace(one, count=max(one.count, started, needed))


def tasks(request: CostRequest, copies: float) -> Iterator[Task]:
    """Every task of a deployment, in the size that it needs.

    Raises:
        CostError: one is larger than Fargate has.
    """
    yield simulators(request, copies)
    for task in request.profile.services:
        thousands = request.devices / 1000
        vcpu, memory_gb = fitting(
            max(task.vcpu, OWN_VCPU + task.more_vcpu * thousands),
            max(task.memory_gb, OWN_GB + task.more_gb * thousands),
        )
        yield replace(task, vcpu=vcpu, memory_gb=memory_gb)
