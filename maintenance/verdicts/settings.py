"""Settings of the verdict job, from the environment (`VERDICTS_…`)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.telemetry import DEVICE_ID_PATTERN


class VerdictSettings(BaseSettings):
    """What `python -m maintenance.verdicts` reads from the environment."""

    model_config = SettingsConfigDict(env_prefix="VERDICTS_", frozen=True)

    plant: str = Field(default="plant1", pattern=DEVICE_ID_PATTERN, description="the plant whose machines are judged")
    lake: str = Field(min_length=1, description="address of the lake: s3://BUCKET/PREFIX or a folder")
    models_dir: Path = Field(default=Path("/opt/models"), description="directory of the plant's four models")
    look_seconds: float = Field(default=10.0, gt=0, le=600, description="time between two looks at the lake [s]")
    settle_seconds: float = Field(
        default=60.0, ge=0, le=3600, description="an hour is over when nothing came to it for so long [s]"
    )
    so_far_seconds: float = Field(
        default=300.0, ge=0, description="the running hour is judged each so many seconds; 0: never [s]"
    )
    look_back_hours: int = Field(
        default=48, ge=0, le=48, description="so much of the archive is read where nothing is remembered [h]"
    )
    machines_seconds: float = Field(
        default=300.0, gt=0, description="the registry is asked for machines each so many seconds [s]"
    )
    http_host: str = Field(default="127.0.0.1", min_length=1, description="address to listen on")
    http_port: int = Field(default=9102, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$", description="lowest level logged")
