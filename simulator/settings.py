"""The simulator's settings, each an environment variable with the prefix `SIMULATOR_`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SimulatorSettings(BaseSettings):
    """What `python -m simulator` reads from the environment.

    What the plant itself is (seed, interval, scenario) is not here: it comes from `configuration.json` beside the
    identities, so that all processes that play a plant agree.
    """

    model_config = SettingsConfigDict(env_prefix="SIMULATOR_", frozen=True)

    identities_dir: Path = Field(description="where the init container laid down the shards")
    leases_table: str = Field(min_length=3, description="DynamoDB table that says who plays which shard")
    data_dir: Path = Field(default=Path("var/simulator"), description="ledger and ground truth are written under it")
    mqtt_host: str = Field(default="localhost", min_length=1, description="broker; a name in its certificate")
    mqtt_port: int = Field(default=8883, ge=1, le=65535, description="broker's port for MQTT over TLS")
    max_shards: int = Field(default=16, ge=1, le=10_000, description="shards played at most, by all workers together")
    workers: int = Field(
        default=1,
        ge=1,
        le=64,
        description="processes that play; above 1 each takes shards for itself, as a container does",
    )
    http_host: str = Field(default="127.0.0.1", description="address of /metrics, /healthz and /api")
    http_port: int = Field(default=9100, ge=0, le=65535, description="port of /metrics, /healthz and /api")
    lease_seconds: float = Field(default=15.0, ge=1, le=3600, description="silence after which a shard is free [s]")
    store_limit: int = Field(
        default=100_000, ge=1, description="messages kept until acknowledged, by all workers together"
    )
    connects_per_second: float = Field(
        # The default quota of AWS IoT Core is 500 a second for an account in the larger regions, 100 in the others.
        default=100.0,
        gt=0,
        le=10_000,
        description="new connections a second, first ones and reconnects together",
    )
    keep_alive_seconds: int = Field(default=30, ge=5, le=1200, description="MQTT keep-alive [s]; AWS allows 1200")
    identities_wait_seconds: float = Field(default=60.0, ge=0, description="how long to wait for the first shard [s]")
    drain_seconds: float = Field(default=8.0, ge=0, le=100, description="how long a stop waits for PUBACKs [s]")
    truth_bucket: str = Field(
        default="",
        pattern=r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$",
        description="bucket to which ledger and truth are shipped as they grow; empty: they stay on disk",
    )
    ship_seconds: float = Field(
        default=60.0,
        ge=1,
        le=3600,
        description="time between two shipments [s]: of the ledger of one that is killed no more is lost",
    )
    ship_and_remove: bool = Field(
        default=False, description="take files away that are shipped and closed, so that the disk does not fill"
    )
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$", description="lowest level logged")
