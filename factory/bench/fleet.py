"""A whole simulator under load: thousands of machines, each on its own connection, against a real broker.

The simulator runs as it would for a plant, `python -m simulator`, and is watched from outside: by its `/metrics` as
Prometheus reads them, by its ledger, and by what the kernel says of its processes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from contracts import metrics
from contracts.ledger import Ranges, read_ledger
from factory.bench.site import Site, answers, free_port
from factory.errors import LocalFactoryError

_SCRAPE_EVERY_S = 5.0
_START_WITHIN_S = 60.0
_STOP_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class FleetResult:
    """What came out.

    Attributes:
        machines: how many spoke.
        seconds: how long it was watched, all being connected [s].
        connect_s: from the start of the program until all were connected and had said what they kept [s].
        published: messages given a number, from the first to the last, by the ledger.
        acknowledged: of these, those that the broker took.
        overflowed: of these, those dropped because too many were kept, nearly all while machines still connected.
        lost: messages dropped while it was watched, and those without an answer when it had stopped.
        steps_left_out: ticks missed while it was watched.
        puback_p99_s: ninety-nine of a hundred PUBACKs came within this bound of the histogram [s].
        puback_median_s: the same of every second one [s].
        memory_bytes: memory of all processes of the simulator together, the highest seen; shared pages count once where
            the system tells them apart.
        cpu: CPU of the simulator, in cores.
        cpu_us: the same for each message acknowledged [µs].
        broker: name of the broker.
        broker_cpu: its CPU, in cores.
        metrics_s: the longest read of /metrics [s].
        ledger_bytes_an_hour: at this rate.
        load: the machine's load average over the last minute, at the end; more than its cores is crowded.
    """

    machines: int
    workers: int
    seconds: float
    connect_s: float
    published: int
    acknowledged: int
    overflowed: int
    lost: int
    steps_left_out: int
    puback_p99_s: float
    puback_median_s: float
    memory_bytes: int
    cpu: float
    cpu_us: float
    broker: str
    broker_cpu: float
    metrics_s: float
    ledger_bytes_an_hour: int
    load: float


@dataclass(frozen=True, slots=True)
class _Look:
    """The simulator and the broker at a moment."""

    at_s: float
    cpu_s: float
    broker_cpu_s: float
    acknowledged: float
    overflowed: float
    left_out: float
    pubacks: dict[float, float]


class Fleet:
    """The simulator as a process.

    Args:
        site: broker, identities and leases.
        machines: how many there are.
        workers: processes that play them.
        connects_per_second: how fast they may connect.
    """

    def __init__(self, site: Site, machines: int, workers: int, connects_per_second: float) -> None:
        self._site, self._machines, self._workers = site, machines, workers
        self._url = f"http://127.0.0.1:{(port := free_port())}"
        self._log = site.directory / "simulator.log"
        settings = {
            "IDENTITIES_DIR": site.identities,
            "LEASES_TABLE": site.leases_table,
            "DATA_DIR": site.directory / "data",
            "MQTT_PORT": site.port,
            "HTTP_PORT": port,
            "WORKERS": workers,
            "CONNECTS_PER_SECOND": connects_per_second,
            "MAX_SHARDS": 1000,
            "DRAIN_SECONDS": 30,
        }
        told = {f"SIMULATOR_{name}": str(value) for name, value in settings.items()}
        self._start_s = time.monotonic()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "simulator"], env={**os.environ, **site.aws, **told}, stdout=log, stderr=log
            )
        self._metrics_s = 0.0
        self._memory_bytes = 0

    def run(self, seconds: float, on_second: Callable[[str, float], None]) -> FleetResult:
        """Wait until all are connected, watch them for so long, and stop the simulator in order.

        Args:
            seconds: how long to watch [s].
            on_second: is told what is going on and how far it is, from 0 to 1.

        Raises:
            LocalFactoryError: they do not connect, or the simulator ends by itself.
        """
        self._await_connections(on_second)
        connect_s = time.monotonic() - self._start_s
        before = self._look()
        until_s = before.at_s + seconds
        while (left_s := until_s - time.monotonic()) > 0:
            on_second("watching", 1 - left_s / seconds)
            time.sleep(min(_SCRAPE_EVERY_S, left_s))
            self._check()
            after = self._look()
        self.stop()
        return self._result(before, after, connect_s)

    def stop(self) -> None:
        """End the simulator in order, or at last without."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                for process in self._processes():
                    process.kill()
                self._process.wait()

    def _await_connections(self, on_second: Callable[[str, float], None]) -> None:
        deadline_s = time.monotonic() + _START_WITHIN_S
        while not answers(f"{self._url}/healthz"):
            self._check()
            if time.monotonic() > deadline_s:
                raise LocalFactoryError(f"The simulator does not answer; see {self._log}.")
            time.sleep(0.1)
        best, since_s = -1.0, time.monotonic()
        while not self._settled(samples := self._scrape()):
            self._check()
            connected = samples[metrics.SIMULATOR_CONNECTED.name]
            on_second("connecting", connected / self._machines)
            if connected > best:
                best, since_s = connected, time.monotonic()
            if time.monotonic() - since_s > _START_WITHIN_S:
                raise LocalFactoryError(f"{connected:.0f} of {self._machines} machines are connected; see {self._log}.")
            time.sleep(1)

    def _settled(self, samples: dict[str, float]) -> bool:
        """Whether all are connected, and what they had to say before has been said."""
        stored = samples[metrics.SIMULATOR_STORED.name]
        return samples[metrics.SIMULATOR_CONNECTED.name] == self._machines and stored <= 2 * self._machines

    def _check(self) -> None:
        if self._process.poll() is not None:
            last = self._log.read_text(errors="replace").strip().rpartition("\n")[2]
            raise LocalFactoryError(f"The simulator ended by itself: {last}")

    def _look(self) -> _Look:
        samples = self._scrape()
        processes = self._processes()
        self._memory_bytes = max(self._memory_bytes, sum(_memory_bytes(one) for one in processes))
        left_out = metrics.SIMULATOR_STEPS_LEFT_OUT.name
        bucket = f"{metrics.SIMULATOR_PUBACK_SECONDS.name}_bucket"
        return _Look(
            at_s=time.monotonic(),
            cpu_s=sum(sum(one.cpu_times()[:2]) for one in processes),
            broker_cpu_s=sum(self._site.broker_process.cpu_times()[:2]),
            acknowledged=samples[metrics.SIMULATOR_ACKNOWLEDGED.name],
            overflowed=samples[metrics.SIMULATOR_OVERFLOWED.name],
            left_out=sum(value for name, value in samples.items() if name.startswith(left_out)),
            pubacks={float(name.split('"')[1]): value for name, value in samples.items() if name.startswith(bucket)},
        )

    def _scrape(self) -> dict[str, float]:
        """The simulator's own samples, by name and labels as the text has them."""
        begun_s = time.monotonic()
        with urllib.request.urlopen(f"{self._url}/metrics", timeout=30) as page:  # noqa: S310 - http, of our own child
            text = page.read().decode()
        self._metrics_s = max(self._metrics_s, time.monotonic() - begun_s)
        own = [line for line in text.splitlines() if line.startswith("simulator_")]
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in own)}

    def _processes(self) -> list[psutil.Process]:
        parent = psutil.Process(self._process.pid)
        return [parent, *parent.children(recursive=True)]

    def _result(self, before: _Look, after: _Look, connect_s: float) -> FleetResult:
        seconds = after.at_s - before.at_s
        acknowledged = after.acknowledged - before.acknowledged
        published, taken, dropped, size = _ledgers(self._site.directory / "data" / "ledger")
        pubacks = {bound: count - before.pubacks[bound] for bound, count in after.pubacks.items()}
        return FleetResult(
            machines=self._machines,
            workers=self._workers,
            seconds=seconds,
            connect_s=connect_s,
            published=published,
            acknowledged=taken,
            overflowed=dropped,
            lost=published - taken - dropped + round(after.overflowed - before.overflowed),
            steps_left_out=int(after.left_out - before.left_out),
            puback_p99_s=_within(pubacks, 0.99),
            puback_median_s=_within(pubacks, 0.5),
            memory_bytes=self._memory_bytes,
            cpu=(after.cpu_s - before.cpu_s) / seconds,
            cpu_us=1e6 * (after.cpu_s - before.cpu_s) / max(1.0, acknowledged),
            broker=self._site.broker,
            broker_cpu=(after.broker_cpu_s - before.broker_cpu_s) / seconds,
            metrics_s=self._metrics_s,
            ledger_bytes_an_hour=round(size / max(1, taken) * acknowledged / seconds * 3600),
            load=os.getloadavg()[0],
        )


def _within(pubacks: dict[float, float], share: float) -> float:
    """The lowest bound of a cumulative histogram below which that share lies."""
    total = max(pubacks.values(), default=0.0)
    return next((bound for bound, count in sorted(pubacks.items()) if count >= share * total), float("inf"))


def _ledgers(directory: Path) -> tuple[int, int, int, int]:
    """Messages published, acknowledged and dropped by all ledgers, and their size [bytes]."""
    published = acknowledged = overflowed = size = 0
    for path in directory.glob("*/*.jsonl"):
        size += path.stat().st_size
        for entry in read_ledger(path):
            published += _count(entry.published)
            acknowledged += _count(entry.acknowledged)
            overflowed += _count(entry.overflowed)
    return published, acknowledged, overflowed, size


def _count(ranges_of: Ranges) -> int:
    return sum(last - first + 1 for ranges in ranges_of.values() for first, last in ranges)


def _memory_bytes(process: psutil.Process) -> int:
    """Resident memory, of shared pages the process's share (Linux); elsewhere they count in each."""
    told = process.memory_full_info()
    return int(getattr(told, "pss", told.rss))
