from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest
from moto import mock_aws

from factory.rollout.__main__ import main
from factory.rollout.doorway import DESCRIPTION, doorway, own_address
from factory.rollout.errors import RolloutError

OFFICE, RUNNER = "198.51.100.0/24", "203.0.113.7"


@pytest.fixture
def group() -> Iterator[tuple[Any, str]]:
    """EC2, and a security group that lets one office in."""
    with mock_aws():
        ec2: Any = boto3.client("ec2", "us-east-1")
        name = ec2.create_security_group(GroupName="load-balancer", Description="load balancer")["GroupId"]
        source = [{"CidrIp": OFFICE, "Description": "the office"}]
        permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": source}
        ec2.authorize_security_group_ingress(GroupId=name, IpPermissions=[permission])
        yield ec2, name


def let_in(ec2: Any, group: str) -> set[tuple[int, str]]:
    """Ports and who may come through them."""
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    return {(one["FromPort"], one["CidrIpv4"]) for one in rules if not one["IsEgress"]}


def test_it_is_open_for_one_address_while_the_body_runs(group: tuple[Any, str]) -> None:
    """Afterwards the group is as it was."""
    with doorway(*group, RUNNER):
        assert let_in(*group) == {(443, OFFICE), (443, f"{RUNNER}/32"), (80, f"{RUNNER}/32")}

    assert let_in(*group) == {(443, OFFICE)}


def test_it_is_closed_when_the_body_fails(group: tuple[Any, str]) -> None:
    """A smoke test that ends in an error leaves no door open."""
    with pytest.raises(ZeroDivisionError), doorway(*group, RUNNER):
        raise ZeroDivisionError

    assert let_in(*group) == {(443, OFFICE)}


def test_what_an_earlier_run_left_open_is_closed(group: tuple[Any, str]) -> None:
    """Its machine went away before it could."""
    ec2, name = group
    source = [{"CidrIp": "203.0.113.99/32", "Description": DESCRIPTION}]
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": source}
    ec2.authorize_security_group_ingress(GroupId=name, IpPermissions=[permission])

    with doorway(ec2, name, RUNNER):
        assert (443, "203.0.113.99/32") not in let_in(ec2, name)


def test_a_killed_run_is_closed_by_the_last_step_of_its_job(
    group: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which knows no more than the group; the office stays."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setattr("sys.argv", ["factory.rollout", "close", group[1]])
    with doorway(*group, RUNNER):
        assert (443, f"{RUNNER}/32") in let_in(*group)
        assert main() == 0
        assert let_in(*group) == {(443, OFFICE)}


def test_who_may_come_in_anyway_still_may_afterwards(group: tuple[Any, str]) -> None:
    """The address is one of allowed_cidrs: Terraform's rule stays."""
    ec2, name = group
    source = [{"CidrIp": f"{RUNNER}/32", "Description": "allowed"}]
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": source}
    ec2.authorize_security_group_ingress(GroupId=name, IpPermissions=[permission])

    with doorway(ec2, name, RUNNER):
        pass

    assert let_in(ec2, name) == {(443, OFFICE), (443, f"{RUNNER}/32")}


@pytest.mark.parametrize("told", ["<html>", "", "2001:db8::1"])
def test_an_answer_that_is_no_address_opens_nothing(told: str) -> None:
    """What a stranger's page says does not become a rule."""
    with pytest.raises(RolloutError, match="does not tell the address"):
        own_address({"https://checkip.amazonaws.com": told}.__getitem__)


def test_a_silent_page_is_told_in_words() -> None:
    """No network is a sentence, and no traceback."""

    def silent(url: str) -> str:
        raise httpx.ConnectTimeout("timed out")

    with pytest.raises(RolloutError, match="timed out"):
        own_address(silent)
