"""The init container's settings, each an environment variable with the prefix `INIT_`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.identity import ENGINE_SHARD

_SHARD = re.compile(rf"shard-\d{{4}}|{ENGINE_SHARD}")


class InitSettings(BaseSettings):
    """What `python -m init_container` reads from the environment; boto3 reads its own standard settings (`AWS_…`)."""

    model_config = SettingsConfigDict(env_prefix="INIT_", frozen=True)

    target_dir: Path = Field(description="directory in which the identities are laid down")
    bucket: str = Field(default="", description="bucket of the identity bundles; needed unless INIT_SHARDS is none")
    shards: str = Field(default="all", description="`all`, `none`, or names with commas: shard-0000,shard-0001")
    secret_id: str = Field(default="", description="secret of Secrets Manager to be laid down as secrets/smtp.json")
    attempts: int = Field(default=5, ge=1, le=20, description="how often AWS is asked before giving up")
    await_url: str = Field(
        default="",
        pattern=r"^(https?://[^/\s]+\S*)?$",
        description="address that must answer before anything is laid down; empty: none",
    )
    await_seconds: float = Field(default=120.0, gt=0, le=3600, description="how long to wait for that address [s]")
    log_format: Literal["auto", "json", "console"] = Field(
        default="json", description="form of the log: json, console, or auto (by whether it is a terminal)"
    )

    @field_validator("shards")
    @classmethod
    def _names(cls, value: str) -> str:
        names = [name.strip() for name in value.split(",")]
        wrong = [name for name in names if not _SHARD.fullmatch(name)]
        if value.strip() not in ("all", "none") and wrong:
            raise ValueError(f"{wrong[0]!r} is not a shard; write all, none, or names as shard-0000,{ENGINE_SHARD}")
        return ",".join(names)

    @field_validator("target_dir")
    @classmethod
    def _directory(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError("it is a file; name a directory")
        return value

    @model_validator(mode="after")
    def _something_to_do(self) -> InitSettings:
        if self.shards != "none" and not self.bucket:
            raise ValueError("INIT_BUCKET is missing; or set INIT_SHARDS=none for a secret alone")
        return self
