"""The value of what no message changes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules.analysis.fold import UNDEFINED, UNKNOWN, constant, is_true, with_payload
from rules.sql.parser import parse_expression

VERSION = "2016-03-23"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-1 + 2", 1),
        ("concat('a', 'b')", "ab"),
        ("7 / 2.0", Decimal("3.5")),
        ("5 > 'x'", UNDEFINED),
        ("'a' = 1", False),
        ("NULL", None),
    ],
)
def test_constants_have_their_value(text, value):
    """As the language computes it."""
    assert constant(parse_expression(text), VERSION) == value


@pytest.mark.parametrize("text", ["a", "rand()", "nope('a')", "topic()"])
def test_the_rest_is_unknown(text):
    """Also where there is nothing to compute."""
    assert constant(parse_expression(text), VERSION) is UNKNOWN


def test_a_payload_and_a_topic_may_be_given():
    """Absent attributes are Undefined."""
    node = parse_expression("isUndefined(a) AND topic(2) = 'x' AND b = 1")

    assert with_payload(node, {"b": 1}, VERSION, topic="t/x") is True
    assert with_payload(parse_expression("a > 1"), {}, VERSION) is UNDEFINED


def test_true_is_the_boolean_or_its_text():
    """The text in any case, as AND converts it."""
    assert [is_true(value) for value in (True, "TRUE", "yes", 1, UNDEFINED)] == [True, True, False, False, False]
