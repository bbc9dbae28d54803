"""Sizes of tasks, and how many there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.cost.errors import CostError
from factory.cost.fargate import SIZES, fitting, simulators
from factory.cost.profiles import MINIMAL, PRODUCTION
from factory.cost.request import CostRequest


@pytest.mark.parametrize(
    ("vcpu", "memory_gb", "size"),
    [
        # Amazon ECS developer guide: 0.25 with 0.5, 1 or 2; 0.5 with 1 to 4; 1 with 2 to 8; 2 with 4 to 16; 4 with 8 to
        # 30, all in steps of 1; 8 with 16 to 60 in steps of 4; 16 with 32 to 120 in steps of 8.
        (0.1, 0.1, (0.25, 0.5)),
        (0.25, 1.2, (0.25, 2)),
        (0.25, 2.5, (0.5, 3)),
        (0.6, 1, (1, 2)),
        (2, 17, (4, 17)),
        (5, 17, (8, 20)),
        (16, 120, (16, 120)),
    ],
)
def test_the_next_size_is_taken(vcpu: float, memory_gb: float, size: tuple[float, float]) -> None:
    """Fargate pairs memory with vCPU."""
    assert fitting(vcpu, memory_gb) == size


@given(st.floats(0, 16), st.floats(0, 120))
def test_a_size_has_what_was_asked_for_and_exists(vcpu: float, memory_gb: float) -> None:
    """Between least and most of its row."""
    has_vcpu, has_gb = fitting(vcpu, memory_gb)
    least, most = next((row[2], row[3]) for row in SIZES if row[0] == has_vcpu)

    assert has_vcpu >= vcpu
    assert has_gb >= memory_gb
    assert least <= has_gb <= most


def test_a_task_that_fargate_has_not_is_refused() -> None:
    """With what would be right."""
    with pytest.raises(CostError, match="A task of 17 vCPU and 4 GB is larger than Fargate's largest, 16 and 120"):
        fitting(17, 4)


@pytest.mark.parametrize(
    ("request_", "count"),
    [
        (CostRequest(20, profile=MINIMAL), 1),
        # 10,000 Hz x 68 µs = 0.68 vCPU in 0.25 / 2: 5.4. Memory: 1,390 MB in 512 / 2 - 130 = 126: 11.03.
        (CostRequest(10_000, profile=MINIMAL), 12),
        # Two at least; one for 500 machines; eight at most.
        (CostRequest(20, profile=PRODUCTION), 2),
        (CostRequest(1_700, profile=PRODUCTION), 4),
        (CostRequest(10_000, profile=PRODUCTION), 8),
        # Ten readings a second: 6.8 in 0.5: 13.6.
        (CostRequest(10_000, rate_hz=10, profile=PRODUCTION), 14),
    ],
)
def test_simulators_are_as_many_as_messages_and_machines_need(request_: CostRequest, count: int) -> None:
    """By docs/benchmarks.md, 10,000 machines: 68 µs a message and 1,390 MiB; half of a task is kept free."""
    assert simulators(request_, copies=1).count == count
