"""Opens the load balancer to this machine's address alone, and closes it again.

The load balancer lets in `allowed_cidrs` and nobody else; a machine of GitHub's has another address each time. What an
earlier run could not close, as it was killed, is closed by its job's last step, or else by the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from typing import Any

import httpx
from botocore.exceptions import ClientError

from factory.rollout.errors import RolloutError

DESCRIPTION = "smart-factory: smoke test of a deployment, closed when it ends"
PORTS = (80, 443)
_WHO_AM_I = "https://checkip.amazonaws.com"


def own_address(ask: Callable[[str], str] = lambda url: httpx.get(url, timeout=10.0).raise_for_status().text) -> str:
    """The address under which AWS sees this machine.

    Raises:
        RolloutError: it is not told.
    """
    try:
        return str(IPv4Address(ask(_WHO_AM_I).strip()))
    except (httpx.HTTPError, ValueError) as error:
        raise RolloutError(f"{_WHO_AM_I} does not tell the address of this machine: {error}.") from None


@contextmanager
def doorway(ec2: Any, group: str, address: str) -> Iterator[None]:
    """Let an address in while the body runs.

    Args:
        ec2: client of boto3.
        group: id of the load balancer's security group.
        address: IPv4, of this machine.
    """
    close(ec2, group)
    try:
        _open(ec2, group, address)
        yield
    finally:
        close(ec2, group)


def _open(ec2: Any, group: str, address: str) -> None:
    source = {"CidrIp": f"{address}/32", "Description": DESCRIPTION}
    for port in PORTS:
        permission = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [source]}
        try:
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])
        except ClientError as error:
            # It is among allowed_cidrs already: nothing to open, and nothing to close.
            if error.response["Error"]["Code"] != "InvalidPermission.Duplicate":
                raise


def close(ec2: Any, group: str) -> None:
    """Take away what was opened by this text, now or earlier."""
    pages = ec2.get_paginator("describe_security_group_rules").paginate(
        Filters=[{"Name": "group-id", "Values": [group]}]
    )
    rules = [rule for page in pages for rule in page["SecurityGroupRules"]]
    ours = [one["SecurityGroupRuleId"] for one in rules if one.get("Description") == DESCRIPTION]
    if ours:
        ec2.revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=ours)
