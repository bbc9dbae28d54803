"""Settings of the model server, from the environment (`MODEL_SERVER_…`)."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import available_timezones

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from maintenance.models.card import NAME_PATTERN
from maintenance.sentences import DEFAULT_ZONE
from maintenance.server.limits import Limits


class ModelServerSettings(BaseSettings):
    """What `python -m maintenance.server` reads from the environment."""

    # `model_dir` is a word of SageMaker's; pydantic keeps names with model_ for itself unless told otherwise.
    model_config = SettingsConfigDict(env_prefix="MODEL_SERVER_", frozen=True, protected_namespaces=())

    model_dir: Path = Field(default=Path("/opt/ml/model"), description="directory of the model")
    http_host: str = Field(default="127.0.0.1", min_length=1, description="address to listen on")
    http_port: int = Field(default=8080, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    endpoint: str = Field(
        default="", pattern=f"{NAME_PATTERN}|^$", description="name answered under /endpoints/; empty: the model's own"
    )
    timezone: str = Field(default=DEFAULT_ZONE, description="time zone of the clocks in the fleet's sentences")
    largest_body_bytes: int = Field(
        default=Limits().body_bytes, ge=1024, le=1 << 30, description="longest body of a request [bytes]"
    )
    receive_seconds: float = Field(
        default=Limits().receive_s, gt=0, le=300, description="time for a request's head, and for its body, to come [s]"
    )
    most_requests: int = Field(
        default=Limits().requests, ge=1, le=10_000, description="requests for verdicts that are under way at a time"
    )
    drain_seconds: float = Field(default=7.0, ge=0, le=300, description="how long a stop waits for requests [s]")
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$", description="lowest level logged")

    @property
    def limits(self) -> Limits:
        """What is borne of clients."""
        return Limits(self.largest_body_bytes, self.receive_seconds, self.most_requests)

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("it is no time zone; write one as Asia/Kolkata, or UTC")
        return name
