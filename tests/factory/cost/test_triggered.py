"""Rules of the catalog, and what a message is in AWS's units."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from factory.cost.errors import CostError
from factory.cost.request import CostRequest
from factory.cost.triggered import catalog, message_bytes, metered_message
from factory.cost.workload import MACHINE, VEHICLE
from rules.explain.metering import Units

ONE = Units(messages=1, rules_triggered=1, actions=1, republished=0)


def test_a_machines_message_triggers_three_rules() -> None:
    """All whose FROM selects it, whatever WHERE says: archive, quarantine, alert (docs/rules.md, "The catalog")."""
    told = metered_message(CostRequest(1), MACHINE, catalog())

    assert told.rules == {"archive": ONE, "critical_temperature": ONE, "malformed_telemetry": ONE}
    assert (told.copies, told.published) == (1, 1)


def test_a_vehicles_message_triggers_a_fourth() -> None:
    """The one that has it judged."""
    told = metered_message(CostRequest(0, vehicles=1), VEHICLE, catalog())

    assert set(told.rules) == {"archive", "critical_temperature", "malformed_telemetry", "fleet_vehicles"}


def test_basic_ingest_to_every_rule_is_a_copy_a_rule_and_no_message() -> None:
    """AWS IoT developer guide, "Basic Ingest": $aws/rules/NAME/… reaches that rule alone, free of messaging costs."""
    told = metered_message(CostRequest(1, ingest="basic"), MACHINE, catalog())

    assert (told.copies, told.published, len(told.rules)) == (3, 0, 3)


def test_basic_ingest_to_the_archive_alone_triggers_it_alone() -> None:
    """The other rules see nothing."""
    told = metered_message(CostRequest(1, ingest="basic-archive"), MACHINE, catalog())

    assert (told.copies, told.published, list(told.rules)) == (1, 0, ["archive"])


def write_rule(directory: Path, name: str, actions: int, sql: str, **payload: object) -> None:
    """A rule in a file."""
    deeds = [{"sqs": {"roleArn": "arn", "queueUrl": "https://q"}}] * actions
    rule = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": deeds} | payload
    (directory / f"{name}.json").write_text(json.dumps({"ruleName": name, "topicRulePayload": rule}))


def test_a_rule_that_is_switched_off_is_not_paid_for(tmp_path: Path) -> None:
    """Nor one that selects other topics; one without an action counts one, and a look-up counts as an action."""
    telemetry = "FROM 'factory/+/+/+/telemetry'"
    write_rule(tmp_path, "off", 1, f"SELECT * {telemetry}", ruleDisabled=True)
    write_rule(tmp_path, "other", 1, "SELECT * FROM 'factory/+/+/+/verdict'")
    write_rule(tmp_path, "none", 0, f"SELECT * {telemetry}")
    write_rule(tmp_path, "asks", 2, f"SELECT get_secret('a', 'SecretString', 'b', 'arn') AS s {telemetry}")
    told = metered_message(CostRequest(1), MACHINE, catalog(tmp_path))

    assert {name: units.actions for name, units in told.rules.items()} == {"none": 1, "asks": 3}


def test_a_catalog_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """With the file's name."""
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(CostError, match=r"broken.json: It is not JSON"):
        catalog(tmp_path)


@pytest.mark.parametrize(
    ("batch", "size", "units"),
    [
        (1, 150, 1),
        (33, 4984, 1),  # 33 x 151 + 1 = 4,984; with 35 of topic 5,019
        (34, 5135, 2),  # 34 x 151 + 1 = 5,135: above 5,120
        (100, 15101, 3),  # 100 x 151 + 1 = 15,101, with the topic 15,136; / 5,120 = 2.96
    ],
)
def test_a_message_with_many_readings_counts_in_steps_of_5_kb(batch: int, size: int, units: int) -> None:
    """An array: brackets and commas besides the readings."""
    request = CostRequest(1, batch=batch)
    told = metered_message(request, MACHINE, catalog())

    assert message_bytes(request, MACHINE) == size
    assert (told.published, told.rules["archive"].rules_triggered) == (units, units)


def test_a_message_that_aws_would_not_take_is_refused() -> None:
    """128 KB at most; 868 x 151 + 1 = 131,069 fit into 131,072."""
    assert message_bytes(CostRequest(1, batch=868), MACHINE) == 131_069
    with pytest.raises(CostError, match="a message of 131,220 bytes is above the 131,072") as told:
        message_bytes(CostRequest(1, batch=869), MACHINE)

    assert told.value.remedy == "At most 868 readings of 150 bytes fit."
