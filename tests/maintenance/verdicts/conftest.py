"""Time, and who listens, for tests of the verdict job."""

from __future__ import annotations

import pytest
from verdict_stand_ins import Clock, Listener


@pytest.fixture
def clock() -> Clock:
    """Time that a test moves."""
    return Clock()


@pytest.fixture
def listener() -> Listener:
    """Takes what is published."""
    return Listener()
