"""Parameters of `timestream`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from rules.parameters.model import AwsModel, RoleArn, Text, TimeUnit, written_as

Name = Annotated[
    str,
    written_as(r"[a-zA-Z0-9_.-]{3,256}", "Timestream's names have 3-256 letters, digits and . - _"),
]
RESERVED_DIMENSIONS = frozenset(["measure_name", "measure_value", "time"])


class TimestreamDimension(AwsModel):
    """A column that tells where a measure comes from."""

    name: str = Field(min_length=1, max_length=256)
    value: Text

    @field_validator("name")
    @classmethod
    def _is_free(cls, name: str) -> str:
        # Developer guide, "Timestream", parameter `name` of a dimension.
        if name in RESERVED_DIMENSIONS or name.startswith(("ts_", "measure_value")):
            raise ValueError("a dimension cannot be measure_name, measure_value, time, ts_… or measure_value…")
        if ":" in name or "${" in name:
            raise ValueError("the name of a dimension holds neither a colon nor a template")
        return name


class TimestreamTimestamp(AwsModel):
    """When a measure was taken."""

    value: Text
    unit: TimeUnit = "MILLISECONDS"


class TimestreamParameters(AwsModel):
    """Writes each key of a message as a measure."""

    role_arn: RoleArn
    database_name: Name
    table_name: Name
    dimensions: tuple[TimestreamDimension, ...] = Field(min_length=1, max_length=128)
    timestamp: TimestreamTimestamp | None = None

    @field_validator("dimensions")
    @classmethod
    def _differ(cls, dimensions: tuple[TimestreamDimension, ...]) -> tuple[TimestreamDimension, ...]:
        names = [dimension.name for dimension in dimensions]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"a dimension is there twice: {', '.join(sorted(twice))}")
        return dimensions
