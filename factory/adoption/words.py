"""Texts with holes that are filled from what is known of a resource.

A hole is a JMESPath expression in braces, `{name}` or `{root_directory[0].path}`, and may end in a filter:
`{cluster!tail}`. What is not known yet is not guessed: such a text cannot be filled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import jmespath  # type: ignore[import-untyped]

_HOLE = re.compile(r"\{([^{}]+?)(?:!(\w+))?\}")
_FILTERS: dict[str, Callable[[str], str]] = {
    "tail": lambda text: text.rpartition("/")[2],
    "bare": lambda text: text.removeprefix("https://").rstrip("/"),
}


class NotKnownError(Exception):
    """A text cannot be filled: what it names is not known before something else exists.

    Args:
        expression: the hole that stays open.
    """

    def __init__(self, expression: str) -> None:
        super().__init__(expression)
        self.expression = expression


def search(expression: str, value: Any) -> Any:
    """What a JMESPath expression finds in a value; None if nothing."""
    return jmespath.search(expression, value)


def fill(template: str, words: Mapping[str, Any]) -> str:
    """The text with its holes filled.

    Args:
        template: text with holes.
        words: what is known.

    Raises:
        NotKnownError: a hole stays open.

    Example:
        >>> fill("{cluster!tail}/{name}", {"cluster": "arn:aws:ecs:eu-central-1:1:cluster/plant1", "name": "grafana"})
        'plant1/grafana'
    """

    def filled(hole: re.Match[str]) -> str:
        value = search(hole[1], words)
        if value is None or isinstance(value, dict | list):
            raise NotKnownError(hole[1])
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return _FILTERS[hole[2]](text) if hole[2] else text

    return _HOLE.sub(filled, template)


def fill_all(value: Any, words: Mapping[str, Any]) -> Any:
    """The parameters of a call with every text in them filled.

    Args:
        value: a text with holes, or a list or mapping of such; anything else stays.
        words: what is known.

    Raises:
        NotKnownError: a hole stays open.

    Example:
        >>> fill_all({"AlarmNames": ["{alarm_name}"], "MaxRecords": 1}, {"alarm_name": "hot"})
        {'AlarmNames': ['hot'], 'MaxRecords': 1}
    """
    if isinstance(value, str):
        return fill(value, words)
    if isinstance(value, Mapping):
        return {key: fill_all(inner, words) for key, inner in value.items()}
    return [fill_all(inner, words) for inner in value] if isinstance(value, list | tuple) else value


def holes(value: Any) -> set[str]:
    """The expressions of all holes.

    Args:
        value: a text with holes, or a list or mapping of such.

    Example:
        >>> sorted(holes({"a": "{role!tail}:{name}", "b": ["{account}"]}))
        ['account', 'name', 'role']
    """
    if isinstance(value, str):
        return {hole[1] for hole in _HOLE.finditer(value)}
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return set().union(*(holes(part) for part in inner))
