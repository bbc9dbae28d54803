"""A FROM filter in words, with topics that it selects and one that it nearly does."""

from __future__ import annotations

from itertools import count, islice
from typing import Final

from rules.sql.topic_filter import MAX_SLASHES, matches

_NAMES: Final = ("press-1", "press-2", "oven-7")
_BELOW: Final = ("temperature", "motor/speed", "motor/bearing/vibration")


def level_words(topic_filter: str) -> list[tuple[str, str]]:
    """Each level of a filter and what may stand there.

    Example:
        >>> level_words("a/+/#")
        [('a', 'exactly this'), ('+', 'any one level'), ('#', 'any levels from here on, at least one')]
    """
    words = {"+": "any one level", "#": "any levels from here on, at least one", "": "an empty level"}
    return [(level, words.get(level, "exactly this")) for level in topic_filter.split("/")]


def selected_topics(topic_filter: str) -> list[str]:
    """Up to three topics that a filter selects; a filter without a wildcard selects one.

    Example:
        >>> selected_topics("plant/+/#")
        ['plant/press-1/temperature', 'plant/press-2/motor/speed', 'plant/oven-7/motor/bearing/vibration']
    """
    examples = [_filled(topic_filter, index) for index in range(len(_NAMES))]
    return [topic for topic in dict.fromkeys(examples) if matches(topic_filter, topic)]


def _filled(topic_filter: str, index: int) -> str:
    # Levels of one topic get different names, so that one can tell them apart.
    names = (_NAMES[(index + place) % len(_NAMES)] for place in count())
    room = MAX_SLASHES + 1 - topic_filter.count("/")
    below = "/".join(_BELOW[index].split("/")[-room:])
    levels = [{"+": None, "#": below}.get(level, level) for level in topic_filter.split("/")]
    return "/".join(next(islice(names, 1)) if level is None else level for level in levels)


def nearly_selected(topic_filter: str) -> tuple[str, str] | None:
    """A topic that looks as if it were selected, and why it is not.

    Example:
        >>> nearly_selected("sensor/#")
        ('sensor', '# stands for at least one level')
        >>> nearly_selected("a/+")[0]
        'a/press-1/more'
    """
    example = _filled(topic_filter, 0)
    candidates = []
    if topic_filter.endswith("/#"):
        parent = _filled(topic_filter[:-2], 0)
        candidates.append((parent, "# stands for at least one level"))
    else:
        candidates.append((f"{example}/more", "it has a level more"))
    candidates.append(("$aws/events/presence/connected/press-1", "a leading wildcard passes over topics with $"))
    return next(((topic, why) for topic, why in candidates if not matches(topic_filter, topic)), None)
