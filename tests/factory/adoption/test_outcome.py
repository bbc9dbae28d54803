"""Tests of what a plan comes to."""

from __future__ import annotations

from typing import Any

import pytest
from plans_on_paper import entry

from factory.adoption.outcome import Deed, Row, rows_of
from factory.adoption.plan import read_plan

IMPORT = {"id": "q"}
REPLACE = ["delete", "create"]


def rows(*entries: dict[str, Any]) -> list[Row]:
    """The table of a plan with these changes."""
    return rows_of(read_plan({"resource_changes": list(entries)}).changes)


@pytest.mark.parametrize(
    ("change", "deed"),
    [
        ({}, Deed.CREATE),
        ({"actions": ["update"]}, Deed.CHANGE),
        ({"actions": ["no-op"], "importing": IMPORT}, Deed.ADOPT),
        ({"actions": ["update"], "importing": IMPORT}, Deed.ADOPT),
        ({"actions": REPLACE}, Deed.REPLACE),
        ({"actions": ["create", "delete"]}, Deed.REPLACE),
        ({"actions": REPLACE, "importing": IMPORT}, Deed.REPLACE),
        ({"actions": ["delete"]}, Deed.DESTROY),
    ],
)
def test_each_change_has_its_word(change: dict[str, Any], deed: Deed) -> None:
    """What is adopted and would be replaced is replaced, whatever else it is."""
    assert [row.deed for row in rows(entry("aws_sqs_queue.this", {"name": "q"}, **change))] == [deed]


@pytest.mark.parametrize("actions", [["no-op"], ["forget"]])
def test_what_is_left_alone_is_not_in_the_table(actions: list[str]) -> None:
    """Nothing is done to it."""
    assert rows(entry("aws_sqs_queue.this", actions=actions)) == []


def test_only_replacing_and_destroying_are_refused() -> None:
    """A revision that gives way to the next one is not lost."""
    assert {deed for deed in Deed if deed.is_refused} == {Deed.REPLACE, Deed.DESTROY}


def test_the_next_revision_of_a_task_is_no_loss_but_of_an_adopted_thing_it_is() -> None:
    """An apply with new images replaces each task definition."""
    tasks = entry("aws_ecs_task_definition.this", actions=REPLACE)
    model = entry("aws_sagemaker_model.this", actions=REPLACE, importing=IMPORT)
    assert [row.deed for row in rows(tasks, model)] == [Deed.RENEW, Deed.REPLACE]


def test_the_argument_that_forces_it_is_named_with_both_values() -> None:
    """With its path, as one would write it."""
    row = rows(
        entry(
            "aws_dynamodb_table.this",
            {"hash_key": "device_id", "attribute": [{"name": "device_id"}]},
            actions=REPLACE,
            before={"hash_key": "id", "attribute": [{"name": "id"}]},
            replace_paths=[["hash_key"], ["attribute", 0, "name"]],
        )
    )[0]
    assert [str(cause) for cause in row.causes] == [
        'hash_key: "id" → "device_id"',
        'attribute[0].name: "id" → "device_id"',
    ]


def test_no_secret_is_shown_and_no_unknown_value_made_up() -> None:
    """The name of the argument is enough."""
    row = rows(
        entry(
            "aws_secretsmanager_secret_version.this",
            {"secret_string": "hush"},
            actions=REPLACE,
            before={"secret_string": "old", "secret_id": "arn:1"},
            after_sensitive={"secret_string": True},
            after_unknown={"secret_id": True},
            replace_paths=[["secret_string"], ["secret_id"]],
        )
    )[0]
    assert [str(cause) for cause in row.causes] == ["secret_string", 'secret_id: "arn:1" → (known after apply)']


def test_where_no_argument_forces_it_the_plan_says_why() -> None:
    """As Terraform calls it (action_reason)."""
    row = rows(entry("aws_sqs_queue.this", actions=["delete"], action_reason="delete_because_no_resource_config"))[0]
    assert row.reason == "it is no longer configured"
