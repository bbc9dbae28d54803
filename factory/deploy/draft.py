"""A draft of the file that says what a plant is, with what can be found out."""

from __future__ import annotations

from typing import Any

from contracts.resources import PREFIX
from factory.deploy.errors import DeployUsageError
from factory.deploy.folder import OWN_FILE, Folder, write_values
from factory.deploy.needs import USED_KEYS, is_root


def draft(folder: Folder, caller: str, account: str, region: str) -> dict[str, Any]:
    """Values of the folder's variables; addresses and names are examples, to be replaced.

    Args:
        folder: what is deployed.
        caller: ARN of who deploys.
        account: number of the account.
        region: AWS region.
    """
    if is_root(caller):
        # Of a local AWS, whose keys ask nobody who he is.
        caller = f"arn:aws:iam::{account}:role/administrator"
    deploy_role = [f"arn:aws:iam::{account}:role/{PREFIX}-github-deploy"] if folder.has_backend else []
    whole: dict[str, Any] = {
        "region": region,
        "plant": "plant1",
        "administrators": [caller, *deploy_role],
        "key_users": {key: [caller] for key in sorted((*USED_KEYS, "fleet", "lake", "truth"))},
        "permissions_boundary_arn": f"arn:aws:iam::{account}:policy/{PREFIX}-plant-boundary",
        "allowed_cidrs": ["198.51.100.0/24"],
        "domain_name": "factory.example.com",
        "zone_id": "Z0123456789ABCDEFGHIJ",
        "mails": ["operator@example.com"],
    }
    if not folder.has_backend:
        # That bound is made by the bootstrap.
        del whole["permissions_boundary_arn"]
    return {name: value for name, value in whole.items() if name in folder.declared}


def write_draft(folder: Folder, values: dict[str, Any]) -> str:
    """Write it, and tell what is to be replaced; a file that is there is left alone.

    Raises:
        DeployUsageError: there is one already.
    """
    path = folder.path / OWN_FILE
    if path.exists():
        raise DeployUsageError(f"{path} is there already.", remedy="Change that, or move it away first.")
    write_values(path, values)
    return (
        f"{path} is a draft: put your own allowed_cidrs, domain_name, zone_id and mails into it "
        f"(or certificate_arn in the place of zone_id, where the name is kept elsewhere), then: {_deploying(folder)}"
    )


def _deploying(folder: Folder) -> str:
    return "make deploy" if folder.has_backend else f'make deploy ARGS="--folder {folder.path}"'
