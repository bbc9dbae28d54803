"""Messages go to the file of their hour, in the order of arrival."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.backfill.messages import Messages
from simulator.backfill.timeline import HOUR_MS

MOMENTS = st.lists(st.tuples(st.integers(0, 5 * HOUR_MS), st.integers(0, 5 * HOUR_MS)), max_size=40)


@given(MOMENTS)
def test_each_message_is_in_one_file_and_in_order(moments: list[tuple[int, int]]) -> None:
    """All are there; a file has one hour told and one of arrival; within it nobody is before an earlier arrival."""
    told, received = (np.array([one[place] for one in moments], dtype=np.int64) for place in (0, 1))
    numbers = np.arange(len(moments))
    nothing = np.full(len(moments), np.nan)
    messages = Messages(numbers, told, received, numbers, numbers.astype(np.int8), (nothing,) * 4)
    files = list(messages.by_file())

    assert sorted(seq for _, _, some in files for seq in some.seq.tolist()) == numbers.tolist()
    assert len({(hour, arrival) for hour, arrival, _ in files}) == len(files)
    for hour, arrival, some in files:
        assert set((some.told_ms // HOUR_MS).tolist()) == {hour}
        assert set((some.received_ms // HOUR_MS).tolist()) == {arrival}
        assert (np.diff(some.received_ms) >= 0).all()
