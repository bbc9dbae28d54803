"""The deploy role of `terraform/bootstrap` may do what applying a plant takes: a missing right stops a newcomer midway.

It has AWS's PowerUserAccess, which is every service but IAM, Organizations and the account's own settings (its
`NotAction` is `iam:*`, `organizations:*`, `account:*`; IAM user guide, "AWS managed policies for job functions"). So
what has to be named is what IAM is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from factory.terraform_files import Block, read_folder

TERRAFORM = Path(__file__).parents[2] / "terraform"
MODULES = sorted(path for path in (TERRAFORM / "modules").iterdir() if path.is_dir())
BOOTSTRAP = read_folder(TERRAFORM / "bootstrap")
CALLS = {
    "aws_iam_role": {
        "CreateRole",
        "DeleteRole",
        "GetRole",
        "ListAttachedRolePolicies",
        "ListInstanceProfilesForRole",
        "ListRolePolicies",
        "PutRolePermissionsBoundary",
        "TagRole",
        "UntagRole",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
        "UpdateRoleDescription",
    },
    "aws_iam_role_policy": {"DeleteRolePolicy", "GetRolePolicy", "PutRolePolicy"},
    "aws_iam_role_policy_attachment": {"AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies"},
}
"""What the provider asks of IAM to make, read, change and delete each type (hashicorp/terraform-provider-aws,
internal/service/iam: role.go, role_policy.go, role_policy_attachment.go)."""
_BEYOND = ("aws_iam_", "aws_organizations_", "aws_account_")


def block_of(kind: str, name: str) -> Block:
    """A resource of the bootstrap."""
    (found,) = [block for block in BOOTSTRAP.all("resource") if block.labels == (kind, name)]
    return found


def made_by_plants() -> Iterator[Block]:
    """Every resource of every module."""
    for folder in MODULES:
        yield from read_folder(folder).all("resource")


def test_what_a_plant_asks_of_iam_is_allowed() -> None:
    """Types beyond PowerUserAccess are those whose calls are known, and each call is named in the role's policy."""
    types = {block.labels[0] for block in made_by_plants() if block.labels[0].startswith(_BEYOND)}
    named = set(re.findall(r'"iam:(\w+)"', block_of("aws_iam_role_policy", "deploy").text))

    assert types == CALLS.keys()
    assert {call for calls in CALLS.values() for call in calls} - named == set()


def test_roles_are_handed_to_the_services_that_take_them_on_and_to_no_other() -> None:
    """Whoever is the principal of a role's trust; a service more would be one that anything could be run by."""
    text = "\n".join((folder / "main.tf").read_text("utf-8") for folder in MODULES)
    trusted = re.findall(
        r'"sts:AssumeRole"(?:(?!\n\n)[\s\S]){0,120}?Principal += \{ Service = "([a-z-]+)\.amazonaws\.com"', text
    )
    passed = re.search(r"passed_to = \[([^\]]*)\]", (TERRAFORM / "bootstrap" / "main.tf").read_text("utf-8"))

    assert passed is not None
    assert set(re.findall(r'"([^"]+)"', passed[1])) == set(trusted)


@pytest.mark.parametrize("folder", MODULES, ids=lambda folder: folder.name)
def test_each_role_of_a_plant_takes_the_bound(folder: Path) -> None:
    """One without it the deploy role could not make, and that none is forgotten is seen here."""
    module = read_folder(folder)
    roles = [block for block in module.all("resource") if block.labels[0] == "aws_iam_role"]
    called = [block for block in module.all("module") if makes_roles(TERRAFORM / "modules" / block.labels[0])]
    inner = [block for block in module.all("module") if '"../service"' in block.text]

    assert [role.labels for role in roles if role.attributes.get("permissions_boundary") != BOUND] == []
    handed = [*called, *inner]
    assert [block.labels for block in handed if block.attributes.get("permissions_boundary_arn") != BOUND] == []


BOUND = "var.permissions_boundary_arn"


def makes_roles(folder: Path) -> bool:
    """Whether a module has roles, of its own or of a module that it calls."""
    return folder.is_dir() and "permissions_boundary_arn" in (folder / "variables.tf").read_text("utf-8")
