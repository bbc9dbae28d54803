"""The steps of a message."""

from __future__ import annotations

import pytest

from rules import sql
from rules.loading import Rule
from rules.measures import Measures
from rules.pipeline import STAGES, Pipeline
from rules.sql import EvaluationError, Message
from rules.trie import TopicTrie
from rules.work import Delivery


class Collecting:
    """Takes runs instead of a dispatcher."""

    def __init__(self) -> None:
        self.runs = []

    def start(self, run) -> None:
        """Note it."""
        self.runs.append(run)


class Broken:
    """A statement that fails."""

    def __init__(self, error: Exception) -> None:
        self.topic_filter = "a/+"
        self._error = error

    def apply(self, message: Message) -> object:
        """Fail."""
        raise self._error


def through(rules: list[Rule], payload: bytes = b'{"n":1}') -> tuple[Delivery, Collecting, Measures]:
    """A message on a/b taken through all steps."""
    collecting, measures = Collecting(), Measures()
    delivery = Delivery(Message(topic="a/b", payload=payload), set())
    trie = TopicTrie([(rule.statement.topic_filter, rule) for rule in rules])
    Pipeline(trie, collecting, measures).advance(delivery)
    return delivery, collecting, measures


def rule(name: str, text: str) -> Rule:
    """A rule without actions."""
    return Rule(name, sql.compile(text), (), None)


def test_the_steps_read_from_top_to_bottom():
    """FROM, then WHERE and SELECT, then actions."""
    assert [stage.__name__ for stage in STAGES] == ["select", "evaluate", "act"]


def test_runs_are_the_rules_whose_from_and_where_select_the_message():
    """One of three."""
    rules = [rule("no", "SELECT * FROM 'b/#'"), rule("yes", "SELECT n FROM 'a/+' WHERE n = 1")]
    rules.append(rule("neither", "SELECT n FROM 'a/+' WHERE n = 2"))

    delivery, collecting, measures = through(rules)

    assert [run.rule.name for run in collecting.runs] == ["yes"]
    assert (delivery.open_runs, delivery.runs[0].occasion.data) == (1, b'{"n":1}')
    assert measures.registry.get_sample_value("rules_matched_total", {"rule": "yes"}) == 1


def test_sql_that_fails_is_counted_and_the_other_rules_go_on():
    """As on AWS: no action, no error action."""
    broken = Rule("broken", Broken(EvaluationError("no such table.")), (), None)

    _, collecting, measures = through([broken, rule("yes", "SELECT * FROM 'a/+'")])

    assert [run.rule.name for run in collecting.runs] == ["yes"]
    assert measures.registry.get_sample_value("rules_sql_failures_total", {"rule": "broken"}) == 1


def test_a_fault_of_ours_keeps_the_message_for_the_error_action():
    """It has a failure before any action ran."""
    _, collecting, _ = through([Rule("broken", Broken(ZeroDivisionError("ours")), (), None)])

    assert [failure.message for failure in collecting.runs[0].failures] == ["ZeroDivisionError: ours"]


@pytest.mark.parametrize("payload", [b"", b"\xff", b"{", b"[]"])
def test_any_payload_passes(payload):
    """What is not JSON is passed on as it is."""
    _, collecting, _ = through([rule("all", "SELECT * FROM '#'")], payload)

    assert collecting.runs[0].occasion.data == payload
