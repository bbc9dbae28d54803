"""Who may speak: identities of a shard, the manifest of their bundle, and where files lie on disk.

`factory provision` writes bundles, the init container reads them, the programs read what it laid down. A bundle is
a gzipped tar of the files below, encrypted with AES-256-GCM under a KMS data key; the manifest is the associated data,
so that a change of either is found out. In the bucket::

    SHARD/manifest.json     who is in it, and the SHA-256 of every file
    SHARD/bundle.enc        the encrypted tar

and, when the init container has done its work, in the target directory::

    SHARD/manifest.json
    SHARD/ca.pem                        whom to trust: the CA of the broker's certificate
    SHARD/plant-ca.pem                  present where a plant CA signed the identities
    SHARD/configuration.json            a PlantConfiguration
    SHARD/identities/M001.cert.pem      mode 0400, as all of them
    SHARD/identities/M001.key.pem
    SHARD/invalid/expired.cert.pem      present where such certificates could be had: what a machine shows to a broker
    SHARD/invalid/revoked.cert.pem      that must refuse it, while a fault of that kind lasts; each with its key
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from contracts.telemetry import DEVICE_ID_PATTERN, UtcDatetime

MANIFEST_FILE = "manifest.json"
BUNDLE_FILE = "bundle.enc"
CA_FILE = "ca.pem"
PLANT_CA_FILE = "plant-ca.pem"
CONFIGURATION_FILE = "configuration.json"

ENGINE_SHARD = "rules-engine"
"""The bundle of the rules engine's own identity."""

SHARD_SIZE = 1000
"""Machines of a shard where nothing else was asked for: what one bundle holds and one lease covers."""
FIRST_VEHICLE_SHARD = 9000
"""Number of the first shard of vehicles; below are machines, and no shard has both."""


def shard_name(number: int) -> str:
    """Name of the shard of that number, from 0.

    Example:
        >>> shard_name(3)
        'shard-0003'
    """
    return f"shard-{number:04d}"


def certificate_file(device_id: str) -> str:
    """Path of a certificate (PEM, the leaf first) within its bundle."""
    return f"identities/{device_id}.cert.pem"


def key_file(device_id: str) -> str:
    """Path of a private key (PEM, PKCS #8) within its bundle."""
    return f"identities/{device_id}.key.pem"


class InvalidCertificate(StrEnum):
    """Certificates of the plant that no broker may accept: faults show them, to see that it does not."""

    EXPIRED = "expired"
    """Signed by the plant's CA, and past its end."""
    REVOKED = "revoked"
    """Known to AWS IoT as revoked; it has no thing and no policy either."""


def invalid_certificate_file(kind: InvalidCertificate) -> str:
    """Path of an invalid certificate (PEM) within a shard's bundle; no machine can be called so.

    Example:
        >>> invalid_certificate_file(InvalidCertificate.EXPIRED)
        'invalid/expired.cert.pem'
    """
    return f"invalid/{kind}.cert.pem"


def invalid_key_file(kind: InvalidCertificate) -> str:
    """Path of its private key (PEM, PKCS #8) within the bundle."""
    return f"invalid/{kind}.key.pem"


class Identity(BaseModel):
    """A machine or vehicle that may speak, and what it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    device_id: str = Field(
        pattern=DEVICE_ID_PATTERN, description="Thing name, client id and certificate's common name."
    )
    plant: str = Field(pattern=DEVICE_ID_PATTERN, description="Plant; second level of the topic.")
    line: str = Field(pattern=DEVICE_ID_PATTERN, description="Line; third level of the topic.")
    model: str = Field(
        description="Model of a machine (nameplate) or vehicle (data sheet), `replay`, or `rules-engine`."
    )


class Envelope(BaseModel):
    """How the bundle beside a manifest is encrypted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    algorithm: Literal["AES-256-GCM"] = "AES-256-GCM"
    key_id: str = Field(description="KMS key that wraps the data key.")
    encrypted_key: Base64Bytes = Field(description="The data key as KMS wrapped it, under `encryption_context`.")
    nonce: Base64Bytes = Field(description="96-bit nonce of AES-GCM.")
    encryption_context: dict[str, str] = Field(description="What KMS and the reader must agree on: plant and shard.")


class Manifest(BaseModel):
    """What a bundle holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal[1] = 1
    plant: str
    shard: str
    issued_at: UtcDatetime
    issuer: Literal["aws", "plant"] = Field(description="Who signed: AWS IoT (from a CSR) or the plant's own CA.")
    identities: tuple[Identity, ...]
    files: dict[str, str] = Field(description="SHA-256 of each file in the bundle, in hex, by its path.")
    envelope: Envelope

    def associated_data(self) -> bytes:
        """What AES-GCM authenticates beside the bundle: the manifest but for the envelope."""
        return self.model_dump_json(exclude={"envelope"}).encode()


class PlantConfiguration(BaseModel):
    """What the programs of a plant must agree on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plant: str = "plant1"
    seed: int = Field(default=1, ge=0, description="Seed of everything random in the plant.")
    interval_s: float = Field(default=1.0, gt=0, le=3600, description="Time between readings of a machine [s].")
    scenario: str = Field(default="name: calm\n", description="The scenario, as YAML text.")
    started_at: UtcDatetime | None = Field(
        default=None,
        description="The plant's epoch: its time and the scenario's count from here, for all processes alike.",
    )
    speed: float = Field(
        default=1.0, ge=1, le=10_000, description="Plant time by real time: 60 plays an hour a minute [1]."
    )
    shard_size: int = Field(
        default=SHARD_SIZE, ge=1, le=10_000, description="Machines of a shard; fixed once the plant is there."
    )
    critical_temperature_c: float = Field(
        default=95.0, description="Above this a rule on the stream alerts at once [°C]."
    )
