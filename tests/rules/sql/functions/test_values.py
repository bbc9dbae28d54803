"""Functions of values of any type."""

from __future__ import annotations

from typing import Any

import pytest

from rules import sql
from rules.sql import UNDEFINED
from rules.sql.functions import values


@pytest.mark.parametrize(
    ("value", "key", "result"),
    [
        ([1, 2], 1, 2),
        ([1, 2], "1", 2),
        ([1, 2], 2, UNDEFINED),
        ([1, 2], -1, UNDEFINED),
        ([1, 2], "x", UNDEFINED),
        ("abc", 0, "a"),
        ({"1": 5}, "1", 5),
        ({"1": 5}, 1, UNDEFINED),
        ({"a": 5}, None, UNDEFINED),
        (5, 0, UNDEFINED),
    ],
)
def test_get(value: Any, key: Any, result: Any) -> None:
    """Arrays and strings by place, objects by key, nothing else."""
    assert values.get(value, key) == result


@pytest.mark.parametrize("value", [UNDEFINED, None])
def test_nanvl_replaces_what_is_missing(value: Any) -> None:
    """Undefined and Null give the default, a string does not."""
    assert values.nanvl(value, 3) == 3
    assert values.nanvl("abc", 3) == "abc"


@pytest.mark.parametrize(
    ("mode", "attributes", "items"),
    [
        ("other", {}, []),
        ("enrichArray", [], []),
        ("enrichArray", {}, {}),
        ("enrichArray", {}, [1]),
        ("enrichArray", {"a": 1}, [{}] * 20_000),
        ("enrichArray", {"a": "x" * 140_000}, [{}]),
    ],
)
def test_transform_is_undefined_for(mode: str, attributes: Any, items: Any) -> None:
    """Another mode, other types, and results above 128 KiB."""
    assert values.transform(mode, attributes, items) is UNDEFINED


def test_a_default_hides_a_look_up_that_fails() -> None:
    """Only get_or_default() keeps a failed look-up from failing the rule."""
    statement = sql.compile("SELECT get_or_default(get_thing_shadow('a', 'role').x, 7) AS r FROM 't'")

    assert statement.evaluate(sql.Message(topic="t", payload=b"{}")) == {"r": 7}
