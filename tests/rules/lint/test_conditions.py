"""A WHERE is called never true only where no message makes it true."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.lint.conditions import only_aliases
from rules.lint.registry import RULE_CHECKS
from rules.lint.subject import Subject
from rules.sql import NO_MATCH, Message, compile  # noqa: A004 - the language's own word
from rules.sql.parser import parse

SIDES = ["a", "b", "1", "2", "'x'", "'5'", "'true'", "TRUE", "NULL", "[1]", "topic(1)", "a + 1", "lower(a)", "a / 0"]
COMPARISONS = st.builds(
    "{} {} {}".format,
    st.sampled_from(SIDES),
    st.sampled_from(["=", "<>", "<", "<=", ">", ">=", "IN"]),
    st.sampled_from(SIDES),
)
PARTS = st.one_of(
    COMPARISONS,
    st.sampled_from(SIDES),
    st.builds("NOT ({})".format, COMPARISONS),
    st.builds("({} OR {})".format, COMPARISONS, COMPARISONS),
    st.builds("get_or_default({}, {})".format, COMPARISONS, st.sampled_from(["TRUE", "'no'"])),
    st.builds("CASE a WHEN 1 THEN {} ELSE {} END".format, COMPARISONS, st.sampled_from(SIDES)),
)
VALUES = st.sampled_from([1, 2, 1.5, 3, "x", "5", "true", "", True, False, None, [1], {}])
PAYLOADS = st.dictionaries(st.sampled_from(["a", "b"]), VALUES)


def said_never(sql):
    """Whether lint says so."""
    subject = Subject("x", {"topicRulePayload": {"sql": sql, "awsIotSqlVersion": "2016-03-23"}})
    return any(finding.code == "where-never-true" for check in RULE_CHECKS for finding in check(subject))


@settings(max_examples=400)
@given(st.lists(PARTS, min_size=1, max_size=3), st.lists(PAYLOADS, min_size=1, max_size=8))
def test_what_is_said_never_to_be_true_never_is(parts, payloads):
    """Whatever the payload."""
    sql = " ".join(["SELECT * FROM 't' WHERE", " AND ".join(parts)])
    if said_never(sql):
        statement = compile(sql)
        for payload in payloads:
            message = Message(topic="t", payload=json.dumps(payload).encode())
            assert statement.evaluate(message) is NO_MATCH


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("temp > 'abc'", "'abc' is none"),
        ("topic(2) = 5", "topic(2) is a String and 5 is a Number"),
        ("1 = 2", "always FALSE"),
        ("'on'", "always 'on'"),
        ("temp > 1 OR 5 > 'x'", "OR beside Undefined"),
        ("state IN 'on'", "IN looks into an array"),
    ],
)
def test_the_sentence_says_why(subject, where, said):
    """With the offending value."""
    found = [each for check in RULE_CHECKS for each in check(subject(" ".join(["SELECT * FROM 'a/+' WHERE", where])))]

    assert any(said in finding.sentence for finding in found if finding.code == "where-never-true")


@pytest.mark.parametrize("where", ["'true'", "temp", "'true' AND temp > 3", "NOT 1 = 2", "a = 1 OR 1 = 2", "a IN b"])
def test_the_text_true_is_true_in_a_chain_alone(codes, where):
    """AND converts it; a WHERE by itself wants the Boolean (AWS IoT developer guide, "Operators")."""
    assert ("where-never-true" in codes(" ".join(["SELECT * FROM 't' WHERE", where]))) is (where == "'true'")


def test_a_name_that_select_reads_as_well_is_an_attribute():
    """`temp * 1.8 AS temp` tells that the payload has temp."""
    statement = parse("SELECT temp * 1.8 AS temp, rpm AS speed, a.b AS x.y FROM 't'")

    assert set(only_aliases(statement)) == {"speed"}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("f > 200", True),
        ("isUndefined(f)", False),
        ("get_or_default(f, 1) = 1", False),
        ("EXISTS (SELECT * FROM parts WHERE f = 1)", False),
        ("EXISTS (SELECT * FROM f)", True),
    ],
)
def test_an_alias_in_where_is_told(codes, where, expected):
    """Not where WHERE asks whether the name is there, nor inside a sub-select."""
    assert ("where-alias" in codes(" ".join(["SELECT temp * 1.8 AS f FROM 't' WHERE", where]))) is expected
