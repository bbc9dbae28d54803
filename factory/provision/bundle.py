"""A shard's identities as one bundle: packed, encrypted under a KMS data key, and opened again.

The bundle's layout, manifest and envelope are `contracts.identity`'s; the init container opens what is sealed here.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from contracts.identity import BUNDLE_FILE, MANIFEST_FILE, Envelope, Identity, Manifest
from factory.provision.errors import ProvisionError
from factory.provision.request import Issuer

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client

_NONCE_BYTES = 12  # 96 bits: NIST SP 800-38D, 5.2.1.1, recommended for GCM


@dataclass(frozen=True, slots=True)
class Bundle:
    """A manifest and the files it speaks of."""

    manifest: Manifest
    files: Mapping[str, bytes]


class BundleStore:
    """The bundles of a plant in its bucket.

    Args:
        s3: client.
        kms: client.
        bucket: the identities bucket.
        key_alias: KMS key that wraps the data keys.
    """

    def __init__(self, s3: S3Client, kms: KMSClient, bucket: str, key_alias: str) -> None:
        self._s3 = s3
        self._kms = kms
        self._bucket = bucket
        self._key_alias = key_alias

    def shards(self) -> tuple[str, ...]:
        """Names of all shards that have a manifest."""
        try:
            pages = list(self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket))
        except self._s3.exceptions.NoSuchBucket:
            return ()
        keys = [one["Key"] for page in pages for one in page.get("Contents", [])]
        return tuple(sorted(key.split("/")[0] for key in keys if key.endswith("/" + MANIFEST_FILE)))

    def read(self, shard: str) -> Bundle:
        """A shard's bundle, decrypted.

        Raises:
            ProvisionError: it cannot be decrypted, or is not what its manifest says.
        """
        manifest = Manifest.model_validate_json(self._get(f"{shard}/{MANIFEST_FILE}"))
        sealed = self._get(f"{shard}/{BUNDLE_FILE}")
        envelope = manifest.envelope
        try:
            answer = self._kms.decrypt(
                CiphertextBlob=envelope.encrypted_key, EncryptionContext=envelope.encryption_context
            )
            packed = AESGCM(answer["Plaintext"]).decrypt(envelope.nonce, sealed, manifest.associated_data())
        except (InvalidTag, ClientError) as error:
            raise ProvisionError(
                f"The bundle s3://{self._bucket}/{shard}/{BUNDLE_FILE} cannot be decrypted ({type(error).__name__}).",
                remedy="Restore its last good version, or delete the shard's two objects to have it made anew.",
            ) from error
        return Bundle(manifest, unpack(packed))

    def write(
        self,
        plant: str,
        shard: str,
        issuer: Issuer,
        members: tuple[Identity, ...],
        files: Mapping[str, bytes],
        now: datetime,
    ) -> None:
        """Seal and store a shard's bundle; the manifest goes last, for it is what readers look for."""
        context = {"plant": plant, "shard": shard}
        answer = self._kms.generate_data_key(KeyId=self._key_alias, KeySpec="AES_256", EncryptionContext=context)
        envelope = Envelope.model_construct(
            algorithm="AES-256-GCM",
            key_id=answer["KeyId"],
            encrypted_key=answer["CiphertextBlob"],
            nonce=os.urandom(_NONCE_BYTES),
            encryption_context=context,
        )
        manifest = Manifest(
            plant=plant,
            shard=shard,
            issued_at=now,
            issuer=issuer,
            identities=members,
            files={path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())},
            envelope=envelope,
        )
        sealed = AESGCM(answer["Plaintext"]).encrypt(envelope.nonce, pack(files), manifest.associated_data())
        self._s3.put_object(Bucket=self._bucket, Key=f"{shard}/{BUNDLE_FILE}", Body=sealed)
        self._s3.put_object(
            Bucket=self._bucket,
            Key=f"{shard}/{MANIFEST_FILE}",
            Body=manifest.model_dump_json(indent=1).encode(),
            ContentType="application/json",
        )

    def remove(self, shard: str) -> None:
        """Take a shard away; the bucket keeps its versions."""
        self._s3.delete_object(Bucket=self._bucket, Key=f"{shard}/{MANIFEST_FILE}")
        self._s3.delete_object(Bucket=self._bucket, Key=f"{shard}/{BUNDLE_FILE}")

    def _get(self, key: str) -> bytes:
        return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()


def pack(files: Mapping[str, bytes]) -> bytes:
    """Files as a gzipped tar; the same files give the same bytes.

    Example:
        >>> unpack(pack({"identities/M001.key.pem": b"secret"}))
        {'identities/M001.key.pem': b'secret'}
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in sorted(files.items()):
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            entry.mode = 0o400
            archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(buffer.getvalue(), compresslevel=6, mtime=0)


def unpack(packed: bytes) -> dict[str, bytes]:
    """The files of a gzipped tar."""
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
        return {entry.name: archive.extractfile(entry).read() for entry in archive if entry.isfile()}  # type: ignore[union-attr]
