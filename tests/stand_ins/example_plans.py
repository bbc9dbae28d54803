"""What the examples of Terraform plan, whole: the plan of their own test, which is run once for all files of tests.

What AWS would only tell when applying, such as ARNs, is told by `terraform/tests/mocks`, so that documents which name
them are known. Keys and secrets get ARNs of their own in that test, since policies tell them apart.
"""

from __future__ import annotations

from typing import Any

import pytest
from terraform_plans import ACCOUNT, REGION
from terraform_tests import terraform_copy

from contracts.resources import Resources

EXAMPLES = ("minimal", "production")
NAMES = Resources("plant1", ACCOUNT, REGION)
KEYS = {
    use: f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{use}"
    for use in ("fleet", "identities", "lake", "logs", "models", "secrets", "truth")
}
"""ARN of each key, by its use."""
RUN = "whole"


def example(name: str, temporary: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The `resource_changes` of an example's plan; the test is skipped, with the reason, where none can be made.

    Args:
        name: of its folder under `terraform/examples`.
        temporary: the fixture `tmp_path_factory`.
    """
    return terraform_copy(temporary).test(f"examples/{name}").plan(RUN)


def managed(changes: list[dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    """What the resources of a type will be, by their address."""
    return {
        one["address"]: one["change"]["after"] for one in changes if one["type"] == kind and one["mode"] == "managed"
    }
