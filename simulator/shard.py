"""A shard being played: its plant stepped, its messages carried, on a thread of its own."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import structlog

from contracts.identity import Identity
from contracts.topics import topic
from simulator.backoff import ConnectLimiter
from simulator.clock import PlantClock
from simulator.connection import Connection, Endpoint, MqttConnection, Post
from simulator.desk import ShardDesk
from simulator.encode import told_states
from simulator.faults import ActiveFault, FaultRequest
from simulator.gauges import Told
from simulator.instruments import Instruments
from simulator.lease import Lease
from simulator.ledger import LedgerWriter
from simulator.link import Link, Stage
from simulator.loop import Loop
from simulator.outbox import Message
from simulator.pacing import Pacer, real_interval_s
from simulator.plant import REPLAY_MODEL
from simulator.population import AnyReadings, encode_any, make_population
from simulator.replay import Replay
from simulator.replaying import ReplayPlayer
from simulator.roster import Roster
from simulator.store import Budget, Store
from simulator.truth import TruthWriter, truth_record
from simulator.ways import Ways
from simulator.wear_log import WearLog

BOOKKEEPING_S = 1.0
"""Time between lines of the ledger [s]."""

LATE_STEPS_EVERY_S = 10.0
"""Steps left out are logged together, at most so often [s]."""

ASK_TIMEOUT_S = 10.0
"""A shard that does not answer a question for so long is in trouble [s]."""

FROZEN_AFTER_S = 10.0
"""A shard that made no step for so long, and for five intervals, is frozen [s]."""

GOODBYE_S = 1.0
"""How long a stop waits until the connections have said goodbye [s]."""

Connect = Callable[[Identity, Path, Post], Connection]


@dataclass(frozen=True)
class House:
    """What all shards of the process share.

    Attributes:
        connect: makes the connection of a machine.
        ledger_directory: where ledgers are written.
        truth: where faults, failures and repairs are written down.
        wear_directory: where wear tables are written.
        drain_s: how long a stop waits for answers [s].
    """

    connect: Connect
    limiter: ConnectLimiter
    budget: Budget
    instruments: Instruments
    ledger_directory: Path
    truth: TruthWriter
    wear_directory: Path
    drain_s: float


def connect_over_mqtt(endpoint: Endpoint) -> Connect:
    """Connections to that broker, each under the machine's own certificate."""

    def connect(identity: Identity, directory: Path, post: Post) -> Connection:
        where = topic(identity.plant, identity.line, identity.device_id)
        return MqttConnection(endpoint, identity.device_id, where, directory, post)

    return connect


class Shard:
    """Plays a shard until it is stopped or the lease is lost.

    Args:
        roster: who is in it, and what the plant is.
        lease: the right to play it.
        house: what all shards of the process share.
    """

    def __init__(self, roster: Roster, lease: Lease, house: House) -> None:
        self.roster = roster
        self.lease = lease
        self.links: list[Link] = []
        self.last_step_s = self.last_turn_s = time.monotonic()
        configuration = roster.configuration
        self.interval_s = real_interval_s(configuration.interval_s, configuration.speed)
        self._house = house
        self._loop = Loop()
        self._log = structlog.get_logger("simulator").bind(shard=roster.shard, run=lease.run)
        self._stopping = False
        self._paused = self._caught_up = False
        self._late_steps, self._told_late_s = 0, float("-inf")
        self._clock = PlantClock(configuration.started_at or datetime.now(UTC), configuration.speed)
        self._moment = self._clock.epoch
        self._thread = threading.Thread(target=self._run, name=roster.shard, daemon=True)

    # --- from other threads ------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to play."""
        self._thread.start()

    def stop(self) -> None:
        """Let the shard come to an orderly end; `join` waits for it."""
        self._stopping = True
        self._loop.interrupt()

    def join(self, timeout_s: float) -> None:
        """Wait for the end."""
        self._thread.join(timeout_s)

    def look_at_lease(self) -> None:
        """Something happened to the lease: see to it now."""
        self._loop.interrupt()

    @property
    def alive(self) -> bool:
        """Whether it is being played."""
        return self._thread.is_alive()

    @property
    def paused(self) -> bool:
        """Whether it waits until its lease is renewed."""
        return self._paused

    @property
    def frozen(self) -> bool:
        """Whether it came to no step for longer than five intervals (10 s at least); a pause is none of its making.

        Neither is it frozen while it goes through the plant's past, which takes its time when the plant is old: ended
        for that, it would begin anew for ever.
        """
        return self._caught_up and time.monotonic() - self.last_turn_s > max(FROZEN_AFTER_S, 5 * self.interval_s)

    def faults(self) -> list[ActiveFault]:
        """Faults that are, were or will be."""
        return self._loop.ask(lambda: self._plant.active_faults(), ASK_TIMEOUT_S)

    def inject(self, request: FaultRequest) -> list[ActiveFault]:
        """Put a fault on machines.

        Raises:
            FaultError: it cannot be put on them.
        """
        return self._loop.ask(
            lambda: self._changed(self._plant.inject(request, self._now(), "injected")), ASK_TIMEOUT_S
        )

    def clear(self, fault_id: str) -> ActiveFault:
        """End a fault.

        Raises:
            FaultError: there is none of that id.
        """
        return self._loop.ask(lambda: self._changed([self._plant.clear(fault_id, self._now())])[0], ASK_TIMEOUT_S)

    # --- on the shard's own thread -----------------------------------------------------------------------------------

    @property
    def _wanted(self) -> bool:
        """Whether it is to be played on."""
        return not self._stopping and not self.lease.lost

    def _run(self) -> None:
        try:
            self._open_books()
            try:
                self._set_up()
                try:
                    if self._wanted:
                        self._play()
                finally:
                    self._tear_down()
            finally:
                self._desk.close(datetime.now(UTC))
        except Exception:  # noqa: BLE001 - a thread has nobody to raise to; the application takes the shard up anew
            self._log.exception("the shard broke down")
        finally:
            # Last of all: the next player's connections would push ours out.
            self.lease.release()

    def _open_books(self) -> None:
        house, plant = self._house, self.roster.configuration.plant
        ledger = LedgerWriter(house.ledger_directory, plant, self.roster.shard, self.lease.run)
        self._desk = ShardDesk(self._loop, self.lease, ledger, Store(house.budget), house.limiter, house.instruments)

    def _set_up(self) -> None:
        configuration, house = self.roster.configuration, self._house
        machines = [identity for identity in self.roster.identities if identity.model != REPLAY_MODEL]
        self._machines: Sequence[Identity] = machines
        self._plant = make_population(
            machines,
            self.roster.scenario,
            seed=configuration.seed,
            start=self._clock.epoch,
            interval_s=configuration.interval_s,
        )
        # Whoever takes a shard over goes on with the plant's day where it is, not at its beginning.
        now = self._now()
        if (days := (now - self._clock.epoch) / timedelta(days=1)) > 1:
            self._log.info("going through the plant's past, which takes a while", days=round(days, 1))
        self._plant.catch_up(now, go_on=lambda: self._wanted)
        self.last_turn_s, self._caught_up = time.monotonic(), True
        self._wear_log = WearLog(house.wear_directory, machines, self.roster.shard, self.lease.run)
        self._seq = np.zeros(len(machines), dtype=np.int64)
        for identity in machines:
            self._add_link(identity, droppable=True)
        self._ways = Ways(list(self._desk.links), self.roster.directory, configuration.speed)
        self._replays = [self._add_replay(replay) for replay in self.roster.replays]
        self.links = self._desk.links
        house.instruments.run.labels(self.roster.shard).set(self.lease.run)
        self._left_out = house.instruments.left_out.labels(self.roster.shard)
        self._log.info(
            "playing", machines=len(machines), replays=len(self._replays), scenario=self.roster.scenario.name
        )
        step_s = self.interval_s * configuration.speed
        if step_s > 1.001 * configuration.interval_s:
            self._log.warning(
                "so fast a plant takes longer steps than asked for",
                speed=configuration.speed,
                interval_s=configuration.interval_s,
                step_s=round(step_s, 3),
            )

    def _add_link(self, identity: Identity, *, droppable: bool) -> Link:
        connection = self._house.connect(identity, self.roster.directory, self._loop.post)
        link = Link(len(self._desk.links), identity, connection, self._desk, droppable=droppable)
        self._desk.links.append(link)
        return link

    def _add_replay(self, replay: Replay) -> ReplayPlayer:
        # Topic and certificate are those of the identity; what the scenario says of its line must not matter.
        identity = next(one for one in self.roster.identities if one.device_id == replay.identity.device_id)
        link = self._add_link(identity, droppable=False)
        return ReplayPlayer(replay, link, self._desk, self._loop, self.lease.run)

    def _play(self) -> None:
        for link in self.links:
            link.open()
        for replay in self._replays:
            replay.start()
        self._keep_books()
        self._pacer = Pacer(self.interval_s, self._loop.clock())
        while self._wanted:
            if self._loop.run_until(self._pacer.due_s):
                self._step()
                self._pacer.end(self._loop.clock())
        if self.lease.lost and not self._stopping:
            self._log.error("the lease was lost; another process plays this shard now")
        else:
            self._drain()

    def _step(self) -> None:
        left_out = self._pacer.begin(self._loop.clock())
        if left_out:
            self._left_out.inc(left_out)
            self._late_steps += left_out
        self._pause_or_go_on()
        self.last_turn_s = time.monotonic()
        if self._paused:
            self._left_out.inc()
            return
        with self._house.instruments.step_seconds.labels(self.roster.shard).time():
            now = self._now()
            readings = self._plant.step(now)
            self._seq += 1
            self._ways.are(readings.network)
            self._say(readings)
        self._write_truth()
        self._wear_log.note(now, self._plant.wear_table)
        self.last_step_s = time.monotonic()
        self._house.instruments.last_step.labels(self.roster.shard).set(time.time())

    def _say(self, readings: AnyReadings) -> None:
        """Let the machines say what their sensors told."""
        payloads = encode_any(readings, self._machines, self.lease.run, self._seq)
        delivery = readings.delivery
        delays_s: Iterable[float] = itertools.repeat(0.0)
        copies: Iterable[int] = itertools.repeat(1)
        if delivery is not None:
            readings = replace(readings, state=told_states(readings))  # the gauges show what was told
            delays_s = (delivery.delay_s / self._clock.speed).tolist()
            copies = delivery.copies.tolist()
        machines = zip(self.links, payloads, self._seq.tolist(), delays_s, copies, strict=False)  # replays follow
        for link, payload, seq, delay_s, times in machines:
            message = Message(link.row, seq, payload, Told(readings, link.row))
            self._desk.take_in(link, message, delay_s)
            for _ in range(times - 1):
                self._desk.take_in(link, message.repeat(), delay_s)

    def _pause_or_go_on(self) -> None:
        """Pause while our own time is over and the table gives no answer: somebody else may be playing."""
        paused = not self.lease.held()
        if paused and not self._paused:
            self._log.error("paused: the lease could not be renewed in time; nothing is published until it is")
        elif self._paused and not paused:
            self._log.info("playing again: the lease is renewed")
        self._paused = paused

    def _keep_books(self) -> None:
        self._loop.at(self._loop.clock() + BOOKKEEPING_S, self._keep_books)
        self._desk.write_down(datetime.now(UTC))
        self._tell_late_steps()
        for link in self.links:
            link.pump()  # what waited because the lease was not held

    def _tell_late_steps(self) -> None:
        """Say together what was left out: a shard that cannot keep up leaves out steps all the time."""
        now_s = self._loop.clock()
        if self._late_steps and now_s - self._told_late_s >= LATE_STEPS_EVERY_S:
            self._log.warning("steps left out: those before took too long", steps=self._late_steps)
            self._late_steps, self._told_late_s = 0, now_s

    def _drain(self) -> None:
        """Wait for the answers that may still come; hopeless if nobody is connected.

        The faults end first: what they kept back is sent, and machines that they had cut off come back for it.
        """
        for replay in self._replays:
            replay.stop()
        self._plant.clear_all(self._now())
        self._ways.are(None)
        for link in self.links:
            link.hurry()
        deadline_s = self._loop.clock() + self._house.drain_s
        while self._desk.unsettled and any(link.hopeful for link in self.links):
            if self._loop.clock() >= deadline_s:
                self._log.warning("stopped with messages that the broker has not taken", messages=self._desk.unsettled)
                return
            self._loop.run_until(min(self._loop.clock() + 0.02, deadline_s))

    def _tear_down(self) -> None:
        # Each is done whether or not the one before could be: on a full disk neither truth nor ledger can be written.
        try:
            self._plant.clear_all(self._now())
            self._write_truth()
        finally:
            self._say_goodbye()
        self._log.info("played to the end")

    def _say_goodbye(self) -> None:
        for link in self.links:
            link.close()
        deadline_s = self._loop.clock() + GOODBYE_S
        while any(link.stage is not Stage.CLOSED for link in self.links) and self._loop.clock() < deadline_s:
            self._loop.run_until(min(self._loop.clock() + 0.02, deadline_s))

    def _now(self) -> datetime:
        """The plant's time, later than ever before: a clock set back gives no two readings of one moment."""
        self._moment = max(self._clock.now(), self._moment + timedelta(milliseconds=1))
        return self._moment

    def _changed(self, faults: list[ActiveFault]) -> list[ActiveFault]:
        self._write_truth()
        return faults

    def _write_truth(self) -> None:
        if drafts := self._plant.take_truth():
            what = self.roster.configuration
            self._house.truth.write(
                truth_record(
                    draft, plant=what.plant, scenario=self.roster.scenario.name, seed=what.seed, run=self.lease.run
                )
                for draft in drafts
            )
