"""Tests of the words by which a resource is looked for."""

from __future__ import annotations

from typing import Any

import pytest
from plans_on_paper import entry

from factory.adoption.naming import Account, words_of
from factory.adoption.plan import read_plan
from factory.adoption.types import KINDS
from factory.adoption.words import NotKnownError

HERE = Account("123456789012", "eu-central-1")


def words(document: dict[str, Any], number: int = 0) -> dict[str, Any]:
    """The words of a change of that plan."""
    plan = read_plan(document)
    change = plan.changes[number]
    return words_of(change, KINDS[change.type], plan, HERE)


def configured(*blocks: dict[str, Any]) -> dict[str, Any]:
    """The configuration of a plan, in the module `keys`."""
    module = {"resources": [{"mode": "managed", **block} for block in blocks]}
    return {"root_module": {"module_calls": {"keys": {"module": module}}}}


def test_a_resource_is_looked_for_in_its_own_region() -> None:
    """That of the provider, where the plan names none."""
    assert words({"resource_changes": [entry("aws_sqs_queue.this", {"name": "q"})]})["region"] == "eu-central-1"
    there = {"resource_changes": [entry("aws_sqs_queue.this", {"name": "q", "region": "us-east-1"})]}
    assert words(there)["region"] == "us-east-1"


def test_an_argument_that_is_not_written_has_the_default_of_the_provider() -> None:
    """A schedule without a group is in the group `default`; AWS would say so only after apply."""
    one = entry("aws_scheduler_schedule.this", {"name": "weekly"}, after_unknown={"group_name": True})
    assert words({"resource_changes": [one]})["group_name"] == "default"


def test_an_argument_that_is_written_and_not_known_has_no_default() -> None:
    """It will have another value, and a schedule of that name in the group `default` would be another one."""
    one = entry("aws_scheduler_schedule.this", {"name": "weekly"}, after_unknown={"group_name": True})
    block = {
        "address": "aws_scheduler_schedule.this",
        "mode": "managed",
        "expressions": {"group_name": {"references": ["x"]}},
    }
    document = {"resource_changes": [one], "configuration": {"root_module": {"resources": [block]}}}
    assert "group_name" not in words(document)


ALIAS = {
    "address": "aws_kms_alias.this",
    "expressions": {"target_key_id": {"references": ["aws_kms_key.this.key_id", "aws_kms_key.this"]}},
}
EACH = {
    "address": "aws_kms_alias.this",
    "expressions": {"target_key_id": {"references": ["each.value.key_id", "each.value"]}},
    "for_each_expression": {"references": ["aws_kms_key.this"]},
}


@pytest.mark.parametrize("alias", [ALIAS, EACH])
def test_a_key_is_named_by_the_alias_that_refers_to_it(alias: dict[str, Any]) -> None:
    """By the one with the same key, in the same instance of the module."""
    changes = [
        entry(
            f'module.keys["{plant}"].aws_kms_{kind}.this["{use}"]',
            {"name": f"alias/{plant}-{use}"} if kind == "alias" else {},
            module_address=f'module.keys["{plant}"]',
            index=use,
        )
        for plant in ("a", "b")
        for use in ("lake", "logs")
        for kind in ("key", "alias")
    ]
    document = {"resource_changes": changes, "configuration": configured(alias)}
    keys = [number for number, change in enumerate(changes) if change["type"] == "aws_kms_key"]
    named = [words(document, number)["owner"]["name"] for number in keys]
    assert named == ["alias/a-lake", "alias/a-logs", "alias/b-lake", "alias/b-logs"]


def test_a_key_without_an_alias_has_no_name() -> None:
    """An alias that refers to another key does not name it."""
    other = {"address": "aws_kms_alias.this", "expressions": {"target_key_id": {"references": ["aws_kms_key.other"]}}}
    changes = [
        entry(f"module.keys.{address}", {"name": "alias/x"}, module_address="module.keys")
        for address in ("aws_kms_key.this", "aws_kms_alias.this")
    ]
    with pytest.raises(NotKnownError):
        words({"resource_changes": changes, "configuration": configured(other)})
