"""Which republished messages come back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.lint.loops import cycles, edges, topic_pattern
from rules.lint.patterns import LEVEL
from rules.lint.subject import Subject
from rules.sql import NO_MATCH, Message, compile, dumps  # noqa: A004 - the language's own word

SELECTS = [
    "*",
    "temp",
    "temp AS t",
    "*, true AS seen",
    "VALUE x",
    "x AS temp",
    "* AS message",
    "*, 'b' AS id, 1 AS temp",
]
WHERES = ["", "temp > 1", "isUndefined(seen)", "t > 1", "topic(2) <> 'b'", "get_or_default(temp, 2) > 1", "id = 'b'"]
FROMS = ["a/+", "a/#", "#", "a/b", "+/b"]
TOPICS = ["a/b", "a/${id}", "${topic()}", "b/c", "${topic(1)}/b", "a", "${id}/${id}", "${'a/' + id}"]
PAYLOADS = st.fixed_dictionaries(
    {},
    optional={
        "temp": st.sampled_from([0, 2, "hot"]),
        "id": st.sampled_from(["a", "b"]),
        "x": st.sampled_from([{"temp": 5, "id": "b"}, 3]),
        "seen": st.just(True),
        "t": st.just(9),
    },
)


def comes_back(sql, topic, message):
    """Whether a message that the rule republishes is taken by it again, tried with the language itself."""
    statement = compile(sql)
    result = statement.evaluate(message)
    if result is NO_MATCH:
        return False
    again = statement.render(topic, message)
    return bool(again) and statement.evaluate(Message(topic=again, payload=dumps(result))) is not NO_MATCH


@settings(max_examples=300)
@given(
    st.sampled_from(SELECTS),
    st.sampled_from(FROMS),
    st.sampled_from(WHERES),
    st.sampled_from(TOPICS),
    PAYLOADS,
    st.sampled_from(["a/b", "a/c", "a/b/c", "b/b"]),
)
def test_no_loop_is_missed(select, topic_filter, where, topic, payload, first):
    """If a message comes back once, there is an edge."""
    sql = " ".join(["SELECT", select, f"FROM '{topic_filter}'", *([f"WHERE {where}"] if where else [])])
    action = {"republish": {"topic": topic}}
    rule = Subject("x", {"topicRulePayload": {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": [action]}})

    if comes_back(sql, topic, Message(topic=first, payload=json.dumps(payload).encode())):
        assert edges([rule])


def test_a_rule_that_feeds_itself(subject, republish):
    """The FROM takes what the rule publishes."""
    rule = subject("SELECT * FROM 'a/+'", [republish("a/${id}")])

    assert len(list(cycles(edges([rule])))) == 1


def test_the_shortest_way_over_others_is_told_once(subject, republish):
    """Three rules in a ring, and a fourth beside them."""
    ring = [
        subject("SELECT * FROM 'here'".replace("here", here), [republish(there)], name=here)
        for here, there in [("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]
    ]

    (way,) = cycles(edges(ring))
    assert [ring[edge.source].name for edge in way] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("sql", "topic"),
    [
        # What SELECT gives has no temp, so the WHERE is Undefined.
        ("SELECT temp AS t FROM 'a/#' WHERE temp > 80", "a/b"),
        # The mark that SELECT sets stops it.
        ("SELECT *, true AS seen FROM 'a/#' WHERE isUndefined(seen)", "a/b"),
        ("SELECT *, 'hot' AS kind FROM 'a/#' WHERE kind <> 'hot'", "a/b"),
        ("SELECT * FROM 'a/+' WHERE topic(2) <> 'alarm'", "a/alarm"),
        ("SELECT * FROM 'a/+'", "a/b/${id}"),
        ("SELECT * FROM 'a/#'", "a"),
        ("SELECT * FROM '#'", "$$aws/things/${id}/shadow/update"),
        ("SELECT * FROM 'a/+'", "$$aws/rules/other/a/b"),
        ("SELECT * FROM 'a/+/raw'", "a/${topic(2)}/cooked"),
    ],
)
def test_messages_that_surely_do_not_come_back(subject, republish, sql, topic):
    """By their topic, or because WHERE cannot be true for what SELECT gives."""
    assert edges([subject(sql, [republish(topic)])]) == []


@pytest.mark.parametrize(
    ("sql", "topic"),
    [
        ("SELECT * FROM 'a/#' WHERE temp > 80", "a/b"),
        ("SELECT temp FROM 'a/#' WHERE temp > 80", "a/b"),
        ("SELECT VALUE x FROM 'a/#' WHERE temp > 80", "a/b"),
        ("SELECT *, 'hot' AS kind FROM 'a/#' WHERE kind = 'hot'", "a/b"),
        ("SELECT * FROM 'a/#' WHERE topic(2) <> 'alarm'", "a/${id}"),
        ("SELECT * FROM 'a/#'", "${topic()}/more"),
        ("SELECT * FROM 'a/+'", "${concat(topic(1), '/', id)}"),
        ("SELECT * FROM 'a/b'", "${'a' + '/b'}"),
        ("SELECT * FROM '$aws/things/+/shadow/update'", "$$aws/things/${topic(3)}/shadow/update"),
        ("SELECT *", "$$aws/rules/mine/a"),
    ],
)
def test_messages_that_may_come_back(subject, republish, sql, topic):
    """Where nothing in the text stops them."""
    assert len(edges([subject(sql, [republish(topic)])])) == 1


def test_a_disabled_rule_ends_a_loop(subject, republish):
    """AWS does not run it."""
    assert edges([subject("SELECT * FROM 'a/+'", [republish("a/b")], ruleDisabled=True)]) == []


def test_the_envelope_of_an_error_action_may_come_back(subject, republish):
    """Its attributes are AWS's: ruleName is one of them, temp is none."""
    plain = subject("SELECT * FROM 'a/+'", [], republish("a/errors"))
    asking = subject("SELECT * FROM 'a/+' WHERE temp > 3", [], republish("a/errors"))

    assert len(edges([plain])) == 1
    assert edges([asking]) == []


def test_a_value_of_the_payload_is_one_level(subject):
    """So that `alarms/${id}` is not taken for everything below alarms."""
    assert topic_pattern(subject("SELECT * FROM 'a'"), "x/${id}") == ("x", "/", LEVEL)
