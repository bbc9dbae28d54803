"""What the lines of a statement call."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from rules.sql import UNDEFINED, EvaluationError
from rules.sql.runtime import MAX_VARIABLE_BYTES, nothing, shown, spend


@pytest.mark.parametrize(
    ("value", "text"),
    [(UNDEFINED, ""), (None, "null"), (Decimal("2.50"), "2.5"), (True, "true"), ({"a": [1]}, '{"a":[1]}'), ("x", "x")],
)
def test_a_value_inside_a_text(value: Any, text: str) -> None:
    """Undefined leaves nothing, Null its name, all else what it is as a string."""
    assert shown(value) == text


@pytest.mark.parametrize(("value", "size"), [("é", 4), (UNDEFINED, 0), ([1, 2], 5)])
def test_variables_cost_their_json(value: Any, size: int) -> None:
    """Two quotes and two bytes of UTF-8 for the letter; brackets and a comma for the list."""
    assert spend(100, "@a", value) == 100 - size


def test_the_budget_of_variables_ends() -> None:
    """128 KiB are allowed, one byte more is not."""
    text = "x" * (MAX_VARIABLE_BYTES - 2)

    assert spend(MAX_VARIABLE_BYTES, "@a", text) == 0
    with pytest.raises(EvaluationError, match="@a"):
        spend(MAX_VARIABLE_BYTES, "@a", text + "x")


def test_nothing_has_no_attributes() -> None:
    """It stands in for `dict.get` where a row is no object."""
    assert nothing("a", UNDEFINED) is UNDEFINED
