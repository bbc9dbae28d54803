"""A shard that is played, through pauses and failures; its connections and the lease table do as they are told."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from contracts.identity import Identity, PlantConfiguration
from contracts.ledger import LedgerEntry, Outcome, ledger_file, read_ledger
from contracts.sequences import SequenceRanges
from contracts.truth import TruthRecord
from simulator.backoff import ConnectLimiter
from simulator.connection import Listener, Post
from simulator.delivery import Delivery, Network
from simulator.errors import IdentitiesError, SimulatorError
from simulator.faults import FaultRequest
from simulator.instruments import Instruments
from simulator.lease import Lease
from simulator.outbox import Message
from simulator.plant import Plant, Readings
from simulator.playing import Playing
from simulator.replay import Replay
from simulator.replay_spec import ReplaySpec
from simulator.roster import Roster
from simulator.scenario import parse_scenario
from simulator.shard import House, Shard
from simulator.store import Budget


class _Silent:
    """A connection that is there at once, and never answers a message."""

    def __init__(self, post: Post) -> None:
        self.started = self.stopped = False
        self._post = post

    def listen(self, listener: Listener) -> None:
        self._listener = listener

    def start(self) -> None:
        self.started = True
        self._post(self._listener.on_connected)

    def stop(self) -> None:
        self.stopped = True
        self._post(self._listener.on_stopped)

    def publish(self, message: Message, epoch: int) -> None:
        """Take it."""


class _Slow(_Silent):
    """A connection whose broker takes 0.3 s for each message."""

    def publish(self, message: Message, epoch: int) -> None:
        threading.Timer(0.3, self._post, (self._listener.on_answer, (message, epoch, 0, 0.3))).start()


class _Prompt(_Silent):
    """A connection whose broker takes each message at once."""

    def publish(self, message: Message, epoch: int) -> None:
        self._post(self._listener.on_answer, (message, epoch, 0, 0.001))


class _Table:
    """A lease table in which every lease is somebody's."""

    clock = staticmethod(time.monotonic)
    lease_s = 60.0

    def __init__(self) -> None:
        self.freed = False

    def free(self, shard: str, run: int) -> None:
        self.freed = True


class _FullDisk:
    """Where nothing can be written."""

    def write(self, records: object) -> None:
        raise SimulatorError("The truth cannot be written.")


class _Nowhere:
    """Where truth is thrown away."""

    def write(self, records: list[TruthRecord]) -> None:
        """Forget them."""


class _Stage:
    """A shard at 20 Hz, and what it uses.

    Args:
        held_s: how long its lease is held [s].
        drain_s: how long a stop waits for answers [s].
    """

    def __init__(
        self,
        directory: Path,
        identities: list[Identity],
        replays: tuple[Replay, ...] = (),
        *,
        connection: type[_Silent] = _Silent,
        truth: object = None,
        held_s: float = 60.0,
        drain_s: float = 0.1,
        **plant: Any,
    ) -> None:
        self.table, self.budget = _Table(), Budget(1000)
        self.connections: list[_Silent] = []
        self.ledger = directory / "ledger"
        self._connection = connection
        what, scenario = PlantConfiguration(**({"interval_s": 0.05} | plant)), parse_scenario("name: calm")
        roster = Roster("shard-0000", directory, tuple(identities), what, scenario, replays)
        lease = Lease(self.table, "shard-0000", 3, time.monotonic() + held_s)
        limiter = ConnectLimiter(1000)
        house = House(
            connect=self._connect,
            limiter=limiter,
            budget=self.budget,
            instruments=Instruments(),
            ledger_directory=self.ledger,
            truth=truth or _Nowhere(),
            wear_directory=directory / "wear",
            drain_s=drain_s,
        )
        self.instruments = house.instruments
        self.shard = Shard(roster, lease, house)
        self.playing = Playing()
        self.playing.add(self.shard)

    def _connect(self, _identity: Identity, _directory: Path, post: Post) -> _Silent:
        self.connections.append(self._connection(post))
        return self.connections[-1]


@pytest.fixture
def stage(tmp_path: Path, make_identities: Callable[..., list[Identity]]) -> Callable[..., _Stage]:
    """Makes shards of three machines."""
    return functools.partial(_Stage, tmp_path, make_identities(3))


def _eventually(what: Callable[[], object]) -> None:
    deadline_s = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_a_shard_that_pauses_is_not_frozen(stage: Callable[..., _Stage], monkeypatch: pytest.MonkeyPatch) -> None:
    """While the lease table is away it waits with what it has stored; ended as hung, it would lose that."""
    monkeypatch.setattr("simulator.shard.FROZEN_AFTER_S", 0.5)
    paused = stage(held_s=0.0)
    paused.shard.start()
    _eventually(lambda: time.monotonic() - paused.shard.last_step_s > 1.0)

    health = paused.playing.health()
    paused.shard.stop()
    paused.shard.join(10)

    assert (health.status, health.shards[0].frozen) == ("paused", False)


class _Old(Plant):
    """A plant whose past takes long to go through."""

    gone_through = threading.Event()

    def catch_up(self, now: datetime, go_on: Callable[[], bool] = lambda: True) -> None:
        self.gone_through.wait(20)
        super().catch_up(now, go_on)


class _Endless(Plant):
    """A plant whose past never ends."""

    def catch_up(self, now: datetime, go_on: Callable[[], bool] = lambda: True) -> None:
        while go_on():
            time.sleep(0.01)


def test_a_shard_can_be_stopped_while_it_goes_through_its_past(
    stage: Callable[..., _Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease is free at once, and no machine was connected for that."""
    monkeypatch.setattr("simulator.population.Plant", _Endless)
    old = stage()
    old.shard.start()
    time.sleep(0.1)
    old.shard.stop()
    old.shard.join(10)

    assert not old.shard.alive
    assert old.table.freed
    assert not any(connection.started for connection in old.connections)


def test_a_shard_with_a_long_past_is_not_frozen(stage: Callable[..., _Stage], monkeypatch: pytest.MonkeyPatch) -> None:
    """A supervisor that ended it for that would end it again and again; afterwards it may freeze as any other."""
    monkeypatch.setattr("simulator.population.Plant", _Old)
    monkeypatch.setattr("simulator.shard.FROZEN_AFTER_S", 0.1)
    old = stage()
    old.shard.start()
    time.sleep(0.5)  # longer than five intervals
    early = old.playing.health().status
    _Old.gone_through.set()
    _eventually(lambda: old.budget.used > 0)
    monkeypatch.setattr(old.shard, "_step", lambda: time.sleep(1.5))
    _eventually(lambda: old.playing.health().status == "frozen")
    old.shard.stop()
    old.shard.join(10)

    assert early == "ok"


def test_a_truth_that_cannot_be_written_leaves_no_connection_open(stage: Callable[..., _Stage]) -> None:
    """A full disk ends the shard: its machines say goodbye, its messages are no longer counted, its lease is free."""
    broken = stage(truth=_FullDisk())
    broken.shard.start()
    _eventually(lambda: broken.budget.used > 0)

    broken.shard.inject(FaultRequest(kind="drift", target="M001", signal="temp", parameters={"rate_per_min": 2}))
    broken.shard.join(10)

    assert [connection.stopped for connection in broken.connections] == [True, True, True]
    assert (broken.budget.used, broken.table.freed) == (0, True)


def _total(entries: list[LedgerEntry], outcome: Outcome, device_id: str = "R001") -> SequenceRanges:
    return SequenceRanges(one for entry in entries for one in getattr(entry, outcome).get(device_id, []))


def test_a_stop_ends_a_replay_in_the_middle_of_its_file(tmp_path: Path) -> None:
    """No row is read once the stop has begun, so every row that was is answered before the machine leaves."""
    rows = "".join(f"2026-01-01 {hour:02}:{minute:02}:00,50\n" for hour in range(24) for minute in range(60))
    (tmp_path / "pump.csv").write_text("timestamp,value\n" + rows)
    signals = {"temp": {"column": "value"}}
    spec = ReplaySpec(device_id="R001", file=tmp_path / "pump.csv", signals=signals, speed="none")
    replay = Replay(spec, "plant1")
    stage = _Stage(tmp_path, [replay.identity], (replay,), connection=_Slow, drain_s=3.0)
    stage.shard.start()
    _eventually(lambda: stage.budget.used > 0)

    stage.shard.stop()
    stage.shard.join(20)

    entries = list(read_ledger(ledger_file(stage.ledger, "shard-0000", 3)))
    assert len(_total(entries, "published")) < 24 * 60
    assert _total(entries, "published") == _total(entries, "acknowledged")


class _Troubled(Plant):
    """A plant with a fault of each kind: M001 is cut off, M002 is an hour late, M003 says all twice."""

    def step(self, now: datetime) -> Readings:
        network, delivery = Network.neutral(3), Delivery.neutral(3)
        network.offline[0], delivery.delay_s[1], delivery.copies[2] = True, 3600.0, 2
        return replace(super().step(now), network=network, delivery=delivery)


def test_a_stop_ends_the_faults_first_and_loses_nothing(
    stage: Callable[..., _Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was cut off comes back, what was kept back is sent, and each number from 1 is acknowledged."""
    monkeypatch.setattr("simulator.population.Plant", _Troubled)
    troubled = stage(connection=_Prompt, drain_s=10.0)
    troubled.shard.start()
    _eventually(lambda: troubled.budget.used > 20)
    waiting = {link.identity.device_id: len(link.outbox) for link in troubled.shard.links}
    troubled.shard.stop()
    troubled.shard.join(20)

    entries = list(read_ledger(ledger_file(troubled.ledger, "shard-0000", 3)))
    published = [_total(entries, "published", device) for device in ("M001", "M002", "M003")]
    assert waiting["M001"] >= 9
    assert waiting["M002"] >= 9
    assert [numbers.ranges for numbers in published] == [((1, len(numbers)),) for numbers in published]
    assert [_total(entries, "acknowledged", device) for device in ("M001", "M002", "M003")] == published
    assert [len(_total(entries, "sent_again", device)) for device in ("M001", "M002")] == [0, 0]
    assert _total(entries, "sent_again", "M003") == published[2]
    assert troubled.budget.used == 0


def test_a_shard_that_is_taken_over_goes_on_where_the_plant_is(stage: Callable[..., _Stage]) -> None:
    """Its time and its scenario count from the plant's epoch, whoever plays it and since when."""
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    first, second = (stage(connection=_Prompt, started_at=hour_ago, speed=24.0) for _ in range(2))
    first.shard.start()
    _eventually(lambda: first.shard.links and first.shard.links[0].last_acknowledged)
    first.shard.stop()
    first.shard.join(10)
    second.shard.start()
    _eventually(lambda: second.shard.links and second.shard.links[0].last_acknowledged)
    told = [one.shard.links[0].last_acknowledged.reading.readings.timestamp for one in (first, second)]
    real = datetime.now(UTC)
    second.shard.stop()
    second.shard.join(10)

    assert told[0] < told[1] <= hour_ago + 24 * (real - hour_ago)
    # An hour is a day at 24 times the speed.
    assert told[0] >= hour_ago + timedelta(hours=24)


def test_a_plant_that_is_too_fast_for_its_steps_says_so(stage: Callable[..., _Stage]) -> None:
    """At 1000 times the speed a step of a second would be due each millisecond: it is made 50 s long."""
    fast = stage(connection=_Prompt, interval_s=1.0, speed=1000.0)
    with structlog.testing.capture_logs() as told:
        fast.shard.start()
        _eventually(lambda: fast.shard.links and fast.shard.links[0].last_acknowledged)
        fast.shard.stop()
        fast.shard.join(10)

    (line,) = [one for one in told if "longer steps" in one["event"]]
    assert (line["step_s"], fast.shard.interval_s) == (50.0, 0.05)


class _Heavy(_Prompt):
    """A connection that takes its time with each message: three machines and a step take longer than the interval."""

    def publish(self, message: Message, epoch: int) -> None:
        time.sleep(0.03)
        super().publish(message, epoch)


def test_a_shard_that_cannot_keep_up_still_hears_its_answers(
    stage: Callable[..., _Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps that are always late are left out, counted and told together; connections, answers and ledger go on."""
    monkeypatch.setattr("simulator.shard.LATE_STEPS_EVERY_S", 3600.0)
    late = stage(connection=_Heavy)
    with structlog.testing.capture_logs() as told:
        late.shard.start()
        _eventually(lambda: late.instruments.tallies.total().acknowledged >= 60)
    kept, left_out = (
        late.budget.used,
        late.instruments.registry.get_sample_value("simulator_steps_left_out_total", {"shard": "shard-0000"}),
    )
    late.shard.stop()
    late.shard.join(10)

    assert kept <= 9
    assert len([line for line in told if "steps left out" in line["event"]]) == 1
    assert left_out > 0


class _Unreadable(_Silent):
    """A connection whose certificate cannot be read."""

    def __init__(self, post: Post) -> None:
        raise IdentitiesError("identities/M001.cert.pem cannot be read.")


def test_a_shard_that_cannot_be_set_up_closes_its_books(stage: Callable[..., _Stage]) -> None:
    """It is tried again each ten seconds; each try has a ledger of its own, which must not look like a crash."""
    broken = stage(connection=_Unreadable)
    broken.shard.start()
    broken.shard.join(10)

    entries = list(read_ledger(ledger_file(broken.ledger, "shard-0000", 3)))
    assert [(entry.published, entry.closed) for entry in entries] == [({}, True)]
    assert broken.table.freed
