"""What follows from connecting, breaking off and every answer; the connection and the desk only take notes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from contracts.identity import Identity
from simulator.connection import Listener
from simulator.delivery import Certificate
from simulator.link import MAX_PAYLOAD_BYTES, Link, Outcome, Stage
from simulator.outbox import Message

IDENTITY = Identity(device_id="M001", plant="plant1", line="line1", model="conveyor")


class _Notebook:
    """Connection and desk at once: writes down what is asked of them."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.sent: list[tuple[int, int]] = []
        self.outcomes: list[tuple[int, Outcome]] = []
        self.attempts: list[int | None] = []
        self.ours = True
        self.shown: list[Certificate] = []
        self.timers: list[tuple[float, Callable[[], object]]] = []

    def listen(self, listener: Listener) -> None:
        self.listener = listener

    def present(self, certificate: Certificate) -> None:
        self.shown.append(certificate)

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")

    def publish(self, message: Message, epoch: int) -> None:
        self.sent.append((message.seq, epoch))

    def may_publish(self) -> bool:
        return self.ours

    def settled(self, link: Link, message: Message, outcome: Outcome, seconds: float) -> None:
        self.outcomes.append((message.seq, outcome))

    def handed_over(self, link: Link, message: Message) -> None:
        self.calls.append(f"handed over {message.seq}")

    def waits(self, messages: list[Message]) -> None:
        self.calls.append(f"waits {[message.seq for message in messages]}")

    def dial(self, link: Link, attempt: int | None) -> None:
        self.attempts.append(attempt)
        link.dial()

    def later(self, delay_s: float, call: Callable[[], object]) -> None:
        self.timers.append((delay_s, call))

    def connected(self, link: Link, *, again: bool) -> None:
        self.calls.append("reconnected" if again else "connected")

    def complains(self, link: Link, why: str) -> None:
        self.calls.append(why)


@pytest.fixture
def notes() -> _Notebook:
    """What was asked of connection and desk."""
    return _Notebook()


@pytest.fixture
def link(notes: _Notebook) -> Link:
    """A link that is connected."""
    link = Link(0, IDENTITY, notes, notes)
    link.open()
    link.on_connected()
    return link


def _say(link: Link, *seqs: int) -> list[Message]:
    messages = [Message(row=0, seq=seq, payload=b"{}") for seq in seqs]
    for message in messages:
        link.send(message)
    return messages


def test_messages_wait_until_the_broker_lets_us_in(notes: _Notebook) -> None:
    """What is said before the connection stands is sent when it does, in order."""
    link = Link(0, IDENTITY, notes, notes)
    link.open()
    _say(link, 1, 2)
    assert notes.sent == []

    link.on_connected()
    assert notes.sent == [(1, 1), (2, 1)]


@pytest.mark.parametrize("reason", [0, 16])
def test_reasons_below_128_are_success(link: Link, notes: _Notebook, reason: int) -> None:
    """Also 16, no matching subscribers (MQTT 5.0, table 3-4)."""
    (message,) = _say(link, 1)
    link.on_answer(message, 1, reason, 0.01)

    assert notes.outcomes == [(1, "acknowledged")]
    assert link.last_acknowledged is message


def test_not_authorised_is_refused_for_good(link: Link, notes: _Notebook) -> None:
    """135 is counted and not sent again; the gauges do not show the reading."""
    (message,) = _say(link, 1)
    link.on_answer(message, 1, 135, 0.01)

    assert notes.outcomes == [(1, "policy")]
    assert link.last_acknowledged is None
    assert link.connected


def test_a_broker_that_breaks_off_refuses_the_oldest(link: Link, notes: _Notebook) -> None:
    """AWS ends the connection with 135 instead of answering: the oldest in flight is not sent again, the rest is."""
    _say(link, 1, 2)
    link.on_disconnected("NOT_AUTHORIZED", 135)
    link.on_stopped()
    link.on_connected()

    assert notes.outcomes == [(1, "policy")]
    assert notes.sent == [(1, 1), (2, 1), (2, 2)]


def test_unanswered_messages_are_sent_again_with_their_numbers(link: Link, notes: _Notebook) -> None:
    """After a broken connection, those in flight go first, then those that came meanwhile."""
    _say(link, 1, 2)
    link.on_disconnected("closed", None)
    _say(link, 3)
    link.on_stopped()
    link.on_connected()

    assert notes.sent == [(1, 1), (2, 1), (1, 2), (2, 2), (3, 2)]
    assert notes.calls.count("handed over 1") == 1


def test_an_answer_of_the_old_connection_counts_once(link: Link, notes: _Notebook) -> None:
    """A message that was sent twice and answered twice is acknowledged once."""
    (message,) = _say(link, 1)
    link.on_disconnected("closed", None)
    link.on_stopped()
    link.on_connected()
    link.on_answer(message, 1, 0, 0.01)
    link.on_answer(message, 2, 0, 0.01)

    assert notes.outcomes == [(1, "acknowledged")]


@pytest.mark.parametrize("reason", [None, 128, 151, 200])
def test_what_may_succeed_later_breaks_the_connection_off(link: Link, notes: _Notebook, reason: int | None) -> None:
    """No answer in time, a quota, an unknown code: nothing is lost, all is sent again later."""
    (message,) = _say(link, 1)
    link.on_answer(message, 1, reason, 30.0)

    assert link.stage is Stage.CLOSING
    assert notes.outcomes == []
    assert notes.calls[-2:] == ["waits [1]", "stop"]


def test_a_failure_of_an_older_connection_is_no_news(link: Link) -> None:
    """Awscrt fails what was in flight when a client stops; by then it has been sent again."""
    (message,) = _say(link, 1)
    link.on_disconnected("closed", None)
    link.on_stopped()
    link.on_connected()
    link.on_answer(message, 1, None, 0.01)

    assert link.connected


def test_attempts_count_up_until_a_message_is_taken(notes: _Notebook) -> None:
    """The back-off doubles with each failure; only an acknowledged message sets it back."""
    link = Link(0, IDENTITY, notes, notes)
    link.open()
    for _ in range(3):
        link.on_failed("refused")
        link.on_stopped()
    link.on_connected()
    (message,) = _say(link, 1)
    link.on_answer(message, 1, 0, 0.01)
    link.on_disconnected("closed", None)
    link.on_stopped()

    assert notes.attempts == [None, 0, 1, 2, 0]


def test_too_large_payloads_never_reach_the_connection(link: Link, notes: _Notebook) -> None:
    """128 KB with packet header and topic is the broker's limit."""
    fits = Message(row=0, seq=1, payload=b"x" * MAX_PAYLOAD_BYTES)
    link.send(fits)
    link.send(Message(row=0, seq=2, payload=b"x" * (MAX_PAYLOAD_BYTES + 1)))

    assert notes.sent == [(1, 1)]
    assert notes.outcomes == [(2, "oversize")]


def test_nothing_is_sent_without_the_lease(link: Link, notes: _Notebook) -> None:
    """From the moment that the lease is over, messages wait."""
    notes.ours = False
    _say(link, 1)
    assert notes.sent == []

    notes.ours = True
    link.pump()
    assert notes.sent == [(1, 1)]


def test_a_closed_link_stays_closed(link: Link, notes: _Notebook) -> None:
    """After close nothing dials again."""
    link.close()
    link.on_stopped()

    assert link.stage is Stage.CLOSED
    assert notes.attempts == [None]


def test_the_window_bounds_what_is_in_flight(link: Link, notes: _Notebook) -> None:
    """AWS IoT Core lets a client have 100 unacknowledged publishes; each answer lets one more out."""
    messages = _say(link, *range(1, 151))
    assert len(notes.sent) == 100

    link.on_answer(messages[0], 1, 0, 0.01)
    assert notes.sent[-1] == (101, 1)


AS_IT_SHOULD_BE: dict[str, Any] = {"offline": False, "latency_s": 0.0, "certificate": Certificate.VALID}


def _set(link: Link, **changes: Any) -> None:
    link.set_network(**(AS_IT_SHOULD_BE | changes))


def test_a_machine_that_is_cut_off_stays_away_and_keeps_its_messages(link: Link, notes: _Notebook) -> None:
    """The connection breaks at once, nobody dials, and what was in flight waits before what comes."""
    _say(link, 1)
    _set(link, offline=True)
    link.on_stopped()
    link.dial()
    _say(link, 2)

    assert notes.calls[-1] == "stop"
    assert link.stage is Stage.CLOSED
    assert notes.attempts == [None]
    assert len(link.outbox) == 2


def test_it_dials_without_back_off_when_the_line_is_there_again(link: Link, notes: _Notebook) -> None:
    """As soon as the connect limit allows; all that waited is sent in order."""
    _say(link, 1)
    _set(link, offline=True)
    link.on_stopped()
    _say(link, 2)
    _set(link)
    link.on_connected()

    assert notes.attempts == [None, None]
    assert notes.sent == [(1, 1), (1, 2), (2, 2)]


def test_a_line_that_is_there_again_before_the_client_rests_is_dialled_then(link: Link, notes: _Notebook) -> None:
    """A client that is being stopped cannot be started; no back-off follows."""
    _set(link, offline=True)
    _set(link)
    link.on_stopped()

    assert link.stage is Stage.DIALLING
    assert notes.attempts == [None, None]


def test_a_dial_that_was_due_while_the_line_was_cut_comes_to_nothing(notes: _Notebook) -> None:
    """The connect limiter gave it a moment before the fault began."""
    link = Link(0, IDENTITY, notes, notes)
    notes.dial = lambda *_: None  # type: ignore[method-assign]  # its moment comes later
    link.open()
    _set(link, offline=True)
    link.dial()

    assert link.stage is Stage.CLOSED


def test_a_bad_certificate_is_shown_by_a_new_connection(link: Link, notes: _Notebook) -> None:
    """The good one is broken off first; refused, the machine backs off, and at the end it shows its own again."""
    _set(link, certificate=Certificate.REVOKED)
    assert notes.calls[-1] == "stop"
    link.on_stopped()
    for _ in range(3):
        link.on_failed("NOT_AUTHORIZED")
        link.on_stopped()
    _set(link)
    link.on_stopped()

    assert notes.attempts == [None, None, 0, 1, 2, None]
    assert notes.shown == [Certificate.REVOKED, Certificate.VALID]
    assert link.stage is Stage.DIALLING


def test_a_slow_way_keeps_the_order_and_counts_to_the_window(link: Link, notes: _Notebook) -> None:
    """The connection gets nothing before its time, and no more than a hundred are under way."""
    _set(link, latency_s=2.0)
    _say(link, *range(1, 151))
    assert (notes.sent, link.outbox.in_flight) == ([], 100)
    assert all(1.9 < delay_s <= 2.0 for delay_s, _ in notes.timers)

    link.hurry()
    assert [seq for seq, _ in notes.sent] == list(range(1, 101))


def test_nobody_overtakes_on_a_way_that_is_fast_again(link: Link, notes: _Notebook) -> None:
    """What is said after the fault waits for what is still under way."""
    _set(link, latency_s=2.0)
    _say(link, 1)
    _set(link)
    _say(link, 2)
    assert notes.sent == []

    link.hurry()
    assert [seq for seq, _ in notes.sent] == [1, 2]


def test_what_was_under_way_when_the_connection_broke_is_sent_again(link: Link, notes: _Notebook) -> None:
    """It never reached the broker; the timer of its arrival finds nothing."""
    _set(link, latency_s=2.0)
    _say(link, 1)
    link.on_disconnected("closed", None)
    _set(link)
    link.on_stopped()
    link.on_connected()
    for _, call in notes.timers:
        call()

    assert notes.sent == [(1, 2)]


def test_a_message_that_is_kept_back_is_overtaken(link: Link, notes: _Notebook) -> None:
    """It is sent when its time has come, with its own number."""
    link.send(Message(row=0, seq=1, payload=b"{}"), delay_s=5.0)
    _say(link, 2)
    ((delay_s, let_go),) = notes.timers
    let_go()

    assert delay_s == 5.0
    assert [seq for seq, _ in notes.sent] == [2, 1]


def test_a_message_that_is_kept_back_survives_a_broken_connection(link: Link, notes: _Notebook) -> None:
    """Its time comes while the machine is away: it waits with the others."""
    link.send(Message(row=0, seq=1, payload=b"{}"), delay_s=5.0)
    _set(link, offline=True)
    link.on_stopped()
    notes.timers[0][1]()
    assert notes.sent == []

    _set(link)
    link.on_connected()
    assert notes.sent == [(1, 2)]


def test_a_machine_that_leaves_sends_what_is_kept_back(link: Link, notes: _Notebook) -> None:
    """At once, and the timers that come later change nothing."""
    link.send(Message(row=0, seq=1, payload=b"{}"), delay_s=5.0)
    link.hurry()
    notes.timers[0][1]()

    assert notes.sent == [(1, 1)]


def test_a_repeat_needs_an_answer_of_its_own(link: Link, notes: _Notebook) -> None:
    """Both go out under one number; the machine is not done before both are taken."""
    message = Message(row=0, seq=1, payload=b"{}")
    again = message.repeat()
    link.send(message)
    link.send(again)
    link.on_answer(message, 1, 0, 0.01)
    assert (notes.sent, len(link.outbox)) == ([(1, 1), (1, 1)], 1)

    link.on_answer(again, 1, 0, 0.01)
    assert len(link.outbox) == 0


def test_hope_ends_with_the_first_failure(notes: _Notebook) -> None:
    """A stop waits for machines that are coming back, not for those that nobody lets in."""
    link = Link(0, IDENTITY, notes, notes)
    assert not link.hopeful
    link.open()
    assert link.hopeful
    link.on_failed("refused")
    link.on_stopped()

    assert not link.hopeful


def test_nothing_on_a_slow_way_gets_there_without_the_lease(link: Link, notes: _Notebook) -> None:
    """What was under way when the lease ended arrives when it is renewed, or never."""
    _set(link, latency_s=0.001)
    _say(link, 1)
    notes.ours = False
    time.sleep(0.002)
    notes.timers[0][1]()
    link.hurry()
    assert notes.sent == []

    notes.ours = True
    link.pump()
    assert notes.sent == [(1, 1)]


def test_a_message_that_is_still_under_way_is_not_what_the_broker_refused(link: Link, notes: _Notebook) -> None:
    """Broken off with 135 before it has seen a message, the broker means none; it is sent again."""
    _set(link, latency_s=2.0)
    _say(link, 1)
    link.on_disconnected("NOT_AUTHORIZED", 135)

    assert notes.outcomes == []
    assert notes.calls[-2:] == ["waits [1]", "stop"]
