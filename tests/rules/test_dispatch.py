"""What follows from how actions went, with real lanes and actions that do as they are told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from rules import sql
from rules.actions import Action, BatchingAction, BatchLimits, Occasion
from rules.dispatch import Dispatcher
from rules.errors import FinalError, RetryableError
from rules.loading import Rule
from rules.lookups import Asks, LookUpPool
from rules.measures import Measures
from rules.retry import RetryPolicy
from rules.sql import Message
from rules.work import Delivery, Failure, Run


class Tried:
    """A request of a tried action."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def describe(self) -> dict[str, Any]:
        """For people."""
        return {}


class Obedient(Action[Tried]):
    """Fails as often as it is told to, then succeeds."""

    kind: ClassVar[str] = "s3"
    failed_action: ClassVar[str] = "S3Action"
    policy = RetryPolicy(attempts=3, base_s=0.001)

    def __init__(self, *errors: Exception | None) -> None:
        self.resource = "lake"
        self.errors = list(errors)
        self.done: list[bytes] = []

    def prepare(self, occasion: Occasion) -> Tried:
        """Whatever it gets."""
        return Tried(occasion.data)

    def perform(self, request: Tried) -> None:
        """Fail with the next error, or do it."""
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error
        self.done.append(request.data)


class Unprepared(Obedient):
    """Can prepare nothing."""

    def prepare(self, occasion: Occasion) -> Tried:
        """Refuse."""
        raise FinalError("the template gives nothing.")


class Faulty(Obedient):
    """Fails to prepare in a way that nobody foresaw."""

    def prepare(self, occasion: Occasion) -> Tried:
        """Fail."""
        raise ZeroDivisionError("ours")


class Part(Tried):
    """A request that waits for others."""

    partition = "all"

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.data)


class Gathering(BatchingAction[Part, Tried]):
    """Puts requests together, and fails with a batch as often as it is told to."""

    kind: ClassVar[str] = "http"
    failed_action: ClassVar[str] = "HttpAction"
    policy = RetryPolicy(attempts=2, base_s=0.001)
    limits = BatchLimits(max_age_s=0.02, max_count=3)

    def __init__(self, *errors: Exception) -> None:
        self.resource = "web"
        self.errors = list(errors)
        self.done: list[bytes] = []

    def prepare(self, occasion: Occasion) -> Part:
        """Whatever it gets."""
        return Part(occasion.data)

    def batch(self, parts) -> Tried:
        """One after the other."""
        return Tried(b"".join(part.data for part in parts))

    def deliver(self, batch: Tried) -> None:
        """Fail with the next error, or do it."""
        if self.errors:
            raise self.errors.pop(0)
        self.done.append(batch.data)


class Bench:
    """A dispatcher with one rule, and what came of its runs."""

    def __init__(self, actions: list[Action[Any]], error_action: Action[Any] | None = None) -> None:
        self.measures = Measures()
        self.done: list[Run] = []
        self.rule = Rule("tried", sql.compile("SELECT * FROM 'a'"), tuple(actions), error_action)
        self.dispatcher = Dispatcher(
            [self.rule],
            batch_seconds=5,
            batch_bytes=100,
            on_done=self.done.append,
            wake=lambda: None,
            measures=self.measures,
            rounds=RetryPolicy(attempts=None, base_s=0.001, cap_s=0.01),
        )

    def start(self, *failures: Failure) -> Run:
        """Have the rule's actions done for a message."""
        message = Message(topic="a", payload=b'{"n":1}')
        run = Run(Delivery(message, set()), self.rule, self.rule.occasion(message, {"n": 1}), failures=[*failures])
        self.dispatcher.start(run)
        return run

    def settle(self, until: Callable[[], Any], patience_s: float = 10.0) -> None:
        """Turn as the engine does until something is so."""
        deadline = time.monotonic() + patience_s
        while not until() and time.monotonic() < deadline:
            self.dispatcher.settle()
            self.dispatcher.flush()
            self.dispatcher.try_again()
            time.sleep(0.001)
        assert until()

    def counted(self, name: str) -> float:
        """A counter's sum over its labels."""
        families = self.measures.registry.collect()
        return sum(sample.value for family in families for sample in family.samples if sample.name == name)


@pytest.fixture
def bench() -> Any:
    """Makes benches whose threads end after the test."""
    made: list[Bench] = []

    def make(*arguments: Any) -> Bench:
        made.append(Bench(*arguments))
        return made[-1]

    yield make
    for each in made:
        each.dispatcher.stop()


def test_a_run_is_done_when_all_actions_are(bench):
    """Two actions, one after some failures that pass."""
    slow = Obedient(RetryableError("busy."), RetryableError("busy."))
    tried = bench([Obedient(), slow])
    tried.start()

    tried.settle(lambda: tried.done)

    assert slow.done == [b'{"n":1}']
    assert (tried.counted("rules_action_success_total"), tried.counted("rules_action_retries_total")) == (2, 2)


def test_failures_go_to_the_error_action_in_one_envelope(bench):
    """Both failures; the action that succeeded is not repeated."""
    good, error_action = Obedient(), Obedient()
    tried = bench([Obedient(FinalError("no bucket.")), good, Unprepared()], error_action)
    tried.start()

    tried.settle(lambda: tried.done)

    assert len(good.done) == 1
    (envelope,) = error_action.done
    assert b"no bucket." in envelope
    assert b"the template gives nothing." in envelope
    assert tried.counted("rules_action_failures_total") == 2
    assert tried.counted("rules_error_action_success_total") == 1


def test_retries_that_are_used_up_are_a_failure(bench):
    """Three attempts, then the error action."""
    error_action = Obedient()
    tried = bench([Obedient(*[RetryableError("busy.")] * 3)], error_action)
    tried.start()

    tried.settle(lambda: tried.done)

    assert b"busy. (3 attempts)" in error_action.done[0]


def test_a_message_whose_error_action_fails_too_is_tried_again_from_the_beginning(bench):
    """Held, never dropped; in the end the action itself takes it."""
    action = Obedient(FinalError("denied."), FinalError("denied."), FinalError("denied."))
    error_action = Obedient(FinalError("denied too."), FinalError("denied too."), FinalError("denied too."))
    tried = bench([action], error_action)
    tried.start()

    tried.settle(lambda: tried.done)

    assert (action.done, error_action.done) == ([b'{"n":1}'], [])
    assert len(tried.done) == 1


def test_what_cannot_be_prepared_waits_for_the_error_action(bench):
    """There is nothing to try again but the error action."""
    error_action = Obedient(FinalError("denied."))
    tried = bench([Unprepared()], error_action)
    tried.start()

    tried.settle(lambda: tried.done)

    assert len(error_action.done) == 1


def test_a_fault_of_ours_in_preparing_is_a_failure_of_that_message(bench):
    """A key with half a character in it, for one: it must not stay open for ever, nor end the engine."""
    error_action = Obedient()
    tried = bench([Faulty()], error_action)
    tried.start()

    tried.settle(lambda: tried.done)

    assert b"ZeroDivisionError: ours" in error_action.done[0]


def test_an_error_action_that_cannot_be_prepared_holds_the_message(bench):
    """Not even by a fault of ours is it lost, and the engine goes on."""
    action = Obedient(FinalError("denied."))
    tried = bench([action], Faulty())
    tried.start()

    tried.settle(lambda: tried.done)

    assert action.done == [b'{"n":1}']


def test_a_run_that_failed_already_acts_on_nothing(bench):
    """SQL that failed by a fault of ours gave no result that an action could take; the error action has the message."""
    action, error_action = Obedient(), Obedient()
    tried = bench([action], error_action)
    tried.start(Failure("Rule", "tried", "ours"))

    tried.settle(lambda: tried.done)

    assert (action.done, len(error_action.done)) == ([], 1)


def test_without_an_error_action_a_failed_message_is_dropped_as_on_aws(bench):
    """Counted as a failure, and done."""
    tried = bench([Obedient(FinalError("no."))])
    tried.start()

    tried.settle(lambda: tried.done)

    assert tried.counted("rules_action_failures_total") == 1


def test_a_fault_of_ours_does_not_end_the_lane(bench):
    """An error that nobody foresaw is a failure of that message alone."""
    action, error_action = Obedient(ZeroDivisionError("ours")), Obedient()
    tried = bench([action], error_action)
    tried.start()
    tried.settle(lambda: len(tried.done) == 1)
    tried.start()

    tried.settle(lambda: len(tried.done) == 2)

    assert b"ZeroDivisionError: ours" in error_action.done[0]
    assert len(action.done) == 1


def test_an_action_that_hangs_holds_up_no_other(bench):
    """Each has threads of its own."""
    free, release = Obedient(), threading.Event()

    class Hanging(Obedient):
        def perform(self, request: Tried) -> None:
            release.wait(10)

    tried = bench([Hanging(), free])
    for _ in range(20):
        tried.start()
    tried.settle(lambda: len(free.done) == 20)
    assert tried.done == []
    release.set()

    tried.settle(lambda: len(tried.done) == 20)


def test_a_stop_leaves_undone_what_waits_for_its_next_attempt(bench):
    """It is not reported, so it is not acknowledged."""

    class Away(Obedient):
        policy = RetryPolicy(attempts=None, base_s=100, cap_s=100)

        def perform(self, request: Tried) -> None:
            raise RetryableError("away.")

    tried = bench([Away()])
    tried.start()
    time.sleep(0.05)
    tried.dispatcher.stop()
    tried.dispatcher.settle()

    assert tried.done == []


def test_an_action_that_batches_gets_batches_within_its_own_limits(bench):
    """Three at once when there are three; the rest when it is old enough, whatever the engine's own age of 5 s."""
    action = Gathering()
    tried = bench([action])
    for _ in range(4):
        tried.start()
    assert tried.dispatcher.batched_bytes == len(b'{"n":1}')

    tried.settle(lambda: len(tried.done) == 4)

    assert action.done == [b'{"n":1}' * 3, b'{"n":1}']
    assert tried.counted("rules_action_success_total") == 4


def test_it_tells_how_soon_a_batch_is_due(bench):
    """Never, while nothing waits."""
    tried = bench([Gathering()])
    assert tried.dispatcher.due_in_s == float("inf")
    tried.start()

    assert 0 <= tried.dispatcher.due_in_s <= 0.02


def test_each_message_of_a_batch_that_failed_goes_to_the_error_action(bench):
    """After the attempts that the action allows for the batch."""
    error_action = Obedient()
    tried = bench([Gathering(RetryableError("busy."), RetryableError("busy."))], error_action)
    for _ in range(3):
        tried.start()

    tried.settle(lambda: len(tried.done) == 3)

    assert len(error_action.done) == 3
    assert all(b"busy. (2 attempts)" in envelope for envelope in error_action.done)


def test_a_batch_whose_messages_are_held_is_put_together_again(bench):
    """Action and error action fail once; then all three arrive, in whatever company."""
    error_action = Obedient(*[FinalError("denied.")] * 3)
    action = Gathering(FinalError("no."))
    tried = bench([action], error_action)
    for _ in range(3):
        tried.start()

    tried.settle(lambda: len(tried.done) == 3)

    assert b"".join(action.done) == b'{"n":1}' * 3


class Asking(Obedient):
    """Notes which thread prepares it, and fails to prepare as it is told."""

    def __init__(self, *refusals: Exception | None) -> None:
        super().__init__()
        self.prepared_by: list[int] = []
        self.refusals = list(refusals)

    def prepare(self, occasion: Occasion) -> Tried:
        """As if a template asked a service."""
        self.prepared_by.append(threading.get_ident())
        refusal = self.refusals.pop(0) if self.refusals else None
        if refusal is not None:
            raise refusal
        return Tried(occasion.data)


class AskingBench(Bench):
    """A dispatcher with one rule whose templates look something up."""

    def __init__(self, actions: list[Action[Any]], error_action: Action[Any] | None = None) -> None:
        super().__init__(actions, error_action)
        self.rule = Rule("tried", self.rule.statement, tuple(actions), error_action, asks=Asks(templates=True))
        self.pool = LookUpPool(2, lambda: None)
        self.dispatcher = Dispatcher(
            [self.rule],
            batch_seconds=5,
            batch_bytes=100,
            on_done=self.done.append,
            wake=lambda: None,
            measures=self.measures,
            rounds=RetryPolicy(attempts=None, base_s=0.001, cap_s=0.01),
            pool=self.pool,
        )

    def until_done(self) -> None:
        """Settle until the run is done."""
        deadline = time.monotonic() + 10
        while not self.done and time.monotonic() < deadline:
            self.pool.settle()
            self.dispatcher.settle()
            self.dispatcher.try_again()
            time.sleep(0.001)
        assert len(self.done) == 1

    def begin(self) -> None:
        """Start a run."""
        message = Message(topic="a", payload=b"{}")
        run = Run(Delivery(message, set()), self.rule, self.rule.occasion(message, {}))
        self.dispatcher.start(run)


def test_templates_that_look_something_up_are_filled_by_other_threads():
    """Of every action, before any of them is done."""
    actions = [Asking(), Asking()]
    bench = AskingBench(actions)
    bench.begin()
    assert bench.done == []
    bench.until_done()

    assert [action.done for action in actions] == [[b"{}"], [b"{}"]]
    assert all(action.prepared_by != [threading.get_ident()] for action in actions)


@pytest.mark.parametrize("refusal", [FinalError("the shadow is away."), ZeroDivisionError("ours")])
def test_a_template_that_fails_there_is_a_failure_of_its_action(refusal):
    """As on the engine's own thread: the error action's turn, whose templates are filled there too."""
    error_action = Asking()
    bench = AskingBench([Asking(refusal)], error_action)
    bench.begin()
    bench.until_done()

    (envelope,) = error_action.done
    assert str(refusal).encode() in envelope
    assert error_action.prepared_by != [threading.get_ident()]


def test_an_error_action_whose_look_up_fails_holds_the_message():
    """Both are tried again until it works; the failed action as well."""
    error_action = Asking(FinalError("the shadow is away."))
    action = Obedient(FinalError("denied."))
    bench = AskingBench([action], error_action)
    bench.begin()
    bench.until_done()

    assert (len(error_action.prepared_by), action.done) == (1, [b"{}"])
