"""Topics: built, filtered and taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.topics import CHANNELS, TopicError, parse_topic, topic, topic_filter

level = st.from_regex(r"\A[A-Za-z0-9_-]{1,64}\Z")


@given(plant=level, line=level, device_id=level, channel=st.sampled_from(CHANNELS))
def test_parse_gives_back_what_was_built(plant: str, line: str, device_id: str, channel: str) -> None:
    """A topic taken apart gives the parts that it was built from."""
    parsed = parse_topic(topic(plant, line, device_id, channel))  # type: ignore[arg-type]

    assert (plant, line, device_id, channel) == (parsed.plant, parsed.line, parsed.device_id, parsed.channel)


@pytest.mark.parametrize("bad", ["", "a/b", "+", "#", "line 1", "é"])
def test_a_level_cannot_smuggle_anything(bad: str) -> None:
    """A level that is empty, a wildcard or has a separator is refused, and the sentence names it."""
    with pytest.raises(TopicError, match="line"):
        topic("plant1", bad, "M001")


@pytest.mark.parametrize(
    "bad",
    ["", "factory", "factory/p/l/M001", "factory/p/l/M001/gossip", "mill/p/l/M001/telemetry", "factory/p//M1/event"],
)
def test_refuses_foreign_topics(bad: str) -> None:
    """A topic of another shape is refused with the shape that would be right."""
    with pytest.raises(TopicError, match="factory/PLANT/LINE/DEVICE_ID/CHANNEL"):
        parse_topic(bad)


def test_filter_stands_for_any() -> None:
    """What is not given matches any."""
    assert topic_filter(device_id="M001") == "factory/+/+/M001/telemetry"
