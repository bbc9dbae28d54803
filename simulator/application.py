"""The process: finds shards, takes leases, plays what it got, and ends in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import structlog
from botocore.config import Config

from contracts.aws import aws_settings
from contracts.errors import FactoryError
from simulator.backoff import ConnectLimiter
from simulator.connection import Endpoint
from simulator.errors import IdentitiesError
from simulator.exporter import Exporter
from simulator.http_api import create_api
from simulator.http_server import HttpServer
from simulator.instruments import Instruments
from simulator.lease import Lease, LeaseError, LeaseTable
from simulator.playing import Playing
from simulator.presence import Presence
from simulator.roster import Roster, read_roster, shard_directories
from simulator.settings import SimulatorSettings
from simulator.shard import House, Shard, connect_over_mqtt
from simulator.store import Budget
from simulator.truth import TruthWriter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

RESTART_AFTER_S = 10.0
"""A shard that broke down is left alone for so long [s]."""


class Application:
    """Plays as many shards as it may and can get.

    Args:
        settings: what the environment says.
        leases: who plays which shard.
        house: what all shards of the process share.
        playing: the shards being played; others look at it.
    """

    def __init__(self, settings: SimulatorSettings, leases: LeaseTable, house: House, playing: Playing) -> None:
        self._settings, self._leases, self._house, self._playing = settings, leases, house, playing
        self._rosters: dict[str, Roster] = {}
        self._unreadable: set[Path] = set()
        self._not_before_s: dict[str, float] = {}
        self._table_answers = True
        self._log = structlog.get_logger("simulator")

    def run(self, stop: threading.Event) -> None:
        """Play until `stop` is set.

        Raises:
            IdentitiesError: no shard was laid down in time.
            ScenarioError: a shard's scenario cannot be played.
        """
        self._await_rosters(stop)
        try:
            while not stop.is_set():
                self._bury()
                self._renew_those(self._playing.shards())
                self._look_for_shards()
                # After a failure at once again: two missed heartbeats are enough for a pause.
                stop.wait(self._settings.lease_seconds / (3 if self._table_answers else 15))
        finally:
            self._stop_all()

    def _await_rosters(self, stop: threading.Event) -> None:
        deadline_s = time.monotonic() + self._settings.identities_wait_seconds
        root = self._settings.identities_dir
        while not stop.is_set() and not self._read_rosters(strict=True):
            if time.monotonic() >= deadline_s:
                raise IdentitiesError(
                    f"No shard has been laid down in {root} after {self._settings.identities_wait_seconds:g} s.",
                    remedy="Run python -m init_container first, or set SIMULATOR_IDENTITIES_DIR.",
                )
            self._log.info("waiting for identities", directory=str(root))
            stop.wait(min(2.0, max(0.05, deadline_s - time.monotonic())))

    def _read_rosters(self, *, strict: bool) -> bool:
        """Read shards that have appeared; says whether there are any."""
        for directory in shard_directories(self._settings.identities_dir):
            if directory.name in self._rosters or directory in self._unreadable:
                continue
            try:
                self._rosters[directory.name] = read_roster(directory)
            except FactoryError as error:
                # A bad shard at the start is a mistake to be told; one that comes later must not stop the others.
                if strict:
                    raise
                self._unreadable.add(directory)
                self._log.error("a shard cannot be played", error=str(error))
        return bool(self._rosters)

    def _bury(self) -> None:
        """Forget shards whose thread has ended: lost leases and breakdowns."""
        for shard in self._playing.shards():
            if not shard.alive:
                self._playing.remove(shard)
                self._not_before_s[shard.roster.shard] = time.monotonic() + RESTART_AFTER_S

    def _renew_those(self, shards: Sequence[Shard]) -> None:
        for shard in shards:
            self._with_table(shard.lease.renew)
            if not shard.lease.held():
                shard.look_at_lease()
            if not self._table_answers:
                return  # each question may take seconds; the others are asked when there are answers again

    def _look_for_shards(self) -> None:
        played = {shard.roster.shard for shard in self._playing.shards()}
        room = self._settings.max_shards - len(played)
        if room <= 0:
            return
        self._read_rosters(strict=False)
        for name, roster in self._rosters.items():
            if room > 0 and name not in played and time.monotonic() >= self._not_before_s.get(name, 0.0):
                room -= self._try(roster)

    def _try(self, roster: Roster) -> bool:
        lease = self._with_table(lambda: self._leases.try_acquire(roster.shard))
        if lease is None:
            return False
        shard = Shard(roster, lease, self._house)
        self._playing.add(shard)
        shard.start()
        return True

    def _with_table(self, call: Callable[[], Lease | None]) -> Lease | None:
        """Ask the lease table; while it does not answer, leases run on until their time is over."""
        try:
            lease = call()
        except LeaseError as error:
            if self._table_answers:
                self._log.warning("no answer about leases; playing until their time is over", error=str(error))
            self._table_answers = False
            return None
        if not self._table_answers:
            self._log.info("the lease table answers again")
        self._table_answers = True
        return lease

    def _stop_all(self) -> None:
        shards = self._playing.shards()
        for shard in shards:
            shard.stop()
        beat_s, now_s = self._settings.lease_seconds / 3, time.monotonic()
        deadline_s, next_beat_s = now_s + self._settings.drain_seconds + 4.0, now_s + beat_s
        while any(shard.alive for shard in shards) and time.monotonic() < deadline_s:
            for shard in shards:
                shard.join(timeout_s=0.05)
            if time.monotonic() >= next_beat_s:  # a drain may take longer than a lease
                self._renew_those([shard for shard in shards if shard.alive])
                next_beat_s += beat_s
        self._log.info("stopped", shards=len(shards))


def run(settings: SimulatorSettings, stop: threading.Event) -> None:
    """Play a plant until `stop` is set."""
    instruments, budget, playing = Instruments(), Budget(settings.store_limit), Playing()
    house = House(
        connect=connect_over_mqtt(Endpoint(settings.mqtt_host, settings.mqtt_port, settings.keep_alive_seconds)),
        limiter=ConnectLimiter(settings.connects_per_second),
        budget=budget,
        instruments=instruments,
        ledger_directory=settings.data_dir / "ledger",
        truth=TruthWriter(settings.data_dir / "truth" / "ground_truth.jsonl"),
        drain_s=settings.drain_seconds,
    )
    exporter = Exporter(instruments, budget, playing.shards)
    with ExitStack() as stack:
        presence = stack.enter_context(Presence(settings.data_dir / "presence"))
        api = create_api(playing, exporter.render)
        server = stack.enter_context(HttpServer(api, settings.http_host, settings.http_port))
        structlog.get_logger("simulator").info(
            "simulator started", http=f"http://{settings.http_host}:{server.port}", owner=presence.owner
        )
        leases = LeaseTable(
            _dynamodb(settings.lease_seconds),
            settings.leases_table,
            presence.owner,
            settings.lease_seconds,
            is_dead=presence.is_dead,
        )
        Application(settings, leases, house, playing).run(stop)


def _dynamodb(lease_s: float) -> DynamoDBClient:
    """A client that gives up soon enough to try again within the lease's time."""
    patience_s = max(0.5, lease_s / 3)
    retries = Config(connect_timeout=patience_s, read_timeout=patience_s, retries={"total_max_attempts": 1})
    with aws_settings():
        return boto3.client("dynamodb", config=retries)
