"""A process that plays machines, put together from its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from contracts.aws import aws_settings
from simulator.application import Application
from simulator.backoff import ConnectLimiter
from simulator.connection import Endpoint
from simulator.exporter import Exporter
from simulator.instruments import Instruments
from simulator.lease import LeaseTable
from simulator.playing import Playing
from simulator.presence import Presence
from simulator.settings import SimulatorSettings
from simulator.shard import House, connect_over_mqtt
from simulator.store import Budget
from simulator.truth import TruthWriter

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Assembly:
    """Everything that a process needs to play.

    Args:
        settings: what the environment says.
        presence: this process's sign of life on this machine.

    Attributes:
        playing: the shards being played.
        exporter: what `/metrics` tells of them.
        application: takes shards and plays them.
        shipping_meters: what `/metrics` tells of shipments.
    """

    def __init__(self, settings: SimulatorSettings, presence: Presence) -> None:
        instruments, budget = Instruments(), Budget(settings.store_limit)
        self.shipping_meters = instruments.shipping
        self.playing = Playing()
        self.exporter = Exporter(instruments, budget, self.playing.played)
        house = House(
            connect=connect_over_mqtt(Endpoint(settings.mqtt_host, settings.mqtt_port, settings.keep_alive_seconds)),
            limiter=ConnectLimiter(settings.connects_per_second),
            budget=budget,
            instruments=instruments,
            ledger_directory=settings.data_dir / "ledger",
            truth=TruthWriter(settings.data_dir / "truth" / "ground_truth.jsonl"),
            wear_directory=settings.data_dir / "truth" / "wear",
            drain_s=settings.drain_seconds,
        )
        leases = LeaseTable(
            _dynamodb(settings.lease_seconds),
            settings.leases_table,
            presence.owner,
            settings.lease_seconds,
            is_dead=presence.is_dead,
        )
        self.application = Application(settings, leases, house, self.playing)


def _dynamodb(lease_s: float) -> DynamoDBClient:
    """A client that gives up soon enough to try again within the lease's time."""
    patience_s = max(0.5, lease_s / 3)
    retries = Config(connect_timeout=patience_s, read_timeout=patience_s, retries={"total_max_attempts": 1})
    with aws_settings():
        return boto3.client("dynamodb", config=retries)
