"""Two processes' worth of applications on one table of leases (moto): who plays how much."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from contracts.identity import PlantConfiguration
from factory.bench.site import lay_down
from factory.provision.certificates import PlantCa
from simulator.application import Application
from simulator.backoff import ConnectLimiter
from simulator.connection import Listener, Post
from simulator.instruments import Instruments
from simulator.lease import LeaseTable
from simulator.members import Members
from simulator.outbox import Message
from simulator.playing import Playing
from simulator.settings import SimulatorSettings
from simulator.shard import House
from simulator.store import Budget
from simulator.truth import TruthWriter


class _Obliging:
    """A connection that is there at once and acknowledges everything."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def listen(self, listener: Listener) -> None:
        self._listener = listener

    def present(self, certificate: object) -> None:
        """Nobody looks at it."""

    def start(self) -> None:
        self._post(self._listener.on_connected)

    def stop(self) -> None:
        self._post(self._listener.on_stopped)

    def publish(self, message: Message, epoch: int) -> None:
        self._post(self._listener.on_answer, (message, epoch, 0, 0.001))


@dataclass
class _Process:
    """An application in a thread."""

    application: Application
    playing: Playing
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self.application.run, args=(self.stopping,))
        self._thread.start()

    @property
    def held(self) -> int:
        """Shards that it plays."""
        return len(self.playing.shards())

    def stop(self) -> None:
        """End in order."""
        self.stopping.set()
        self._thread.join(30)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """DynamoDB with the table."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(
            TableName="leases",
            KeySchema=[{"AttributeName": "shard", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "shard", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield client


@pytest.fixture
def process(client: Any, tmp_path: Path) -> Iterator[Callable[..., _Process]]:
    """Starts applications on four shards of one machine each; ends them afterwards."""
    started: list[_Process] = []
    configuration = PlantConfiguration(plant="bench", interval_s=0.2)
    lay_down(tmp_path / "identities", PlantCa.make("bench", datetime.now(UTC)), 4, 1, configuration)

    def start(owner: str, **settings: Any) -> _Process:
        told = SimulatorSettings(
            identities_dir=tmp_path / "identities", leases_table="leases", lease_seconds=1.5, **settings
        )
        house = House(
            connect=lambda _identity, _directory, post: _Obliging(post),
            limiter=ConnectLimiter(1000),
            budget=Budget(1000),
            instruments=Instruments(),
            ledger_directory=tmp_path / owner / "ledger",
            truth=TruthWriter(tmp_path / owner / "truth.jsonl"),
            wear_directory=tmp_path / owner / "wear",
            drain_s=1.0,
        )
        playing = Playing()
        table = LeaseTable(client, "leases", owner, told.lease_seconds)
        started.append(_Process(Application(told, table, house, playing), playing))
        return started[-1]

    yield start
    for one in started:
        one.stop()


def _eventually(what: Callable[[], object], within_s: float = 40) -> None:
    deadline_s = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def test_a_newcomer_gets_its_part_and_the_part_of_one_that_stops_is_taken(process: Callable[..., _Process]) -> None:
    """Four shards: all, then two and two, and all again when the newcomer has gone; nothing moves in between."""
    first = process("first")
    _eventually(lambda: first.held == 4)
    second = process("second")
    _eventually(lambda: (first.held, second.held) == (2, 2))
    time.sleep(2)
    assert (first.held, second.held) == (2, 2)
    second.stop()

    _eventually(lambda: first.held == 4)


def test_limits_are_kept_and_made_up_for_by_others(process: Callable[..., _Process]) -> None:
    """Who may play one shard plays one; the other plays three, though that is more than half."""
    small = process("small", max_shards=1)
    _eventually(lambda: small.held == 1)
    large = process("large")

    _eventually(lambda: (small.held, large.held) == (1, 3))


def test_shards_that_nobody_takes_are_played_beyond_the_share(
    process: Callable[..., _Process], client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A member that lives but plays nothing cannot keep its part of the plant silent."""
    monkeypatch.setattr("simulator.application.UNCLAIMED_AFTER_S", 1.0)
    idle = Members(LeaseTable(client, "leases", "idle", 3600.0), most=16)
    idle.beat(0)
    busy = process("busy")

    _eventually(lambda: busy.held == 4)
