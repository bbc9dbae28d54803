"""Identities and cloud resources of a plant, made as often as one likes.

A `ProvisionRequest` says what the plant shall have; a `Provisioner` surveys the account, plans what is missing and
makes it; `provision` does all three. What is there already stays as it is, keys and certificates first of all.
"""

from __future__ import annotations

from factory.provision.errors import ProvisionError, ProvisionUsageError
from factory.provision.for_containers import draw_secrets, write_profiles
from factory.provision.plan import Line, Plan
from factory.provision.provisioning import Provisioned, Provisioner, provision
from factory.provision.request import FleetRequest, ProvisionRequest, SmtpAccount, parse_device
from factory.provision.users import PROGRAMS, AccessKey, CredentialFiles
from factory.provision.waiting import wait_for_local_aws

__all__ = [
    "PROGRAMS",
    "AccessKey",
    "CredentialFiles",
    "FleetRequest",
    "Line",
    "Plan",
    "ProvisionError",
    "ProvisionRequest",
    "ProvisionUsageError",
    "Provisioned",
    "Provisioner",
    "SmtpAccount",
    "draw_secrets",
    "parse_device",
    "provision",
    "wait_for_local_aws",
    "write_profiles",
]
