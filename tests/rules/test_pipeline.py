"""The steps of a message."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from rules import sql
from rules.loading import Rule
from rules.lookups import Asks, LookUpPool, asks_of
from rules.measures import Measures
from rules.pipeline import STAGES, Pipeline
from rules.sql import EvaluationError, Message
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

    def apply(self, message: Message, services: Any = None) -> object:
        """Fail."""
        raise self._error


class Shadows:
    """Answers for the thing `press`, and notes by which thread it was asked."""

    def __init__(self) -> None:
        self.asked_by: list[int] = []

    def thing_shadow(self, thing: str, shadow_name: str | None, role: str) -> dict[str, object]:
        """The alarm is on."""
        self.asked_by.append(threading.get_ident())
        if thing != "press":
            raise LookupError(thing)
        return {"alarm": "ON"}


class Bench:
    """A pipeline, and what came out of it."""

    def __init__(self, rules: list[Rule], services: Any = None) -> None:
        self.collecting, self.measures = Collecting(), Measures()
        self.nothing: list[Delivery] = []
        self._woken = threading.Event()
        self.pool = LookUpPool(2, self._woken.set)
        self.pipeline = Pipeline(
            rules, self.collecting, self.measures, pool=self.pool, services=services, on_nothing=self.nothing.append
        )

    def take(self, payload: bytes = b'{"n":1}', topic: str = "a/b") -> Delivery:
        """A message through all steps."""
        delivery = Delivery(Message(topic=topic, payload=payload), set())
        self.pipeline.advance(delivery)
        return delivery

    def settle(self) -> None:
        """Wait for everything that is looked up."""
        while self.pool.open:
            assert self._woken.wait(10)
            self._woken.clear()
            self.pool.settle()

    def names(self) -> list[str]:
        """Rules that ran."""
        return [run.rule.name for run in self.collecting.runs]

    def counted(self, metric: str, **labels: str) -> float | None:
        """What a counter says."""
        self.pipeline.show()
        return self.measures.registry.get_sample_value(metric, labels)


def rule(name: str, text: str) -> Rule:
    """A rule without actions."""
    statement = sql.compile(text)
    return Rule(name, statement, (), None, asks=asks_of(statement, []))


def test_the_steps_read_from_top_to_bottom():
    """FROM, then WHERE and SELECT, then actions."""
    assert [stage.__name__ for stage in STAGES] == ["select", "evaluate", "act"]


def test_runs_are_the_rules_whose_from_and_where_select_the_message():
    """One of three; the one that heard the message in vain is seen to have heard it."""
    rules = [rule("no", "SELECT * FROM 'b/#'"), rule("yes", "SELECT n FROM 'a/+' WHERE n = 1")]
    bench = Bench([*rules, rule("neither", "SELECT n FROM 'a/+' WHERE n = 2")])

    delivery = bench.take()

    assert bench.names() == ["yes"]
    assert (delivery.open_runs, delivery.runs[0].occasion.data) == (1, b'{"n":1}')
    assert bench.counted("rules_matched_total", rule="yes") == 1
    heard = [bench.counted("rules_topic_matches_total", rule=name) for name in ("no", "yes", "neither")]
    assert heard == [0, 1, 1]


def test_sql_that_fails_is_counted_and_the_other_rules_go_on():
    """As on AWS: no action, no error action."""
    broken = Rule("broken", Broken(EvaluationError("no such table.")), (), None)

    bench = Bench([broken, rule("yes", "SELECT * FROM 'a/+'")])
    bench.take()

    assert bench.names() == ["yes"]
    assert bench.counted("rules_sql_failures_total", rule="broken") == 1


@pytest.mark.parametrize("asks", [Asks(), Asks(statement=True)])
def test_a_fault_of_ours_keeps_the_message_for_the_error_action(asks):
    """It has a failure before any action ran, on whichever thread it was."""
    bench = Bench([Rule("broken", Broken(ZeroDivisionError("ours")), (), None, asks=asks)])
    bench.take()
    bench.settle()

    assert [failure.message for failure in bench.collecting.runs[0].failures] == ["ZeroDivisionError: ours"]


@pytest.mark.parametrize("payload", [b"", b"\xff", b"{", b"[]"])
def test_any_payload_passes(payload):
    """What is not JSON is passed on as it is."""
    bench = Bench([rule("all", "SELECT * FROM '#'")])
    bench.take(payload)

    assert bench.collecting.runs[0].occasion.data == payload


@pytest.mark.parametrize(("payload", "count"), [(b"{", 1), (b"", 1), (b"[]", None)])
def test_what_is_not_json_is_counted_for_the_rules_that_hear_it(payload, count):
    """AWS: ParseError, by rule (developer guide, "Rule metrics")."""
    bench = Bench([rule("hears", "SELECT * FROM 'a/+'"), rule("deaf", "SELECT * FROM 'b'")])
    bench.take(payload)

    assert bench.counted("rules_parse_errors_total", rule="hears") == count
    assert bench.counted("rules_parse_errors_total", rule="deaf") is None


# --- look-ups --------------------------------------------------------------------------------------------------------

ASKS = "SELECT * FROM 'a/+' WHERE get_thing_shadow(thing, 'role').alarm = 'ON'"


def test_a_look_up_is_made_by_another_thread_and_settled_by_this_one():
    """Meanwhile the delivery is open, and the rule that asks nobody has run already."""
    shadows = Shadows()
    bench = Bench([rule("asks", ASKS), rule("plain", "SELECT * FROM 'a/+'")], shadows)

    delivery = bench.take(b'{"thing":"press"}')
    assert (bench.names(), delivery.open_runs) == (["plain"], 2)
    bench.settle()

    assert (bench.names(), bench.nothing) == (["plain", "asks"], [])
    assert len(shadows.asked_by) == 1
    assert shadows.asked_by != [threading.get_ident()]


def test_a_look_up_that_fails_ends_the_rule_for_this_message():
    """As on AWS: counted, no action, no error action; the delivery's part of it is done."""
    bench = Bench([rule("asks", ASKS)], Shadows())
    delivery = bench.take(b'{"thing":"nobody"}')
    bench.settle()

    assert (bench.names(), bench.nothing) == ([], [delivery])
    assert bench.counted("rules_sql_failures_total", rule="asks") == 1


def test_a_where_that_is_not_true_after_a_look_up_is_no_failure():
    """Nothing to do, nothing to count."""
    bench = Bench([rule("asks", ASKS.replace("ON", "OFF"))], Shadows())
    delivery = bench.take(b'{"thing":"press"}')
    bench.settle()

    assert (bench.names(), bench.nothing) == ([], [delivery])
    assert bench.counted("rules_sql_failures_total", rule="asks") is None


def test_nobody_is_asked_by_the_engines_own_thread():
    """Were a look-up overlooked when the rule was loaded, it would fail here and not keep every machine waiting."""
    shadows = Shadows()
    overlooked = Rule("overlooked", sql.compile(ASKS), (), None)

    bench = Bench([overlooked], shadows)
    bench.take(b'{"thing":"press"}')

    assert (bench.names(), shadows.asked_by) == ([], [])
    assert bench.counted("rules_sql_failures_total", rule="overlooked") == 1


# --- Basic Ingest ----------------------------------------------------------------------------------------------------


def test_basic_ingest_runs_the_rule_that_it_names_and_no_other():
    """FROM is not asked; topic() does not see the prefix (developer guide, "Basic Ingest")."""
    named = rule("named", "SELECT topic() AS t, topic(1) AS first FROM 'elsewhere'")
    bench = Bench([named, rule("other", "SELECT * FROM 'a/+'"), rule("all", "SELECT * FROM '#'")])

    bench.take(topic="$aws/rules/named/a/b")

    assert bench.names() == ["named"]
    assert bench.collecting.runs[0].occasion.data == b'{"t":"a/b","first":"a"}'
    assert bench.counted("rules_topic_matches_total", rule="named") == 1


def test_a_rule_without_from_hears_basic_ingest_only():
    """Guide: there "the FROM clause is optional"; WHERE is asked all the same."""
    bench = Bench([rule("named", "SELECT n WHERE n = 1")])

    bench.take()
    assert bench.names() == []
    bench.take(topic="$aws/rules/named")
    assert bench.names() == ["named"]
    bench.take(b'{"n":2}', topic="$aws/rules/named/a")
    assert bench.names() == ["named"]


@pytest.mark.parametrize("topic", ["$aws/rules/nobody/a/b", "$aws/rules//a", "$aws/rules/NAMED/a"])
def test_a_rule_that_is_not_there_is_counted(topic):
    """AWS: RuleNotFound; names differ by case. The message is done with."""
    bench = Bench([rule("named", "SELECT * FROM 'a/+'")])

    delivery = bench.take(topic=topic)

    assert (delivery.rules, delivery.runs, delivery.open_runs) == ((), [], 0)
    assert bench.counted("rules_rule_not_found_total") == 1
