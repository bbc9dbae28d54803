"""The tables of the lake, declared once: for Parquet files, for the embedded engine and for AWS's.

Columns of telemetry follow the models in `contracts.telemetry`, with their units; so a new signal is a column, too.
A file is whole for a plant and a day, which are in its path and not in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
from pydantic.fields import FieldInfo

from contracts.telemetry import MachineTelemetry, Signal, VehicleSignal, VehicleTelemetry
from contracts.truth import WearRow

SCHEMA_VERSION = 1
"""Version of the columns below; it stands in each row and in the metadata of each file."""
FLEET_LINE = "fleet"
"""Whose line is this is a vehicle; no machine can be on it."""

Kind = Literal["text", "moment", "whole", "number", "yes_or_no"]

ARROW_TYPES: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "moment": pa.timestamp("ms", tz="UTC"),
    "whole": pa.int64(),
    "number": pa.float64(),
    "yes_or_no": pa.bool_(),
}
GLUE_TYPES: dict[Kind, str] = {
    "text": "string",
    "moment": "timestamp",
    "whole": "bigint",
    "number": "double",
    "yes_or_no": "boolean",
}
"""Types of Athena's DDL, https://docs.aws.amazon.com/athena/latest/ug/data-types.html."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: what it is called everywhere.
        kind: what its values are.
        comment: what it means, with its unit.
        required: whether each row has it.
    """

    name: str
    kind: Kind
    comment: str
    required: bool = False

    @property
    def arrow(self) -> pa.Field:
        """The column of a file."""
        return pa.field(self.name, ARROW_TYPES[self.kind], nullable=not self.required)

    @property
    def glue(self) -> str:
        """Its type on AWS."""
        return GLUE_TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the lake.

    Attributes:
        name: what statements call it.
        comment: what a row is.
        folder: prefix under the lake's address.
        columns: those in the files.
        partitions: those in the path, in its order.
    """

    name: str
    comment: str
    folder: str
    columns: tuple[Column, ...]
    partitions: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """Columns of its files."""
        return pa.schema([column.arrow for column in self.columns])

    @property
    def seen_schema(self) -> pa.Schema:
        """Columns as statements see them: partitions behind, and moments in UTC without a zone, as Athena has them."""
        columns = (*self.columns, *self.partitions)
        return pa.schema(
            [(one.name, pa.timestamp("ms") if one.kind == "moment" else one.arrow.type) for one in columns]
        )


def _comment(fields: dict[str, FieldInfo], name: str) -> str:
    return (fields[name].description or "").rstrip(".")


def _telemetry(fields: dict[str, FieldInfo], signals: Iterable[str], *, tells_state: bool) -> tuple[Column, ...]:
    state = [Column("state", "text", _comment(fields, "state"), required=True)] if tells_state else []
    return (
        Column("device_id", "text", _comment(fields, "device_id"), required=True),
        Column("timestamp", "moment", _comment(fields, "timestamp"), required=True),
        Column("run", "whole", _comment(fields, "run"), required=True),
        Column("seq", "whole", _comment(fields, "seq"), required=True),
        *(Column(signal, "number", _comment(fields, signal)) for signal in signals),
        *state,
        Column("line", "text", "Line of the machine; of vehicles `fleet`", required=True),
        Column("received_at", "moment", "When the message came to the archive, UTC, in milliseconds"),
        Column("schema_version", "whole", "Version of the columns when the row came into the table", required=True),
    )


_PLANT = Column("plant", "text", "Name of the plant", required=True)
_DAY = Column("dt", "text", "Day of the timestamp, UTC, such as 2026-01-31", required=True)

MACHINE_TELEMETRY = Table(
    "machine_telemetry",
    "Readings of machines: one row a message, whatever was repeated",
    "curated/machine_telemetry",
    _telemetry(MachineTelemetry.model_fields, Signal, tells_state=True),
    (_PLANT, _DAY),
)
VEHICLE_TELEMETRY = Table(
    "vehicle_telemetry",
    "Readings of vehicles: one row a message, whatever was repeated",
    "curated/vehicle_telemetry",
    _telemetry(VehicleTelemetry.model_fields, VehicleSignal, tells_state=False),
    (_PLANT, _DAY),
)
CURATED = (MACHINE_TELEMETRY, VEHICLE_TELEMETRY)

_WEAR_KINDS: dict[str, Kind] = {
    "timestamp": "moment",
    "cycle": "whole",
    "damage": "number",
    "maintenance_due": "yes_or_no",
    "remaining_useful_life_h": "number",
    "time_to_failure_h": "number",
}
WEAR = Table(
    "wear",
    "Truth of a backfill: how worn each component was, at regular moments",
    "truth/wear",
    tuple(
        Column(name, _WEAR_KINDS.get(name, "text"), _comment(WearRow.model_fields, name), field.is_required())
        for name, field in WearRow.model_fields.items()
    ),
    (_DAY,),
)
TABLES = (*CURATED, WEAR)
"""All tables that are Parquet files, and so can be declared on AWS."""
