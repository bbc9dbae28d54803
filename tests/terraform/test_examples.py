"""What each example is for: the smallest costs least, the large one keeps going and keeps to itself."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest
from example_plans import EXAMPLES, example, managed

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PEOPLE = "198.51.100.0/24"
"""`allowed_cidrs` of the examples' tests."""
Changes = list[dict[str, Any]]


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Changes]:
    """Both examples by name."""
    return {name: example(name, tmp_path_factory) for name in EXAMPLES}


def tasks(changes: Changes) -> dict[str, int]:
    """How many tasks each service begins with."""
    return {
        one["name"].removeprefix("smart-factory-plant1-"): one["desired_count"]
        for one in managed(changes, "aws_ecs_service").values()
    }


def zones(changes: Changes, kind: str) -> int:
    """In how many zones there are subnets of a kind."""
    subnets = managed(changes, "aws_subnet").items()
    return len({one["availability_zone"] for address, one in subnets if f".{kind}[" in address})


@pytest.mark.parametrize("name", EXAMPLES)
def test_only_named_networks_come_in_and_only_through_the_load_balancer(name: str, plans: dict[str, Changes]) -> None:
    """On its two ports; every other way in is from one security group of ours to another."""
    rules = managed(plans[name], "aws_vpc_security_group_ingress_rule")
    by_address = {address: rule for address, rule in rules.items() if rule["cidr_ipv4"] or rule["cidr_ipv6"]}

    assert {(rule["cidr_ipv4"], rule["cidr_ipv6"]) for rule in by_address.values()} == {(PEOPLE, None)}
    assert sorted(rule["from_port"] for rule in by_address.values()) == [80, 443]
    assert all(".people[" in address for address in by_address)
    # Rules within a group's or a network's own block would go past these.
    assert [group for group in managed(plans[name], "aws_security_group").values() if group.get("ingress")] == []
    assert managed(plans[name], "aws_security_group_rule") == {}
    assert [one for one in managed(plans[name], "aws_lb").values() if one["internal"]] == []
    closed = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    blocks = managed(plans[name], "aws_s3_bucket_public_access_block").values()
    assert len(blocks) == len(managed(plans[name], "aws_s3_bucket")) == 6
    assert all(one[way] for one in blocks for way in closed)


def test_the_smallest_pays_for_no_way_out_and_one_task_each(plans: dict[str, Changes]) -> None:
    """Two zones, as a load balancer wants; no NAT, no endpoint but the two that are free, all destroyed."""
    changes = plans["minimal"]

    assert zones(changes, "public") == 2
    assert managed(changes, "aws_nat_gateway") == managed(changes, "aws_eip") == {}
    endpoints = managed(changes, "aws_vpc_endpoint").values()
    assert Counter(one["vpc_endpoint_type"] for one in endpoints) == {"Gateway": 2}
    assert tasks(changes) == dict.fromkeys(("simulator", "prometheus", "alertmanager", "grafana", "verdicts"), 1)
    scaled = managed(changes, "aws_appautoscaling_target").values()
    assert {(one["min_capacity"], one["max_capacity"]) for one in scaled} <= {(1, 1)}
    services = managed(changes, "aws_ecs_service").values()
    assert all(one["network_configuration"][0]["assign_public_ip"] for one in services)
    assert managed(changes, "aws_sagemaker_endpoint") == {}
    assert [one["force_destroy"] for one in managed(changes, "aws_s3_bucket").values()] == [True] * 6
    assert [one["enable_deletion_protection"] for one in managed(changes, "aws_lb").values()] == [False]


def test_what_people_rely_on_is_private_twofold_and_kept(plans: dict[str, Changes]) -> None:
    """No task has an address of its own, and each reaches AWS by endpoints; nothing with data in it is destroyed."""
    changes = plans["production"]

    assert zones(changes, "private") == 2
    services = managed(changes, "aws_ecs_service").values()
    assert not any(one["network_configuration"][0]["assign_public_ip"] for one in services)
    assert managed(changes, "aws_nat_gateway") == {}
    endpoints = Counter(one["vpc_endpoint_type"] for one in managed(changes, "aws_vpc_endpoint").values())
    assert endpoints["Gateway"] == 2
    assert endpoints["Interface"] >= 10
    assert tasks(changes) == {"simulator": 2, "prometheus": 2, "alertmanager": 2, "grafana": 1, "verdicts": 1}
    assert [one["enable_deletion_protection"] for one in managed(changes, "aws_lb").values()] == [True]
    assert all(one["deletion_protection_enabled"] for one in managed(changes, "aws_dynamodb_table").values())
    assert [one["force_destroy"] for one in managed(changes, "aws_s3_bucket").values()] == [False] * 6
    assert len(managed(changes, "aws_sagemaker_endpoint")) == 1
    assert len(managed(changes, "aws_scheduler_schedule")) == 1


def test_a_login_stands_before_everything(plans: dict[str, Changes]) -> None:
    """Each way to a target asks for it first."""
    rules = managed(plans["production"], "aws_lb_listener_rule").values()
    forwarding = [[one["type"] for one in rule["action"]] for rule in rules]
    with_target = [kinds for kinds in forwarding if "forward" in kinds]

    assert len(with_target) >= 4
    assert all(kinds[0] == "authenticate-oidc" for kinds in with_target)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_all_that_a_plant_has(name: str, plans: dict[str, Changes]) -> None:
    """Keys that turn, audited things, tables of the lake; six images have a place to be pushed to."""
    changes = plans[name]

    keys = managed(changes, "aws_kms_key").values()
    assert len(keys) == 7
    assert all(one["enable_key_rotation"] for one in keys)
    assert {one["image_tag_mutability"] for one in managed(changes, "aws_ecr_repository").values()} == {"IMMUTABLE"}
    assert len(managed(changes, "aws_glue_catalog_table")) == 3
    assert len(managed(changes, "aws_cloudformation_stack")) == 1


@pytest.mark.parametrize("name", EXAMPLES)
def test_who_deploys_may_read_what_the_plant_has_written(name: str, plans: dict[str, Changes]) -> None:
    """Or neither the audit nor a question to the lake could be asked, and nobody but a key's user may decrypt."""
    keys = managed(plans[name], "aws_kms_key")
    used = {
        re.search(r'"(\w+)"\]$', address)[1]: statement["Condition"]["ArnLike"]["aws:PrincipalArn"]  # type: ignore[index]
        for address, key in keys.items()
        for statement in json.loads(key["policy"])["Statement"]
        if statement["Sid"] == "Users"
    }
    may = {key for key, arns in used.items() if "arn:aws:iam::111122223333:role/admin" in arns}
    assert used.keys() == {"identities", "fleet", "lake", "logs", "models", "secrets", "truth"}
    assert may == ({*used} - {"logs"} if name == "minimal" else {"identities", "fleet"})
