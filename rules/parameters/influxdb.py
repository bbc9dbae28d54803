"""Parameters of `influxDB`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rules.parameters.model import AwsModel, Flag, RoleArn, Whole

TagName = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[^_].*$")]
TagValue = Annotated[str, Field(min_length=1, max_length=1024)]


class InfluxDbBatchConfig(AwsModel):
    """When a batch is written: at the first of these limits."""

    max_batch_size: Whole | None = Field(default=None, ge=1, le=500)
    max_batch_open_ms: Whole | None = Field(default=None, ge=5, le=1000)
    max_batch_size_bytes: Whole | None = Field(default=None, ge=100, le=131_072)
    batch_across_topics: Flag = False


class InfluxDbParameters(AwsModel):
    """Writes each message as a point."""

    destination_arn: str = Field(pattern=r"^arn:aws[a-z-]*:iot:[a-z0-9-]+:\d{12}:ruledestination/.+$")
    role_arn: RoleArn
    database_name: str = Field(min_length=2, max_length=64, pattern=r'^[^_"][^"]+$')
    table_name: str = Field(min_length=1, max_length=1024, pattern=r"^[^_].*$")
    organization: str | None = Field(default=None, min_length=1, max_length=64)
    tags: dict[TagName, TagValue] = Field(default_factory=dict, max_length=498)
    timestamp_unit: Literal["s", "ms", "us", "ns"] = "ms"
    batch_config: InfluxDbBatchConfig | None = None
