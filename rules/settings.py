"""Settings of the rules engine, from the environment (`RULES_…`)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.telemetry import DEVICE_ID_PATTERN
from rules.loading import CATALOG_DIR


class RulesSettings(BaseSettings):
    """What `python -m rules` needs to know; boto3 reads its own standard settings (`AWS_…`)."""

    model_config = SettingsConfigDict(env_prefix="RULES_")

    identities_dir: Path = Field(description="directory of the engine's identity, as the init container laid it down")
    mqtt_host: str = Field(default="localhost", min_length=1, description="broker; a name in its certificate")
    mqtt_port: int = Field(default=8883, ge=1, le=65535, description="broker's port for mutual TLS")
    keep_alive_s: int = Field(
        default=600,
        ge=30,
        le=1200,
        description="MQTT keep-alive [s]; long, as an engine that is full reads nothing; AWS takes 30 to 1200",
    )
    session_expiry_s: int = Field(
        default=86_400, ge=60, description="how long the broker keeps what arrives while the engine is away [s]"
    )
    catalog_dir: Path = Field(default=CATALOG_DIR, description="directory of the rules (*.json)")
    more_rules_dir: Path | None = Field(
        default=None, description="directory of further rules (*.json), run beside those of the catalog"
    )
    plant: str = Field(default="plant1", pattern=DEVICE_ID_PATTERN, description="plant whose rules these are")
    account: str = Field(
        default="000000000000", pattern=r"^\d{12}$", description="AWS account that fills the rules' placeholders"
    )
    batch_seconds: float = Field(default=5.0, gt=0, le=20, description="age at which a batch is written [s]")
    batch_bytes: int = Field(
        default=1 << 20, ge=1, le=128 << 20, description="size at which a batch is written [bytes before compression]"
    )
    max_pending: int = Field(
        default=20_000,
        ge=1,
        le=60_000,
        description="messages received and not acknowledged, at most; MQTT's packet ids end at 65,535",
    )
    look_up_threads: int = Field(
        default=8, ge=1, le=64, description="rules that look something up at once (`aws_lambda()` and its kin), at most"
    )
    http_host: str = Field(default="127.0.0.1", min_length=1, description="address of /metrics and /healthz")
    http_port: int = Field(default=9101, ge=0, le=65535, description="port of /metrics and /healthz; 0 takes any")
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$", description="lowest level logged")
