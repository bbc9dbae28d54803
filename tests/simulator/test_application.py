"""Two processes' worth of applications on one table of leases (moto): who plays how much."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from stand_ins import Obliging

from contracts.identity import PlantConfiguration
from factory.bench.site import lay_down
from factory.provision.certificates import PlantCa
from simulator.application import Application
from simulator.backoff import ConnectLimiter
from simulator.errors import SimulatorError
from simulator.instruments import Instruments
from simulator.lease import LeaseTable
from simulator.members import Members
from simulator.playing import Playing
from simulator.settings import SimulatorSettings
from simulator.shard import House
from simulator.store import Budget
from simulator.truth import TruthWriter


@dataclass
class _Process:
    """An application in a thread."""

    application: Application
    playing: Playing
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.failure: SimulatorError | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.application.run(self.stopping)
        except SimulatorError as error:
            self.failure = error

    @property
    def held(self) -> int:
        """Shards that it plays."""
        return len(self.playing.shards())

    def stop(self) -> None:
        """End in order."""
        self.stopping.set()
        self._thread.join(30)


@pytest.fixture
def process(leases_client: Any, tmp_path: Path) -> Iterator[Callable[..., _Process]]:
    """Starts applications on four shards of one machine each; ends them afterwards."""
    started: list[_Process] = []
    configuration = PlantConfiguration(plant="bench", interval_s=0.2)
    lay_down(tmp_path / "identities", PlantCa.make("bench", datetime.now(UTC)), 4, 1, configuration)

    def start(owner: str, **settings: Any) -> _Process:
        told = SimulatorSettings(
            identities_dir=tmp_path / "identities", leases_table="leases", lease_seconds=1.5, **settings
        )
        house = House(
            connect=lambda _identity, _directory, post: Obliging(post),
            limiter=ConnectLimiter(1000),
            budget=Budget(1000),
            instruments=Instruments(),
            ledger_directory=tmp_path / owner / "ledger",
            truth=TruthWriter(tmp_path / owner / "truth.jsonl"),
            wear_directory=tmp_path / owner / "wear",
            drain_s=1.0,
        )
        playing = Playing()
        table = LeaseTable(leases_client, "leases", owner, told.lease_seconds)
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


def test_shards_beyond_all_limits_are_told(process: Callable[..., _Process]) -> None:
    """Who may play one of four is alone: three are silent, which no gauge of played machines would show."""
    with structlog.testing.capture_logs() as told:
        small = process("small", max_shards=1)
        _eventually(lambda: small.held == 1)
        time.sleep(1.0)

    assert [line["shards"] for line in told if "played by nobody" in line["event"]] == [3]


def test_shards_that_nobody_takes_are_played_beyond_the_share(
    process: Callable[..., _Process], leases_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A member that lives but plays nothing cannot keep its part silent, nor have shards given up to it in vain."""
    monkeypatch.setattr("simulator.application.UNCLAIMED_AFTER_S", 1.0)
    idle = Members(LeaseTable(leases_client, "leases", "idle", 3600.0), most=16)
    idle.beat(0)
    busy = process("busy")

    _eventually(lambda: busy.held == 4)
    time.sleep(3)  # six heartbeats

    assert busy.held == 4
    assert {shard.lease.run for shard in busy.playing.shards()} == {1}


def test_a_shard_that_does_not_end_is_no_stop_in_order(
    process: Callable[..., _Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its ledger has no last line and its lease runs on, so whoever reads the exit status must not think otherwise."""
    monkeypatch.setattr("simulator.application.PATIENCE_S", 3.0)  # the others end in it on a busy machine, too
    held = process("held", drain_seconds=0.0)
    _eventually(lambda: held.held == 4)
    shards = held.playing.shards()
    stop, shards[2].stop = shards[2].stop, lambda: None  # type: ignore[method-assign]
    held.stop()
    stop()

    assert isinstance(held.failure, SimulatorError)
    assert str(held.failure).startswith(f"{shards[2].roster.shard} did not come to an end")
