"""Which topics a FROM filter selects.

``+`` stands for one whole level, ``#`` for all that follow. AWS differs from the MQTT standard in one point:
``sensor/#`` selects ``sensor/`` and everything below, but not ``sensor`` itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

MAX_BYTES: Final = 256
MAX_SLASHES: Final = 7


def problem_with(topic_filter: str) -> str | None:
    """Why a text cannot be a topic filter, or None where it can.

    Example:
        >>> problem_with("sensors/+/temp#")
        "in the topic filter, '#' must stand alone in the last level"
    """
    levels = topic_filter.split("/")
    size = len(topic_filter.encode("utf-8", "replace"))
    if not topic_filter or "\0" in topic_filter:
        return "a topic filter has at least one character, and none of them is NUL"
    if size > MAX_BYTES:
        return f"the topic filter has {size} bytes; {MAX_BYTES} are allowed"
    if len(levels) > MAX_SLASHES + 1:
        return f"the topic filter has {len(levels) - 1} slashes; {MAX_SLASHES} are allowed"
    if any("#" in level for level in levels[:-1]) or ("#" in levels[-1] and levels[-1] != "#"):
        return "in the topic filter, '#' must stand alone in the last level"
    if any("+" in level and level != "+" for level in levels):
        return "in the topic filter, '+' must stand alone in its level"
    return None


def matches(topic_filter: str, topic: str) -> bool:
    """Whether a topic filter selects a topic.

    Example:
        >>> matches("sensor/#", "sensor/"), matches("sensor/#", "sensor"), matches("+/temp", "a/temp")
        (True, False, True)
    """
    return bool(matcher(topic_filter)(topic))


def matcher(topic_filter: str) -> Callable[[str], object]:
    """The test for one topic filter, prepared once for many topics; what it gives is true or false."""
    # Plain filters are the common case, and comparing texts is the fastest test.
    if "+" not in topic_filter and "#" not in topic_filter:
        return topic_filter.__eq__
    # A plus is anything but a slash; the final hash is anything at all, behind its slash.
    levels = "/".join(_LEVELS.get(level) or re.escape(level) for level in topic_filter.split("/"))
    # A wildcard in front never selects the reserved topics of AWS, which start with a dollar sign.
    reserved = r"(?!\$)" if topic_filter[0] in _LEVELS else ""
    return re.compile(reserved + levels, re.DOTALL).fullmatch


_LEVELS: Final = {"+": "[^/]*", "#": ".*"}
