"""Tests of reading a plan's JSON."""

from __future__ import annotations

from typing import Any

import pytest
from plans_on_paper import entry

from factory.adoption.plan import Change, read_plan


def change(one: dict[str, Any]) -> Change:
    """The change of a plan that has one."""
    return read_plan({"resource_changes": [one]}).changes[0]


def test_an_address_falls_into_module_resource_and_key() -> None:
    """Keys of modules are taken off, also such as hold brackets and dots."""
    address = 'module.lake["a.b[0]"].aws_s3_bucket.this["raw"]'
    read = change(entry(address, module_address='module.lake["a.b[0]"]', index="raw"))
    assert (read.module, read.resource, read.index) == ("module.lake", "aws_s3_bucket.this", "raw")
    assert read.address == address


def test_data_sources_are_no_changes() -> None:
    """They are read, not made."""
    plan = read_plan({"resource_changes": [entry("data.aws_region.this", mode="data", actions=["read"])]})
    assert plan.changes == ()


@pytest.mark.parametrize(
    ("actions", "creates", "deletes"),
    [
        (["create"], True, False),
        (["no-op"], False, False),
        (["update"], False, False),
        (["delete"], False, True),
        (["delete", "create"], False, True),
        (["create", "delete"], False, True),
        (["forget"], False, False),
    ],
)
def test_actions_say_what_is_made_and_what_is_lost(actions: list[str], creates: bool, deletes: bool) -> None:
    """In each of the forms that Terraform documents."""
    read = change(entry("aws_sqs_queue.this", actions=actions))
    assert (read.creates, read.deletes) == (creates, deletes)


def test_changed_arguments_are_those_whose_known_parts_differ() -> None:
    """What AWS will fill in does not count, nor an unset argument; tags_all repeats tags."""
    read = change(
        entry(
            "aws_s3_bucket_versioning.this",
            {
                "bucket": "b",
                "versioning_configuration": [{"status": "Enabled"}],
                "tags": {"a": "1"},
                "tags_all": {"a": "1"},
            },
            actions=["update"],
            before={
                "bucket": "b",
                "versioning_configuration": [],
                "arn": "arn:1",
                "mfa": None,
                "tags": {},
                "tags_all": {},
            },
            after_unknown={"arn": True, "versioning_configuration": [{"mfa_delete": True}]},
        )
    )
    assert read.changed == ("tags", "versioning_configuration")


def test_an_argument_that_is_taken_away_has_changed() -> None:
    """The plan leaves it out of `after`."""
    read = change(entry("aws_sqs_queue.this", {"name": "q"}, actions=["update"], before={"name": "q", "policy": "p"}))
    assert read.changed == ("policy",)


def test_unknown_and_secret_arguments_are_named_from_nested_marks() -> None:
    """A mark at any depth counts, an empty tree of marks does not."""
    read = change(
        entry(
            "aws_lb.this",
            after_unknown={"arn": True, "subnets": [False, True], "tags": {}, "logs": [{"bucket": True}]},
            after_sensitive={"password": True, "tags": {}},
            before_sensitive=False,
        )
    )
    assert read.unknown == {"arn", "subnets", "logs"}
    assert read.secret == {"password"}


def test_a_left_over_of_an_earlier_replacement_is_not_taken_for_the_resource() -> None:
    """A deposed object has the address of the one that took its place."""
    assert (
        change(entry("aws_sqs_queue.this", actions=["delete"], deposed="ab12")).address
        == "aws_sqs_queue.this (deposed ab12)"
    )


def test_accounts_are_those_that_data_sources_saw_in_any_module() -> None:
    """Also in one below."""
    identity = {"mode": "data", "type": "aws_caller_identity", "values": {"account_id": "111122223333"}}
    state = {"values": {"root_module": {"child_modules": [{"child_modules": [{"resources": [identity]}]}]}}}
    assert read_plan({"prior_state": state}).accounts == {"111122223333"}
