"""Publishing through the simulator's whole path, beside a bare loop over the same client library.

Both sides send over the same connections, QoS 1 under mutual TLS, taking turns in one process. Ours steps a plant,
encodes its readings, books each message, keeps what cannot be sent, and writes the ledger; the bare loop publishes one
payload again and again and counts the answers. Each side has as many messages under way as the other.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import psutil
from awscrt import mqtt5

from contracts.identity import Identity
from contracts.topics import topic
from factory.bench.site import PLANT, Site
from factory.errors import LocalFactoryError
from simulator.backoff import ConnectLimiter
from simulator.connection import Endpoint, MqttConnection
from simulator.desk import ShardDesk
from simulator.encode import encode
from simulator.garbage import collect_rarely, set_aside
from simulator.gauges import Told
from simulator.instruments import Instruments
from simulator.lease import Lease
from simulator.ledger import LedgerWriter
from simulator.link import Link
from simulator.loop import Loop
from simulator.outbox import Message
from simulator.plant import Plant
from simulator.roster import read_roster, shard_directories
from simulator.store import Budget, Store

_CONNECT_WITHIN_S = 120.0
_SETTLE_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Side:
    """What one side came to in a round.

    Attributes:
        rate: messages acknowledged a second.
        cpu_us: CPU of this process for each [µs].
        broker_cpu_us: the broker's [µs].
    """

    rate: float
    cpu_us: float
    broker_cpu_us: float


@dataclass(frozen=True, slots=True)
class PublishResult:
    """Medians over the rounds, and the median of their ratios."""

    broker: str
    connections: int
    rounds: int
    ours: Side
    bare: Side
    ratio: float
    load: float


class _Ours(Lease):
    """A lease that nobody contests."""

    def __init__(self, shard: str) -> None:
        self.shard, self.run, self.lost = shard, 1, False

    def held(self) -> bool:
        """Always."""
        return True


class Publishers:
    """Machines on their connections, by which both sides send.

    Args:
        site: broker and identities, all in one shard.
        connects_per_second: how fast they may connect.
    """

    def __init__(self, site: Site, connects_per_second: float) -> None:
        collect_rarely()
        self._site = site
        self._process = psutil.Process()
        (directory,) = shard_directories(site.identities)
        roster = read_roster(directory)
        self.identities: Sequence[Identity] = roster.identities
        self._loop = Loop()
        ledger = LedgerWriter(site.directory / "publish-ledger", PLANT, roster.shard, 1)
        self._desk = ShardDesk(
            self._loop,
            _Ours(roster.shard),
            ledger,
            Store(Budget(1_000_000)),
            ConnectLimiter(connects_per_second),
            Instruments(),
        )
        endpoint = Endpoint("localhost", site.port)
        self._topics = [topic(one.plant, one.line, one.device_id) for one in self.identities]
        self._connections = [
            MqttConnection(endpoint, one.device_id, where, directory, self._loop.post)
            for one, where in zip(self.identities, self._topics, strict=True)
        ]
        self._links = [
            Link(row, one, connection, self._desk)
            for row, (one, connection) in enumerate(zip(self.identities, self._connections, strict=True))
        ]
        self._desk.links.extend(self._links)
        self._moment = datetime.now(UTC)
        self._plant = Plant(self.identities, roster.scenario, seed=1, start=self._moment, interval_s=1.0)
        self._seq = np.zeros(len(self.identities), dtype=np.int64)

    @property
    def _enough(self) -> int:
        """Messages under way at which a side waits for answers: so many that neither ever runs out of work."""
        return max(4000, 4 * len(self.identities))

    def connect(self, on_progress: Callable[[float], None]) -> None:
        """Connect all.

        Raises:
            LocalFactoryError: some could not be connected.
        """
        for link in self._links:
            link.open()
        deadline_s = time.monotonic() + _CONNECT_WITHIN_S
        while (connected := sum(link.connected for link in self._links)) < len(self._links):
            if time.monotonic() > deadline_s:
                raise LocalFactoryError(f"{connected} of {len(self._links)} machines could be connected.")
            self._loop.run_until(self._loop.clock() + 0.2)
            on_progress(connected / len(self._links))
        set_aside()
        self._keep_books()

    def close(self) -> None:
        """Disconnect all, in order."""
        for link in self._links:
            link.close()
        self._loop.run_until(self._loop.clock() + 1.0)
        self._desk.close(datetime.now(UTC))

    def ours(self, seconds: float) -> Side:
        """Send by the simulator's path for so long [s]."""
        return self._measured(lambda: self._send_ours(seconds))

    def bare(self, seconds: float) -> Side:
        """Send by a bare loop for so long [s]."""
        payload = encode(self._plant.step(self._moment), self.identities, 1, self._seq)[0]
        return self._measured(lambda: self._send_bare(seconds, payload))

    def _measured(self, send: Callable[[], int]) -> Side:
        cpu_s, broker_s, begun_s = self._cpu_s(), self._broker_cpu_s(), time.monotonic()
        count = send()
        seconds = time.monotonic() - begun_s
        return Side(
            rate=count / seconds,
            cpu_us=1e6 * (self._cpu_s() - cpu_s) / count,
            broker_cpu_us=1e6 * (self._broker_cpu_s() - broker_s) / count,
        )

    def _send_ours(self, seconds: float) -> int:
        count, until_s = 0, time.monotonic() + seconds
        while time.monotonic() < until_s:
            if self._desk.unsettled < self._enough:
                count += self._step()
            self._loop.run_until(self._loop.clock() + 0.002)
        while self._desk.unsettled:
            if time.monotonic() > until_s + _SETTLE_WITHIN_S:
                raise LocalFactoryError(f"{self._desk.unsettled} messages were not acknowledged in time.")
            self._loop.run_until(self._loop.clock() + 0.002)
        return count

    def _step(self) -> int:
        self._moment += timedelta(seconds=1)
        readings = self._plant.step(self._moment)
        self._seq += 1
        payloads = encode(readings, self.identities, 1, self._seq)
        for link, payload, seq in zip(self._links, payloads, self._seq.tolist(), strict=True):
            self._desk.take_in(link, Message(link.row, seq, payload, Told(readings, link.row)))
        return len(payloads)

    def _keep_books(self) -> None:
        self._loop.at(self._loop.clock() + 1.0, self._keep_books)
        self._desk.write_down(datetime.now(UTC))

    def _send_bare(self, seconds: float, payload: bytes) -> int:
        clients = [connection.client for connection in self._connections]
        sent, answered, until_s = 0, _Counter(), time.monotonic() + seconds
        while time.monotonic() < until_s:
            if sent - answered.count < self._enough:
                for client, where in zip(clients, self._topics, strict=True):
                    packet = mqtt5.PublishPacket(topic=where, payload=payload, qos=mqtt5.QoS.AT_LEAST_ONCE)
                    client.publish(packet).add_done_callback(answered)
                sent += len(clients)
            else:
                time.sleep(0.002)
        while answered.count < sent:
            if time.monotonic() > until_s + _SETTLE_WITHIN_S:
                raise LocalFactoryError(f"{sent - answered.count} messages were not acknowledged in time.")
            time.sleep(0.002)
        return sent

    def _cpu_s(self) -> float:
        return float(sum(self._process.cpu_times()[:2]))

    def _broker_cpu_s(self) -> float:
        return float(sum(self._site.broker_process.cpu_times()[:2]))


class _Counter:
    """Counts answers, and lets none pass that is none."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, future: Future[Any]) -> None:
        future.result()
        self.count += 1


def compare(
    publishers: Publishers, broker: str, *, seconds: float, rounds: int, on_round: Callable[[float], None]
) -> PublishResult:
    """Let the two sides take turns.

    Args:
        publishers: connected machines.
        broker: its name.
        seconds: for each side in each round [s].
        rounds: how many.
        on_round: is told the share that is done.
    """
    ours: list[Side] = []
    bare: list[Side] = []
    publishers.bare(min(1.0, seconds))  # warm
    for number in range(rounds):
        # First the one, then the other, so that a trend of the machine favours neither.
        sides = (ours, bare) if number % 2 == 0 else (bare, ours)
        for side in sides:
            side.append(publishers.ours(seconds) if side is ours else publishers.bare(seconds))
        on_round((number + 1) / rounds)
    return PublishResult(
        broker=broker,
        connections=len(publishers.identities),
        rounds=rounds,
        ours=_median(ours),
        bare=_median(bare),
        ratio=statistics.median(one.rate / other.rate for one, other in zip(ours, bare, strict=True)),
        load=os.getloadavg()[0],
    )


def _median(sides: Sequence[Side]) -> Side:
    return Side(
        statistics.median(side.rate for side in sides),
        statistics.median(side.cpu_us for side in sides),
        statistics.median(side.broker_cpu_us for side in sides),
    )
