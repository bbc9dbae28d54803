"""The tables as AWS gets them are the files as they are."""

import re
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lake_lines import DAY, as_object, machine_line, raw_key, vehicle_line

from maintenance.lake import Lake
from maintenance.lake.datasets import files_of_table
from maintenance.lake.glue import Place, ddl, glue_table
from maintenance.lake.stores import Store
from maintenance.lake.tables import CURATED, MACHINE_TELEMETRY, TABLES, WEAR, Table
from simulator.backfill.wear_table import SCHEMA as WEAR_FILE

PLACE = Place("s3://my-lake/history", ["plant1", "plant2"], date(2026, 1, 1))
# https://docs.aws.amazon.com/athena/latest/ug/data-types.html, and how Parquet's types are read by Athena:
# https://docs.aws.amazon.com/athena/latest/ug/parquet-serde.html
GLUE_OF_ARROW = {
    pa.string(): "string",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.bool_(): "boolean",
    pa.timestamp("ms", tz="UTC"): "timestamp",
}


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _declared(table: Table) -> list[tuple[str, str]]:
    descriptor: dict[str, Any] = glue_table(table, PLACE)["storage_descriptor"]
    return [(column["name"], column["type"]) for column in descriptor["columns"]]


def test_columns_are_those_of_the_files(folder: Store) -> None:
    """In their order and with their types."""
    folder.put(raw_key(DAY, "a"), as_object(machine_line("M001", 1, DAY), vehicle_line("VHC001", 1, DAY)))
    Lake(folder).compact()
    files, before = folder.files()
    for table in CURATED:
        (file,) = files_of_table(folder, table)
        schema = pq.read_schema(before + file.key, filesystem=files)
        assert _declared(table) == [(field.name, GLUE_OF_ARROW[field.type]) for field in schema]


def test_the_wear_table_is_the_one_that_a_backfill_writes() -> None:
    """Names and types of its Parquet files."""
    assert _declared(WEAR) == [(field.name, GLUE_OF_ARROW[_plain(field.type)]) for field in WEAR_FILE]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_partitions_lie_where_the_template_says(table: Table) -> None:
    """The template of Athena, filled in, is the folder of our files."""
    told = glue_table(table, PLACE)
    template = told["parameters"]["storage.location.template"]
    filled = template.replace("${plant}", "plant1").replace("${dt}", "2026-01-31")
    assert filled in (
        f"s3://my-lake/history/curated/{table.name}/plant=plant1/dt=2026-01-31/",
        "s3://my-lake/history/truth/wear/dt=2026-01-31/",
    )
    assert [key["name"] for key in told["partition_keys"]] == re.findall(r"\$\{(\w+)\}", template)
    projected = {key.split(".")[1] for key in told["parameters"] if key.endswith(".type")}
    assert projected == {key["name"] for key in told["partition_keys"]}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_days_are_projected_one_by_one(table: Table) -> None:
    """With hours between them, say, Athena would look into each day's folder 24 times, and count its rows as often.

    https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
    """
    told = glue_table(table, PLACE)["parameters"]
    assert {key: value for key, value in told.items() if key.startswith(("projection.dt.", "projection.enabled"))} == {
        "projection.enabled": "true",
        "projection.dt.type": "date",
        "projection.dt.format": "yyyy-MM-dd",
        "projection.dt.range": "2026-01-01,NOW",
        "projection.dt.interval": "1",
        "projection.dt.interval.unit": "DAYS",
    }


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_comments_fit_into_the_data_catalog(table: Table) -> None:
    """At most 255 characters each; https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html."""
    told = glue_table(table, PLACE)
    columns = [*told["storage_descriptor"]["columns"], *told["partition_keys"]]
    assert all(0 < len(column["comment"]) <= 255 for column in columns)


def test_the_statement_for_athena() -> None:
    """As its documentation has it: columns, partitions, format, place, properties, and quotes inside of quotes."""
    text = ddl(MACHINE_TELEMETRY, PLACE, "factory")
    assert text.startswith("CREATE EXTERNAL TABLE IF NOT EXISTS `factory`.`machine_telemetry` (\n  `device_id` string ")
    order = ["COMMENT 'Readings", "PARTITIONED BY (", "STORED AS PARQUET", "LOCATION 's3://my-lake/history/", "TBLPROP"]
    assert [text.index(word) for word in order] == sorted(text.index(word) for word in order)
    assert "'projection.plant.values' = 'plant1,plant2'" in text
    assert "'projection.dt.range' = '2026-01-01,NOW'" in text
    assert "on the plant\\'s clock" in ddl(WEAR, PLACE, "factory")
