"""Keys and items of DynamoDB keep their values."""

from __future__ import annotations

from decimal import Decimal

import pytest
from boto3.dynamodb.types import TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import LookUpError
from rules.lookups.items import key_attribute, plain_item

NUMBERS = st.integers(-(10**33), 10**33) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-1000, max_value=1000, places=6
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(min_size=1), VALUES, max_size=4))
def test_what_boto3_stores_comes_back_exactly(item):
    """boto3's own serializer says how a value lies in a table."""
    stored = {name: TypeSerializer().serialize(value) for name, value in item.items()}

    assert plain_item(stored) == item


def test_sets_and_bytes_become_what_json_has():
    """DynamoDB API reference, AttributeValue: SS, NS, BS and B."""
    stored = {"s": {"SS": ["b", "a"]}, "n": {"NS": ["1", "2.5"]}, "b": {"B": b"\x00\x01"}, "bs": {"BS": [b"a"]}}

    assert plain_item(stored) == {"s": ["b", "a"], "n": [1, Decimal("2.5")], "b": "AAE=", "bs": ["YQ=="]}


@pytest.mark.parametrize(
    ("value", "attribute"),
    [
        ("press", {"S": "press"}),
        ("7", {"S": "7"}),
        (7, {"N": "7"}),
        (Decimal("7.50"), {"N": "7.5"}),
        (Decimal("0.1"), {"N": "0.1"}),
    ],
)
def test_the_type_of_a_key_follows_from_its_value(value, attribute):
    """A string stays a string, whatever it looks like."""
    assert key_attribute("id", value) == attribute


@pytest.mark.parametrize("value", [True, None, ["a"], {"a": 1}])
def test_what_cannot_be_a_key_is_refused_by_name(value):
    """Key attributes are scalar (DynamoDB developer guide, "Data types"); binary has no place in JSON."""
    with pytest.raises(LookUpError, match=r"the key id=.* cannot be looked up\. A key is a String or a number\."):
        key_attribute("id", value)
