"""The lake and the machines' identity by Terraform are those of `maintenance` and of `factory provision`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from terraform_plans import ACCOUNT, REGION, TERRAFORM, planned

from contracts.resources import THING_TYPE, Resources
from factory.provision.policies import bucket_policy, machine_policy
from maintenance.lake.glue import Place, glue_table
from maintenance.lake.layout import PlantDay, hour_path
from maintenance.lake.named import named_queries, named_query
from maintenance.lake.tables import TABLES

LAKE = TERRAFORM / "modules" / "lake"
NAMES = Resources("plant1", ACCOUNT, REGION)
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/"
USES = ("lake", "fleet", "identities", "models", "truth", "logs")


def test_the_declared_tables_are_those_of_maintenance() -> None:
    """`make generate` writes the file again."""
    place = Place("s3://smart-factory-lake", ["plant"], date(2020, 1, 1))

    declared = json.loads((LAKE / "tables.json").read_text(encoding="utf-8"))
    assert declared == {table.name: glue_table(table, place) for table in TABLES}


def test_the_questions_are_those_of_maintenance() -> None:
    """The very text that DuckDB gets, with the parameters' own values."""
    written = {file.stem: file.read_text(encoding="utf-8") for file in (LAKE / "questions").glob("*.sql")}

    assert written == {name: named_query(name).text({}).rstrip() + "\n" for name in named_queries()}


@pytest.fixture(scope="module")
def lake_plan(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, dict[str, Any]]]:
    """What the module plans."""
    arguments = {"name": "smart-factory-plant1", "plant": "plant1", "key_arns": {use: f"{KEY}{use}" for use in USES}}
    return planned("lake", tmp_path_factory.mktemp("lake"), **arguments, first_day="2026-01-01")


@pytest.mark.slow
def test_things_have_the_names_by_which_programs_find_them(lake_plan: dict[str, Any]) -> None:
    """Those of contracts/resources.py."""
    buckets = {one["bucket"] for one in lake_plan["aws_s3_bucket"].values()}

    assert buckets == {
        NAMES.lake_bucket, NAMES.fleet_bucket, NAMES.identities_bucket, NAMES.models_bucket, NAMES.truth_bucket,
        NAMES.logs_bucket,
    }  # fmt: skip
    assert lake_plan["aws_kinesis_firehose_delivery_stream"]["archive"]["name"] == NAMES.archive_stream
    assert lake_plan["aws_glue_catalog_database"]["this"]["name"] == NAMES.glue_database
    assert lake_plan["aws_athena_workgroup"]["this"]["name"] == NAMES.athena_workgroup


@pytest.mark.slow
def test_buckets_have_the_policy_that_provisioning_looks_for(lake_plan: dict[str, Any]) -> None:
    """Else `factory provision` and Terraform would take turns in correcting each other."""
    for use in ("lake", "fleet", "identities", "models"):
        bucket = lake_plan["aws_s3_bucket"][use]["bucket"]
        assert json.loads(lake_plan["aws_s3_bucket_policy"][use]["policy"]) == bucket_policy(bucket)


@pytest.mark.slow
def test_objects_land_where_the_lake_is_read(lake_plan: dict[str, Any]) -> None:
    """The stream's prefix at an hour is the folder of that hour: Firehose's `yyyy-MM-dd` and `HH` are Java's."""
    (stream,) = lake_plan["aws_kinesis_firehose_delivery_stream"].values()
    prefix = stream["extended_s3_configuration"][0]["prefix"]
    # 2026-02-03 05:00 UTC is 491,693 hours after 1970 began.
    filled = prefix.replace("!{timestamp:yyyy-MM-dd}", "2026-02-03").replace("!{timestamp:HH}", "05")

    assert filled == f"raw/plant=plant1/{hour_path(491_693)}/"
    assert filled.startswith(f"raw/{PlantDay('plant1', date(2026, 2, 3)).path}/")


@pytest.mark.slow
def test_tables_are_declared_where_their_files_lie(lake_plan: dict[str, Any]) -> None:
    """As `factory lake tables` declares them for this bucket, plant and first day; truth lies in its own bucket."""
    for table in TABLES:
        bucket = NAMES.truth_bucket if table.name == "wear" else NAMES.lake_bucket
        expected = glue_table(table, Place(f"s3://{bucket}", ["plant1"], date(2026, 1, 1)))
        made = lake_plan["aws_glue_catalog_table"][table.name]
        (storage,) = made["storage_descriptor"]
        assert made["parameters"] == expected["parameters"]
        assert _columns(made["partition_keys"]) == expected["partition_keys"]
        assert _columns(storage["columns"]) == expected["storage_descriptor"]["columns"]
        assert storage["location"] == expected["storage_descriptor"]["location"]
        library = storage["ser_de_info"][0]["serialization_library"]
        assert library == expected["storage_descriptor"]["ser_de_info"]["serialization_library"]


def _columns(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: one[name] for name in ("name", "type", "comment")} for one in columns]


@pytest.mark.slow
def test_machines_get_the_policy_that_provisioning_gives(tmp_path: Path) -> None:
    """Thing type, group and policy, by their names in contracts/resources.py."""
    arguments = {"name": "smart-factory-plant1", "plant": "plant1", "logs_key_arn": f"{KEY}logs"}
    plan = planned("identity", tmp_path, **arguments, identities_key_arn=f"{KEY}identities")

    policy = plan["aws_iot_policy"]["machine"]
    assert json.loads(policy["policy"]) == machine_policy(NAMES)
    assert policy["name"] == NAMES.machine_policy
    assert plan["aws_iot_thing_group"]["plant"]["name"] == NAMES.thing_group
    assert plan["aws_iot_thing_type"]["machine"]["name"] == THING_TYPE
