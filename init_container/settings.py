"""The init container's settings, each an environment variable with the prefix `INIT_`."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import Any, Literal

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
    files: str = Field(
        default="",
        description="configurations to be laid down under files/: a JSON object of texts by path, with `${name}` to be "
        "filled in",
    )
    values: str = Field(
        default="",
        description="what `${name}` stands for: a JSON object; `host` and `secret.FIELD` of the secret are known",
    )
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

    @field_validator("files", "values")
    @classmethod
    def _texts(cls, value: str) -> str:
        parsed = _parsed(value)
        if not isinstance(parsed, dict) or not all(isinstance(text, str) for text in parsed.values()):
            raise ValueError('it is not a JSON object of texts, such as {"prometheus.yml": "global: {}"}')
        return value

    @field_validator("files")
    @classmethod
    def _paths(cls, value: str) -> str:
        for path in map(PurePosixPath, _parsed(value)):
            if path.is_absolute() or ".." in path.parts or not path.parts:
                raise ValueError(f"{str(path)!r} is not a path below the target; write it as prometheus.yml")
        return value

    @field_validator("target_dir")
    @classmethod
    def _directory(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError("it is a file; name a directory")
        return value

    @model_validator(mode="after")
    def _something_to_do(self) -> InitSettings:
        if self.shards != "none" and not self.bucket:
            raise ValueError("INIT_BUCKET is missing; or set INIT_SHARDS=none for a secret or files alone")
        return self

    def texts_of_files(self) -> dict[str, str]:
        """The texts to be filled in, by path."""
        return dict(_parsed(self.files))

    def given_values(self) -> dict[str, str]:
        """What names in them stand for."""
        return dict(_parsed(self.values))


def _parsed(value: str) -> Any:
    """What a text of JSON says; an empty one says nothing."""
    try:
        return json.loads(value) if value else {}
    except ValueError:
        return None
