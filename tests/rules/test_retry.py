"""Back-off with full jitter, within its bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import FinalError, RetryableError
from rules.retry import RetryPolicy, StoppedError, attempt


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_no_wait_leaves_its_bounds(failures, drawn):
    """Each wait lies between 0 and the smaller of cap and base · 2^(n-1)."""
    wait = RetryPolicy(base_s=0.2, cap_s=5).delay(failures, draw=lambda: drawn)

    assert 0 <= wait <= min(5, 0.2 * 2 ** min(failures - 1, 60))


class Flaky:
    """Fails some times, then succeeds."""

    def __init__(self, failures: int) -> None:
        self.calls = 0
        self._failures = failures

    def __call__(self) -> str:
        """One attempt."""
        self.calls += 1
        if self.calls <= self._failures:
            raise RetryableError("busy.")
        return "done"


def test_tries_again_until_it_succeeds():
    """Two failures are two waits and two reports."""
    waits: list[float] = []
    told: list[str] = []

    result = attempt(
        Flaky(2),
        RetryPolicy(),
        wait=lambda s: waits.append(s) or False,
        on_retry=lambda error: told.append(str(error)),
    )

    assert (result, len(waits), told) == ("done", 2, ["busy.", "busy."])


def test_ends_when_the_attempts_are_used_up():
    """The last error is told, with how often it was tried."""
    call = Flaky(9)

    with pytest.raises(FinalError, match=r"busy\. \(5 attempts\)"):
        attempt(call, RetryPolicy(attempts=5), wait=lambda _: False)
    assert call.calls == 5


def test_a_final_error_is_not_tried_again():
    """No wait: it would never succeed."""

    def refuse() -> None:
        raise FinalError("no such bucket.")

    with pytest.raises(FinalError):
        attempt(refuse, RetryPolicy(), wait=lambda _: pytest.fail("it waited"))


def test_a_stop_ends_the_waiting():
    """What is under way stays undone."""
    with pytest.raises(StoppedError):
        attempt(Flaky(9), RetryPolicy(attempts=None), wait=lambda _: True)
