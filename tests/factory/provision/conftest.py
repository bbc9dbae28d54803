"""Provisioning against mocked AWS services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from contracts.identity import CA_FILE
from contracts.resources import Resources
from factory.provision import Provisioned, Provisioner, ProvisionRequest, provisioning
from factory.provision.bundle import Bundle, BundleStore
from factory.provision.users import AccessKey


class Account:
    """A mocked account and what is asked of it."""

    def __init__(self) -> None:
        self.session = boto3.session.Session("testing", "testing", region_name="us-east-1")
        self.names = Resources("plant1", "123456789012")
        self.credentials: dict[str, AccessKey] = {}

    def client(self, service: str) -> Any:
        """A client of root's."""
        return self.session.client(service)

    def provisioner(self, machines: int = 3, **asked: Any) -> Provisioner:
        """For a request of a real account, as moto has no address of its own."""
        return Provisioner(ProvisionRequest(machines=machines, **asked), self.session, self.credentials)

    def provision(self, machines: int = 3, **asked: Any) -> Provisioned:
        """Plan and carry out."""
        provisioner = self.provisioner(machines, **asked)
        return provisioner.carry_out(provisioner.plan())

    def bundle(self, shard: str = "shard-0000") -> Bundle:
        """A shard's bundle, decrypted."""
        return self.store().read(shard)

    def store(self) -> BundleStore:
        """All bundles."""
        return BundleStore(self.client("s3"), self.client("kms"), self.names.identities_bucket, self.names.key_alias)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An empty account."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setattr(provisioning, "trust_anchor", lambda _url: CA_FILE.encode())
    # moto passes over the conditions of a bucket policy, so that a Deny without TLS would deny everything.
    monkeypatch.setattr(FakeBucket, "get_permission", lambda *_: PermissionResult.NEUTRAL)
    # Without this its certificate ids are digests of the PEM; AWS IoT's are of the DER.
    with mock_aws(config={"iot": {"use_valid_cert": True}}):
        yield Account()
