"""What people are told at the end: addresses, what waits for them, and what it costs from here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from contracts.resources import PREFIX
from factory.cost import PROFILES, CostError, CostRequest, catalog, estimate, price_file
from factory.deploy.folder import OWN_FILE
from factory.deploy.plant import Plant

_PENDING = "PendingConfirmation"


def last_words(plant: Plant, outputs: Mapping[str, Any], machines: int) -> list[str]:
    """Lines for people.

    Args:
        plant: that was deployed.
        outputs: of Terraform.
        machines: how many it has.
    """
    return [*_addresses(plant, outputs), *_subscriptions(plant), cost(plant, machines), *_github(plant)]


def cost(plant: Plant, machines: int) -> str:
    """What it costs, as `factory cost` tells it for the example that is nearest.

    Args:
        plant: that is deployed.
        machines: how many it has.
    """
    profile = plant.folder.path.name if plant.folder.path.name in PROFILES else "production"
    try:
        request = CostRequest(machines, profile=PROFILES[profile])
        told = estimate(request, price_file().of(plant.region), catalog())
    except CostError as error:
        return f"costs: {error}"
    return (
        f"costs about {told.usd:,.0f} USD a month from here ({told.usd / 730:.2f} an hour), if it is as the example "
        f"{profile} and each of {machines} machines sends once a second: factory cost --profile {profile}"
    )


def _addresses(plant: Plant, outputs: Mapping[str, Any]) -> list[str]:
    if not outputs.get("url"):
        return []
    secret = f"{PREFIX}/{plant.name}/grafana-admin"
    return [
        f"open {outputs['url']}/grafana as admin; the password:",
        f"  aws secretsmanager get-secret-value --region {plant.region} --secret-id {secret} --query SecretString",
    ]


def _subscriptions(plant: Plant) -> list[str]:
    """Mail addresses that SNS has asked and that have not said yes."""
    pages = plant.client("sns").get_paginator("list_subscriptions").paginate()
    stem = f":{PREFIX}-{plant.name}-"
    try:
        waiting = {
            one["Endpoint"]
            for page in pages
            for one in page["Subscriptions"]
            if one["SubscriptionArn"] == _PENDING and stem in one["TopicArn"]
        }
    except ClientError as error:
        return [f"whether mail subscriptions were confirmed cannot be seen: {error}"]
    return [f"confirm the mail that AWS has sent to {', '.join(sorted(waiting))}"] if waiting else []


def _github(plant: Plant) -> list[str]:
    if not plant.folder.has_backend:
        return []
    told = f'"$(factory deploy --folder {plant.folder.path} --github-variables)"'
    own = plant.folder.path / OWN_FILE
    return [
        f"before the first push: gh variable set TERRAFORM_BACKEND < {plant.backend}",
        f"before the first push, and when {own} has changed: gh variable set TERRAFORM_VARIABLES --body {told}",
    ]
