"""What the links of a shard share: its books, its store, its dialling."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from contracts.ledger import Outcome as Fate
from simulator.backoff import ConnectLimiter, full_jitter
from simulator.backpressure import Backpressure, Strain, measure_strain
from simulator.instruments import Instruments
from simulator.lease import Lease
from simulator.ledger import LedgerWriter
from simulator.link import Link, Outcome
from simulator.loop import Loop
from simulator.outbox import Message, State
from simulator.store import Store

NOT_OURS_RETRY_S = 1.0
"""While the lease cannot be renewed, a machine looks so often whether it may connect again [s]."""

COMPLAINTS_EVERY_S = 10.0
"""Broken connections are logged together, at most so often [s]."""


@dataclass(slots=True)
class _Complaints:
    """Why connections broke since the last log line."""

    reasons: Counter[str]
    told_s: float = float("-inf")


class ShardDesk:
    """Keeps the books of one shard; only its own thread may touch it.

    Args:
        loop: the thread's work.
        lease: the right to play.
        ledger: what is said and heard.
        store: which message is the oldest.
        limiter: connections a second of the whole process.
        instruments: counters of the whole process.
    """

    def __init__(
        self,
        loop: Loop,
        lease: Lease,
        ledger: LedgerWriter,
        store: Store,
        limiter: ConnectLimiter,
        instruments: Instruments,
    ) -> None:
        self.links: list[Link] = []
        self._loop, self._lease, self._ledger, self._store = loop, lease, ledger, store
        self._limiter, self._instruments = limiter, instruments
        self._tally = instruments.tallies.open()
        self._random = random.Random()  # noqa: S311 - spreads load; the same seed everywhere would defeat it
        self._complaints = _Complaints(Counter())
        self._log = structlog.get_logger("simulator").bind(shard=lease.shard, run=lease.run)
        self._wishes: dict[int, int] = {}
        self._arrivals = 0
        self._online = 0
        self._pressure = Backpressure()

    # --- what the shard does -----------------------------------------------------------------------------------------

    def take_in(self, link: Link, message: Message, delay_s: float = 0.0) -> None:
        """A machine says something: write it down, send it or keep it, and drop what there is no room for.

        Args:
            link: the machine's.
            message: what it says.
            delay_s: how long a fault keeps it back before it is sent [s].
        """
        self._arrivals += 1
        message.arrival = self._arrivals
        if not message.again:
            self._tally.generated += 1
            self._ledger.note("published", link.identity.device_id, message.seq)
        if delay_s > 0:
            self._instruments.delayed.inc()
        too_many = self._store.taken_in()
        link.send(message, delay_s)
        if message.state is State.WAITING:
            self.waits([message])
        for _ in range(too_many):
            self._drop_oldest()

    def write_down(self, at: datetime) -> None:
        """Put the news into the ledger, and say which connections broke."""
        self._ledger.write(at)
        self._tell_complaints()
        self._tell_pressure()
        online = sum(link.connected for link in self.links)
        if online == len(self.links) != self._online:
            self._log.info("all machines are connected", machines=online)
        self._online = online

    def close(self, at: datetime) -> None:
        """Close the books; what is still unsettled was never taken over by the broker."""
        self._store.settled(self.unsettled)
        self._instruments.tallies.close(self._tally)
        # Where the shard is played next has gauges of its own; ours would show the last strain for good.
        self._show_strain(Strain(0.0, 0))
        self._ledger.close(at)

    @property
    def unsettled(self) -> int:
        """Messages that wait or have no answer yet."""
        return sum(len(link.outbox) for link in self.links)

    # --- what the links call (simulator.link.Desk) -------------------------------------------------------------------

    def may_publish(self) -> bool:
        """Whether the shard is still ours to play."""
        return self._lease.held()

    def handed_over(self, link: Link, message: Message) -> None:  # noqa: ARG002 - the desk's other methods need it
        """A message is handed to the connection for the first time."""
        if not message.again:
            self._tally.published += 1

    def settled(self, link: Link, message: Message, outcome: Outcome, seconds: float) -> None:
        """A message has found its end."""
        self._store.settled()
        if message.again:
            # The books have the message itself; what became of its repeat is news only if the broker took it.
            if outcome == "acknowledged":
                self._instruments.sent_again.inc()
                self._note("sent_again", link, message)
        elif outcome == "acknowledged":
            self._tally.answered(seconds)
            self._ledger.note("acknowledged", link.identity.device_id, message.seq)
        else:
            self._instruments.refused.labels(outcome).inc()
            self._note("refused", link, message)
            self._complaints.reasons[f"message refused: {outcome}"] += 1

    def waits(self, messages: list[Message]) -> None:
        """Messages wait, for the first time or again."""
        self._store.wait(message for message in messages if self.links[message.row].droppable)

    def dial(self, link: Link, attempt: int | None) -> None:
        """Let a link dial after its back-off, when the connect limit allows and the shard is ours.

        What it asked for before is void: two wishes at a time would have it dial twice as often for good.
        """
        wish = self._wishes[link.row] = self._wishes.get(link.row, 0) + 1
        delay_s = 0.0 if attempt is None else full_jitter(attempt, self._random)
        if delay_s:
            self.later(delay_s, lambda: self._queue_up(link, wish))
        else:
            self._queue_up(link, wish)

    def later(self, delay_s: float, call: Callable[[], object]) -> None:
        """Make a call after that time."""
        self._loop.at(self._loop.clock() + delay_s, call)

    def connected(self, link: Link, *, again: bool) -> None:  # noqa: ARG002
        """A connection was made, for the first time or again."""
        if again:
            self._instruments.reconnects.inc()

    def complains(self, link: Link, why: str) -> None:
        """A connection could not be made, or broke off."""
        self._complaints.reasons[why] += 1
        self._log.debug("connection broken", device_id=link.identity.device_id, why=why)

    # --- within ------------------------------------------------------------------------------------------------------

    def _queue_up(self, link: Link, wish: int) -> None:
        if self._wishes[link.row] != wish:
            return
        if self.may_publish():
            # Only now is a place in the queue of connects taken: one taken for later would hold up all others.
            self._loop.at(self._limiter.reserve(self._loop.clock()), lambda: self._dial(link, wish))
        else:
            self.later(NOT_OURS_RETRY_S, lambda: self._queue_up(link, wish))

    def _dial(self, link: Link, wish: int) -> None:
        # In a long queue the lease may have ended meanwhile; then we would push the next player's connection out.
        if self.may_publish() and self._wishes[link.row] == wish:
            link.dial()
        else:
            self._queue_up(link, wish)

    def _drop_oldest(self) -> None:
        message = self._store.oldest()
        if message is None:
            return  # all are in flight: their number is bounded by the windows
        link = self.links[message.row]
        if link.outbox.settle(message):
            self._store.settled()
            if not message.again:  # of a repeat that gives way nothing is lost
                self._instruments.overflowed.inc()
                self._note("overflowed", link, message)

    def _note(self, fate: Fate, link: Link, message: Message) -> None:
        self._ledger.note(fate, link.identity.device_id, message.seq)

    def _tell_pressure(self) -> None:
        strain = measure_strain((link.outbox for link in self.links), self._loop.clock())
        self._show_strain(strain)
        facts = {
            "oldest_unanswered_s": round(strain.oldest_unanswered_s, 1),
            "machines_that_wait": strain.full_windows,
            "messages_kept": self.unsettled,
        }
        match self._pressure.feel(strain):
            case "began":
                self._log.warning("PUBACKs come late: publishing waits for them", **facts)
            case "ended":
                self._log.info("no PUBACK is late any more", **facts)

    def _show_strain(self, strain: Strain) -> None:
        self._instruments.oldest_unanswered.labels(self._lease.shard).set(strain.oldest_unanswered_s)
        self._instruments.full_windows.labels(self._lease.shard).set(strain.full_windows)

    def _tell_complaints(self) -> None:
        now_s = self._loop.clock()
        if self._complaints.reasons and now_s - self._complaints.told_s >= COMPLAINTS_EVERY_S:
            unconnected = sum(not link.connected for link in self.links)
            for why, times in self._complaints.reasons.most_common(5):
                self._log.warning("trouble with the broker", why=why, times=times, machines_offline=unconnected)
            self._complaints = _Complaints(Counter(), now_s)
