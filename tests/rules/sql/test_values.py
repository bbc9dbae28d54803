"""Markers, bounds and exact numbers."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal

import pytest

from rules.sql.errors import EvaluationError
from rules.sql.values import (
    MAX_TEXT,
    NO_MATCH,
    UNDEFINED,
    bounded_int,
    bounded_text,
    from_double,
    keep_written,
    whole,
)


@pytest.mark.parametrize("marker", [UNDEFINED, NO_MATCH])
def test_markers_stay_themselves(marker: object) -> None:
    """Copies and pickles of a marker are the marker, which is falsy."""
    assert copy.deepcopy(marker) is marker
    assert pickle.loads(pickle.dumps(marker)) is marker  # noqa: S301  # our own bytes
    assert not marker


def test_whole_numbers_keep_34_digits() -> None:
    """Past 34 digits an Int is rounded, past 9.99E999 there is none."""
    assert bounded_int(10**34 - 1) == 10**34 - 1
    assert bounded_int(10**34 + 4) == Decimal("1E34")
    assert bounded_int(10**1000) is UNDEFINED


def test_whole_makes_ints_of_what_fits() -> None:
    """A Decimal becomes an Int if 34 digits can hold it."""
    assert type(whole(Decimal("1E3"))) is int
    assert type(whole(Decimal("1E40"))) is Decimal


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_doubles_without_a_value_are_undefined(number: float) -> None:
    """Infinity and not-a-number have no place in JSON."""
    assert from_double(number) is UNDEFINED


def test_strings_are_bounded() -> None:
    """A string that outgrows every message fails the rule."""
    with pytest.raises(EvaluationError, match="longer than"):
        bounded_text("x" * (MAX_TEXT + 1))


def test_keep_written_reaches_everything() -> None:
    """Numbers in lists and objects keep their form, and are still equal."""
    value = {"a": [Decimal("10.0"), "x"], "b": None}

    assert keep_written(value) == value
