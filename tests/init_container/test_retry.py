"""Asking again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from init_container.errors import AwsUnavailableError
from init_container.retry import BASE_S, CAP_S, Retry, pause_s


@given(st.integers(1, 60))
def test_a_pause_is_never_longer_than_the_cap_nor_than_its_step(attempt: int) -> None:
    """Full jitter: anything between nothing and the exponential step, capped."""
    assert 0 <= pause_s(attempt) <= min(CAP_S, BASE_S * 2 ** (attempt - 1))


def test_pauses_differ() -> None:
    """Containers that start together do not ask together."""
    assert len({pause_s(5) for _ in range(20)}) > 10


@pytest.mark.parametrize("attempts", [1, 2, 7])
def test_attempts_are_bounded(attempts: int) -> None:
    """As many calls as attempts, one pause fewer."""
    calls: list[int] = []
    pauses: list[float] = []

    def fail() -> None:
        calls.append(1)
        raise ConnectionResetError("gone")

    with pytest.raises(AwsUnavailableError, match=f"do it in {attempts} attempts: gone"):
        Retry(attempts, pauses.append)("do it", fail)
    assert (len(calls), len(pauses)) == (attempts, attempts - 1)


def test_a_mistake_of_our_own_is_not_tried_again() -> None:
    """Only what AWS and the network do is retried."""
    with pytest.raises(KeyError):
        Retry(5, lambda _s: pytest.fail("it paused"))("do it", lambda: {}["x"])
