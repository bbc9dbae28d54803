"""The lake's tables for AWS: as Athena's DDL, and as the values of Terraform's `aws_glue_catalog_table`.

Partitions are projected: Athena computes them from the properties below instead of being told of each new day.
`plant` is an enumeration, since there are few; the alternative, `injected`, would have every statement name its plant,
and our statements are the same with and without. `dt` is a range of days up to today, as text, so that
`dt >= '2026-01-01'` means the same here and there.
https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maintenance.lake.tables import SCHEMA_VERSION, Column, Table

_HIVE = "org.apache.hadoop.hive.ql.io.parquet"
INPUT_FORMAT = f"{_HIVE}.MapredParquetInputFormat"
OUTPUT_FORMAT = f"{_HIVE}.MapredParquetOutputFormat"
SERIALIZATION_LIBRARY = f"{_HIVE}.serde.ParquetHiveSerDe"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the tables' files are, and which partitions there can be.

    Attributes:
        location: `s3://BUCKET/PREFIX`, without a slash at its end.
        plants: names of the plants.
        first_day: day before which there is nothing [UTC].
    """

    location: str
    plants: Sequence[str]
    first_day: date


def properties(table: Table, place: Place) -> dict[str, str]:
    """Properties of a table: what its files are, and how Athena finds its partitions."""
    found = {
        "EXTERNAL": "TRUE",
        "classification": "parquet",
        "schema_version": str(SCHEMA_VERSION),
        "projection.enabled": "true",
        "projection.dt.type": "date",
        "projection.dt.format": "yyyy-MM-dd",
        "projection.dt.range": f"{place.first_day.isoformat()},NOW",
        "projection.dt.interval": "1",
        "projection.dt.interval.unit": "DAYS",
        "storage.location.template": f"{_location(table, place)}{_template(table)}/",
    }
    if any(column.name == "plant" for column in table.partitions):
        found |= {"projection.plant.type": "enum", "projection.plant.values": ",".join(place.plants)}
    return found


def glue_table(table: Table, place: Place) -> dict[str, Any]:
    """A table in the words of `aws_glue_catalog_table`."""
    return {
        "name": table.name,
        "description": table.comment,
        "table_type": "EXTERNAL_TABLE",
        "parameters": properties(table, place),
        "partition_keys": [_column(column) for column in table.partitions],
        "storage_descriptor": {
            "location": _location(table, place),
            "input_format": INPUT_FORMAT,
            "output_format": OUTPUT_FORMAT,
            "ser_de_info": {"serialization_library": SERIALIZATION_LIBRARY, "parameters": {}},
            "columns": [_column(column) for column in table.columns],
        },
    }


def ddl(table: Table, place: Place, database: str) -> str:
    """The statement by which Athena declares a table.

    Example:
        >>> from maintenance.lake.tables import WEAR
        >>> print(ddl(WEAR, Place("s3://lake", ["plant1"], date(2026, 1, 1)), "factory").splitlines()[0])
        CREATE EXTERNAL TABLE IF NOT EXISTS `factory`.`wear` (
    """
    columns = ",\n".join(f"  {_declared(column)}" for column in table.columns)
    partitions = ",\n".join(f"  {_declared(column)}" for column in table.partitions)
    # Athena takes EXTERNAL from the statement itself.
    written = {key: value for key, value in properties(table, place).items() if key != "EXTERNAL"}
    told = ",\n".join(f"  {_quoted(key)} = {_quoted(value)}" for key, value in written.items())
    return (
        f"CREATE EXTERNAL TABLE IF NOT EXISTS `{database}`.`{table.name}` (\n{columns}\n)\n"
        f"COMMENT {_quoted(table.comment)}\n"
        f"PARTITIONED BY (\n{partitions}\n)\n"
        f"STORED AS PARQUET\n"
        f"LOCATION {_quoted(_location(table, place))}\n"
        f"TBLPROPERTIES (\n{told}\n)"
    )


def _location(table: Table, place: Place) -> str:
    return f"{place.location}/{table.folder}/"


def _template(table: Table) -> str:
    return "/".join(f"{column.name}=${{{column.name}}}" for column in table.partitions)


def _column(column: Column) -> dict[str, str]:
    return {"name": column.name, "type": column.glue, "comment": column.comment}


def _declared(column: Column) -> str:
    return f"`{column.name}` {column.glue} COMMENT {_quoted(column.comment)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
