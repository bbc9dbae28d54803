"""JSON in and out."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sql.errors import EvaluationError
from rules.sql.json_text import decimal_text, decode, dumps
from rules.sql.values import MAX_NESTING, NO_MATCH, UNDEFINED, keep_written

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**33), 10**33) | NUMBERS | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@given(VALUES)
def test_every_value_survives_the_round_trip(value: object) -> None:
    """What is written reads back as the same value, to the last digit."""
    assert decode(dumps(value)) == value


@given(VALUES)
def test_the_text_is_json_for_everyone(value: object) -> None:
    """Python's own reader takes what we write."""
    json.loads(dumps(value))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\x00",
        b"{",
        b"NaN",
        b"-Infinity",
        b'{"a":1E5000}',
        b"[" * 100_000,
        b"[" * (MAX_NESTING + 1) + b"]" * (MAX_NESTING + 1),
        "\ufeff1".encode(),
    ],
)
def test_what_is_not_json_is_refused(data: bytes) -> None:
    """Broken text, wild numbers and wild nesting are all ValueErrors."""
    with pytest.raises(ValueError, match=r".+"):
        decode(data)


def test_nesting_up_to_the_limit_is_read() -> None:
    """The limit itself is still allowed."""
    assert decode(b"[" * MAX_NESTING + b"]" * MAX_NESTING)


def test_many_brackets_need_not_be_deep() -> None:
    """A long flat array is no deep one."""
    assert len(decode(b"[" + b",".join([b"[]"] * 500) + b"]")) == 500


def test_numbers_of_any_length_are_read() -> None:
    """Of a number with thousands of digits, 34 remain."""
    assert decode(b"1" * 5 + b"0" * 600) == Decimal("11111E600")
    with pytest.raises(ValueError, match="beyond"):
        decode(b"9" * 5000)


def test_results_that_are_not_json() -> None:
    """Raw bytes pass; Undefined and no match are empty."""
    assert dumps(b"\x00\xff") == b"\x00\xff"
    assert dumps(UNDEFINED) == dumps(NO_MATCH) == b""


def test_lone_surrogates_become_question_marks() -> None:
    """Half a character, which JSON can escape but UTF-8 cannot hold, does not stop a message."""
    assert dumps(decode(b'"\\ud800"')) == b'"?"'


def test_wild_nesting_is_an_evaluation_error() -> None:
    """A result that no writer can follow fails, and fails as itself."""
    value: list[object] = []
    for _ in range(5000):
        value = [value]

    with pytest.raises(EvaluationError, match="too deeply"):
        dumps(value)


@pytest.mark.parametrize(
    ("number", "text"),
    [("-0.0", "0"), ("100", "100"), ("1E+34", "1E+34"), ("1E+33", "1" + "0" * 33), ("1.5E-9", "1.5E-9")],
)
def test_numbers_have_one_spelling(number: str, text: str) -> None:
    """Whole numbers of up to 34 digits are written out, the rest as short as can be."""
    assert decimal_text(Decimal(number)) == text


def test_the_2015_language_keeps_the_point() -> None:
    """The guide: 10.0 stays 10.0 before 2016-03-23."""
    assert dumps(keep_written([Decimal("10.0"), Decimal("-0.0")])) == b"[10.0,0.0]"
