"""Where identities come from: S3, KMS and Secrets Manager."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import ValidationError

from contracts.identity import BUNDLE_FILE, MANIFEST_FILE, Manifest
from init_container.errors import AwsUnavailableError, VerificationError
from init_container.retry import Retry

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient

_LOOKS = 3
_LOOK_PAUSE_S = 0.5
# What KMS says when a wrapped key is not its own or the context is another.
_FOREIGN_KEY = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})


@dataclass(frozen=True, slots=True)
class Sealed:
    """A shard's two objects as they lie in the bucket."""

    shard: str
    manifest_text: bytes
    bundle: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A shard's bundle, decrypted but not yet verified."""

    manifest: Manifest
    manifest_text: bytes
    packed: bytes


class Source:
    """Fetches and decrypts bundles.

    Args:
        s3: client.
        kms: client.
        secrets: client.
        bucket: of the bundles.
        retry: asks AWS again.
        sleep: waits between two looks at a bundle that may be in the course of being replaced.
    """

    def __init__(
        self,
        s3: S3Client,
        kms: KMSClient,
        secrets: SecretsManagerClient,
        bucket: str,
        retry: Retry,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._s3 = s3
        self._kms = kms
        self._secrets = secrets
        self._bucket = bucket
        self._retry = retry
        self._sleep = sleep

    def shards(self) -> tuple[str, ...]:
        """Names of all shards of machines in the bucket.

        Raises:
            AwsUnavailableError: there is none, or the bucket cannot be listed.
        """

        def listing() -> list[str]:
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix="shard-")
            return [one["Key"] for page in pages for one in page.get("Contents", [])]

        keys = self._retry(f"list s3://{self._bucket}", listing)
        shards = sorted(key.split("/")[0] for key in keys if key.endswith(f"/{MANIFEST_FILE}"))
        if not shards:
            raise AwsUnavailableError(f"s3://{self._bucket} holds no shard.", remedy="Run factory provision first.")
        return tuple(shards)

    def open(self, shard: str) -> Opened:
        """A shard's bundle, decrypted.

        A bundle that does not fit its manifest is looked at again: the two are two objects, and provisioning may have
        replaced one and not yet the other.

        Raises:
            AwsUnavailableError: it cannot be fetched, or KMS refuses.
            VerificationError: the bundle does not belong to the manifest.
        """
        for look in range(_LOOKS):
            try:
                return self._decrypt(self._fetch(shard))
            except VerificationError:
                if look == _LOOKS - 1:
                    raise
            self._sleep(_LOOK_PAUSE_S)
        raise AssertionError("unreachable: the last look returns or raises")

    def secret(self, secret_id: str) -> str:
        """Text of a secret."""
        return self._retry(
            f"read the secret {secret_id}",
            lambda: self._secrets.get_secret_value(SecretId=secret_id)["SecretString"],
        )

    def _fetch(self, shard: str) -> Sealed:
        return Sealed(shard, self._object(f"{shard}/{MANIFEST_FILE}"), self._object(f"{shard}/{BUNDLE_FILE}"))

    def _object(self, key: str) -> bytes:
        return self._retry(
            f"read s3://{self._bucket}/{key}",
            lambda: self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read(),
        )

    def _decrypt(self, sealed: Sealed) -> Opened:
        manifest = _manifest(sealed)
        envelope = manifest.envelope
        key = self._retry(f"decrypt the data key of {sealed.shard}", lambda: self._data_key(sealed.shard, manifest))
        try:
            packed = AESGCM(key).decrypt(envelope.nonce, sealed.bundle, manifest.associated_data())
        except (InvalidTag, ValueError):
            raise VerificationError(
                f"{sealed.shard}: bundle and manifest do not belong together: one of them was changed.",
                remedy="Run factory provision again.",
            ) from None
        return Opened(manifest, sealed.manifest_text, packed)

    def _data_key(self, shard: str, manifest: Manifest) -> bytes:
        envelope = manifest.envelope
        try:
            answer = self._kms.decrypt(
                KeyId=envelope.key_id,
                CiphertextBlob=envelope.encrypted_key,
                EncryptionContext=envelope.encryption_context,
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _FOREIGN_KEY:
                raise VerificationError(
                    f"{shard}: its data key was not wrapped by {envelope.key_id} for this shard.",
                    remedy="Run factory provision again.",
                ) from None
            raise
        return answer["Plaintext"]


def _manifest(sealed: Sealed) -> Manifest:
    try:
        manifest = Manifest.model_validate_json(sealed.manifest_text)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"])
        raise VerificationError(f"{sealed.shard}: the manifest is not valid: {where}: {problem['msg']}.") from None
    context = {"plant": manifest.plant, "shard": sealed.shard}
    if manifest.shard != sealed.shard or manifest.envelope.encryption_context != context:
        raise VerificationError(f"{sealed.shard}: the manifest is that of {manifest.shard} of {manifest.plant}.")
    return manifest
