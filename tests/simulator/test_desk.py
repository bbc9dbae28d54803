"""The books of a shard: what its ledger and counters say of late, repeated and dropped messages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from contracts.identity import Identity
from contracts.ledger import LedgerEntry, Outcome, ledger_file, read_ledger
from simulator.backoff import ConnectLimiter
from simulator.connection import Listener
from simulator.delivery import Certificate
from simulator.desk import ShardDesk
from simulator.instruments import Instruments
from simulator.lease import Lease
from simulator.ledger import LedgerWriter
from simulator.link import Link
from simulator.loop import Loop
from simulator.outbox import Message
from simulator.store import Budget, Store

IDENTITY = Identity(device_id="M001", plant="plant1", line="line1", model="conveyor")


class _Broker:
    """A connection that is open, and keeps what it is given until it is told to answer."""

    def __init__(self) -> None:
        self.taken: list[tuple[Message, int]] = []
        self.dialled, self.there = 0, True

    def listen(self, listener: Listener) -> None:
        self.listener = listener

    def present(self, certificate: Certificate) -> None:
        """Nobody looks at it."""

    def start(self) -> None:
        self.dialled += 1
        if self.there:
            self.listener.on_connected()
        else:
            self.listener.on_failed("nobody there")

    def stop(self) -> None:
        self.listener.on_stopped()

    def publish(self, message: Message, epoch: int) -> None:
        self.taken.append((message, epoch))

    def answer(self, reason: int = 0) -> None:
        """A PUBACK for each."""
        taken, self.taken = self.taken, []
        for message, epoch in taken:
            self.listener.on_answer(message, epoch, reason, 0.01)


class _Clock:
    """A monotonic clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


class _Leases:
    """A table of leases whose clock stands still."""

    lease_s = 60.0

    @staticmethod
    def clock() -> float:
        return 0.0


class _Office:
    """A desk, one machine and its broker."""

    def __init__(self, directory: Path, limit: int, connects_per_s: float) -> None:
        self.clock, self.broker, self.instruments = _Clock(), _Broker(), Instruments()
        self.loop, self._directory = Loop(self.clock), directory
        ledger, self.lease = LedgerWriter(directory, "plant1", "shard-0000", 3), Lease(_Leases(), "shard-0000", 3, 60.0)
        store = Store(Budget(limit))
        self.desk = ShardDesk(self.loop, self.lease, ledger, store, ConnectLimiter(connects_per_s), self.instruments)
        self.link = Link(0, IDENTITY, self.broker, self.desk)
        self.desk.links.append(self.link)
        self.link.open()
        self.pass_time(0.0)

    def pass_time(self, seconds: float) -> None:
        """Let the loop do what is due within that time."""
        self.loop.at(self.clock.now_s + seconds, self.loop.interrupt)
        self.clock.now_s += seconds
        self.loop.run_until(self.clock.now_s + 1.0)

    def say(self, seq: int, delay_s: float = 0.0, times: int = 1) -> None:
        """The machine says something, perhaps late, perhaps more than once."""
        message = Message(0, seq, b"{}")
        self.desk.take_in(self.link, message, delay_s)
        for _ in range(times - 1):
            self.desk.take_in(self.link, message.repeat(), delay_s)

    def count(self, name: str) -> float:
        """A counter of the process."""
        return self.instruments.registry.get_sample_value(f"simulator_messages_{name}_total") or 0.0

    def ledger(self, outcome: Outcome) -> list[tuple[int, int]]:
        """What the ledger says, closed by now or not."""
        self.desk.write_down(datetime.now(UTC))
        entries: list[LedgerEntry] = list(read_ledger(ledger_file(self._directory, "shard-0000", 3)))
        return [pair for entry in entries for pair in getattr(entry, outcome).get("M001", [])]


@pytest.fixture
def office(tmp_path: Path) -> Callable[..., _Office]:
    """Makes an office whose store holds so many messages."""

    def make(limit: int = 100, connects_per_s: float = 1000) -> _Office:
        return _Office(tmp_path, limit, connects_per_s)

    return make


def test_a_message_that_is_kept_back_is_published_in_the_books(office: Callable[..., _Office]) -> None:
    """It has its number, counts as late, and goes to the broker when its time has come."""
    desk = office()
    desk.say(1, delay_s=5.0)
    desk.pass_time(4.9)
    assert (desk.broker.taken, desk.ledger("published"), desk.count("delayed")) == ([], [(1, 1)], 1.0)

    desk.pass_time(0.2)
    desk.broker.answer()
    assert desk.ledger("acknowledged") == [(1, 1)]
    assert desk.desk.unsettled == 0


def test_repeats_are_counted_for_themselves(office: Callable[..., _Office]) -> None:
    """Three packets, one number: generated, published and acknowledged once, sent again twice."""
    desk = office()
    desk.say(1, times=3)
    desk.broker.answer()

    assert [desk.count(name) for name in ("generated", "published", "acknowledged", "sent_again")] == [1, 1, 1, 2]
    assert (desk.ledger("acknowledged"), desk.ledger("sent_again")) == ([(1, 1)], [(1, 1)])


def test_repeats_that_the_broker_refuses_were_not_sent_again(office: Callable[..., _Office]) -> None:
    """Not authorised (135): the message is refused once, and the archive has nothing of it."""
    desk = office()
    desk.say(1, times=2)
    desk.broker.answer(135)

    assert (desk.ledger("refused"), desk.ledger("sent_again"), desk.desk.unsettled) == ([(1, 1)], [], 0)
    assert desk.instruments.registry.get_sample_value("simulator_messages_refused_total", {"reason": "policy"}) == 1


def test_messages_that_are_kept_back_give_way_when_the_store_is_full(office: Callable[..., _Office]) -> None:
    """The oldest is dropped and counted; its time comes and finds nothing."""
    desk = office(limit=2)
    for seq in (1, 2, 3):
        desk.say(seq, delay_s=5.0)
    desk.pass_time(6.0)

    assert (desk.ledger("overflowed"), desk.count("overflowed")) == ([(1, 1)], 1.0)
    assert [message.seq for message, _ in desk.broker.taken] == [2, 3]


def test_a_repeat_that_gives_way_is_no_loss(office: Callable[..., _Office]) -> None:
    """The message itself is under way: its number must not be among those that were dropped."""
    desk = office(limit=2)
    desk.link.set_network(offline=True, latency_s=0.0, certificate=Certificate.VALID)
    desk.say(1, times=2)
    desk.say(2)
    desk.say(3)

    assert desk.ledger("overflowed") == [(1, 1)]
    assert desk.count("overflowed") == 1.0
    assert desk.desk.unsettled == 2


def test_a_slow_broker_is_told_when_it_begins_and_when_it_ends(
    office: Callable[..., _Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gauge shows the age of the oldest unanswered message; the log has a line for each turn."""
    desk = office()
    monkeypatch.setattr("simulator.link.time.monotonic", desk.clock)
    desk.say(1)
    with structlog.testing.capture_logs() as told:
        desk.pass_time(7.0)
        desk.ledger("published")
        age_s = desk.instruments.registry.get_sample_value(
            "simulator_oldest_unanswered_seconds", {"shard": "shard-0000"}
        )
        desk.broker.answer()
        desk.ledger("published")

    assert age_s == 7.0
    slow = [line["event"] for line in told if "PUBACK" in line["event"]]
    assert slow == ["PUBACKs come late: publishing waits for them", "no PUBACK is late any more"]


def test_a_shard_that_ends_under_strain_leaves_no_gauge_of_it(
    office: Callable[..., _Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process plays it from now on; a scrape of this one must not show its last seconds for good."""
    desk = office()
    monkeypatch.setattr("simulator.link.time.monotonic", desk.clock)
    for seq in range(1, 101):
        desk.say(seq)
    desk.pass_time(7.0)
    desk.desk.write_down(datetime.now(UTC))
    names = ("simulator_oldest_unanswered_seconds", "simulator_full_windows")
    strained = [desk.instruments.registry.get_sample_value(name, {"shard": "shard-0000"}) for name in names]
    desk.desk.close(datetime.now(UTC))

    assert strained == [7.0, 1.0]
    assert [desk.instruments.registry.get_sample_value(name, {"shard": "shard-0000"}) for name in names] == [0.0, 0.0]


def test_nobody_dials_whose_lease_ended_in_the_queue_of_connects(office: Callable[..., _Office]) -> None:
    """Another process plays the machine by then; a connection of ours would push its connection out."""
    desk = office(connects_per_s=0.1)  # the machine's first connection took the moment, the next is 10 s away
    desk.link.on_disconnected("closed", None)
    desk.pass_time(9.0)
    desk.lease.lost = True
    desk.pass_time(60.0)

    assert desk.broker.dialled == 1


def test_a_line_that_comes_and_goes_makes_nobody_dial_more_often(office: Callable[..., _Office]) -> None:
    """With the broker away, an hour of a cable that is loose each minute is followed by no more dials than without."""
    desk = office()
    desk.broker.there = False
    desk.link.on_disconnected("closed", None)
    for _ in range(60):
        desk.link.set_network(offline=True, latency_s=0.0, certificate=Certificate.VALID)
        desk.link.set_network(offline=False, latency_s=0.0, certificate=Certificate.VALID)
    for _ in range(600):
        desk.pass_time(1.0)
    before = desk.broker.dialled
    for _ in range(600):
        desk.pass_time(1.0)

    # Full jitter up to 30 s is 15 s in the mean: 40 dials, give or take a standard deviation of four.
    assert 15 < desk.broker.dialled - before < 70
