"""A shard in a mocked S3 and KMS, as provisioning would leave it, to be spoiled by the tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from contracts.identity import (
    CA_FILE,
    CONFIGURATION_FILE,
    PLANT_CA_FILE,
    Identity,
    PlantConfiguration,
    certificate_file,
    key_file,
)
from factory.provision.bundle import BundleStore
from factory.provision.certificates import KeyedCertificate, PlantCa
from init_container.retry import Retry
from init_container.source import Source

BUCKET = "identities"
NOW = datetime.now(UTC)


class Depot:
    """An identities bucket with what provisioning puts there."""

    def __init__(self) -> None:
        self.s3, self.kms, self.secrets = (
            boto3.client(service, region_name="us-east-1") for service in ("s3", "kms", "secretsmanager")
        )
        self.s3.create_bucket(Bucket=BUCKET)
        key = self.kms.create_key()["KeyMetadata"]["KeyId"]
        self.kms.create_alias(AliasName="alias/plant", TargetKeyId=key)
        self.store = BundleStore(self.s3, self.kms, BUCKET, "alias/plant")
        self.authority = PlantCa.make("plant1", NOW)
        self.pauses: list[float] = []

    def pair(self, name: str, authority: PlantCa | None = None, days: int = 365) -> KeyedCertificate:
        """A certificate of the plant's CA, or of another."""
        return (authority or self.authority).issue(name, NOW, timedelta(days=days))

    def put(
        self, devices: tuple[str, ...] = ("M001", "M002"), shard: str = "shard-0000", **pairs: KeyedCertificate
    ) -> None:
        """Seal a shard; a device's own pair instead of a good one may be given by its name."""
        members = tuple(Identity(device_id=one, plant="plant1", line="line1", model="cnc_mill") for one in devices)
        ca = self.authority.pair.certificate.encode()
        files = {CA_FILE: ca, PLANT_CA_FILE: ca, CONFIGURATION_FILE: PlantConfiguration().model_dump_json().encode()}
        for device in devices:
            pair = pairs.get(device) or self.pair(device)
            files[certificate_file(device)] = pair.certificate.encode()
            files[key_file(device)] = pair.key.encode()
        self.store.write("plant1", shard, "plant", members, files, NOW)

    def replace(self, key: str, change: Any) -> None:
        """Change an object behind everyone's back."""
        content = self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=change(content))

    def source(self, attempts: int = 3) -> Source:
        """The init container's view of it; pauses are noted instead of waited for."""
        retry = Retry(attempts, sleep=self.pauses.append)
        return Source(self.s3, self.kms, self.secrets, BUCKET, retry, sleep=self.pauses.append)


@pytest.fixture
def depot(mocked_account: None) -> Depot:
    """An empty bucket and a key."""
    return Depot()
