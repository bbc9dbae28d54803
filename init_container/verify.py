"""Whether a bundle holds what its manifest says, and whether its certificates are good for their machines."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import NameOID
from pydantic import ValidationError

from contracts.identity import (
    CA_FILE,
    CONFIGURATION_FILE,
    PLANT_CA_FILE,
    InvalidCertificate,
    Manifest,
    PlantConfiguration,
    certificate_file,
    invalid_certificate_file,
    invalid_key_file,
    key_file,
)
from init_container.errors import VerificationError

WARN_WITHIN = timedelta(days=30)
_REMEDY = "Run factory provision again."


@dataclass(frozen=True, slots=True)
class Verified:
    """A bundle that may be laid down.

    Args:
        manifest: what it says of itself.
        files: content by path.
        ending: end of validity of the certificates that end within 30 days, by device.
    """

    manifest: Manifest
    files: Mapping[str, bytes]
    ending: Mapping[str, datetime]


def verify(manifest: Manifest, packed: bytes, now: datetime) -> Verified:
    """A bundle, unpacked and found to be good.

    Args:
        manifest: already known to be the one that the bundle was encrypted with.
        packed: gzipped tar.
        now: time for which the certificates must be valid.

    Raises:
        VerificationError: a file is missing, too many or changed; a certificate does not fit its key, its machine, its
            time or the plant's CA.
    """
    files = unpack(manifest.shard, packed)
    check_files(manifest, files)
    _check_configuration(manifest, files[CONFIGURATION_FILE])
    _check_anchor(manifest, files[CA_FILE], now)
    authority = _authority(manifest, files, now)
    _check_expired(manifest, files, now)
    ending = {}
    for identity in manifest.identities:
        device = identity.device_id
        certificate = _certificate(f"{manifest.shard}: {device}", files[certificate_file(device)])
        _check_certificate(device, certificate, files[key_file(device)], authority, now)
        if certificate.not_valid_after_utc - now < WARN_WITHIN:
            ending[device] = certificate.not_valid_after_utc
    return Verified(manifest, files, ending)


def unpack(shard: str, packed: bytes) -> dict[str, bytes]:
    """Files of a gzipped tar, in memory: no path of it is ever followed."""
    try:
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(packed))) as archive:
            return {entry.name: _content(archive, entry) for entry in archive}
    except (tarfile.TarError, EOFError, OSError) as error:
        raise VerificationError(f"{shard}: the bundle cannot be unpacked: {error}.", remedy=_REMEDY) from None


def _content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(entry) if entry.isfile() else None
    if file is None:
        raise tarfile.TarError(f"{entry.name} is not a file")
    return file.read()


def check_files(manifest: Manifest, files: Mapping[str, bytes]) -> None:
    """Refuse a bundle that has not exactly the files that it must have, each with its digest.

    Raises:
        VerificationError: a file is missing, too many or changed.
    """
    expected = {CA_FILE, CONFIGURATION_FILE} | ({PLANT_CA_FILE} if manifest.issuer == "plant" else set())
    for kind in InvalidCertificate:
        pair = {invalid_certificate_file(kind), invalid_key_file(kind)}
        if pair & manifest.files.keys():  # not every issuer can make them; but none comes without its key
            expected |= pair
    for identity in manifest.identities:
        expected |= {certificate_file(identity.device_id), key_file(identity.device_id)}
    if odd := (expected ^ files.keys()) | (expected ^ manifest.files.keys()):
        raise VerificationError(f"{manifest.shard}: {min(odd)} is missing, or should not be there.", remedy=_REMEDY)
    for path, content in files.items():
        if hashlib.sha256(content).hexdigest() != manifest.files[path]:
            raise VerificationError(f"{manifest.shard}: {path} does not have its digest.", remedy=_REMEDY)


def _check_expired(manifest: Manifest, files: Mapping[str, bytes], now: datetime) -> None:
    """Of the invalid certificates this one alone tells by itself that it is invalid."""
    path = invalid_certificate_file(InvalidCertificate.EXPIRED)
    if path in files and _certificate(f"{manifest.shard}: {path}", files[path]).not_valid_after_utc > now:
        raise VerificationError(f"{manifest.shard}: {path} has not ended, as it should have.", remedy=_REMEDY)


def _check_configuration(manifest: Manifest, content: bytes) -> None:
    try:
        configuration = PlantConfiguration.model_validate_json(content)
    except ValidationError as error:
        raise VerificationError(f"{manifest.shard}: {CONFIGURATION_FILE}: {error.errors()[0]['msg']}.") from None
    strangers = [one.device_id for one in manifest.identities if one.plant != manifest.plant]
    if configuration.plant != manifest.plant or strangers:
        raise VerificationError(
            f"{manifest.shard}: {(strangers or [CONFIGURATION_FILE])[0]} is not of {manifest.plant}."
        )


def _check_anchor(manifest: Manifest, content: bytes, now: datetime) -> None:
    anchor = _certificate(f"{manifest.shard}: {CA_FILE}", content)
    _check_time(f"{manifest.shard}: {CA_FILE}", anchor, now)


def _authority(manifest: Manifest, files: Mapping[str, bytes], now: datetime) -> x509.Certificate | None:
    if manifest.issuer != "plant":
        return None
    where = f"{manifest.shard}: {PLANT_CA_FILE}"
    authority = _certificate(where, files[PLANT_CA_FILE])
    _check_time(where, authority, now)
    try:
        constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        constraints = None
    if constraints is None or not constraints.ca:
        raise VerificationError(f"{where} is not the certificate of a CA.", remedy=_REMEDY)
    return authority


def _check_certificate(
    device: str, certificate: x509.Certificate, key_text: bytes, authority: x509.Certificate | None, now: datetime
) -> None:
    try:
        key = load_pem_private_key(key_text, None)
    except (ValueError, TypeError):
        raise VerificationError(f"{device}: its private key cannot be read.", remedy=_REMEDY) from None
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        raise VerificationError(f"{device}: certificate and private key do not match.", remedy=_REMEDY)
    names = [str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [device]:
        raise VerificationError(f"{device}: its certificate names {', '.join(names) or 'nobody'}.", remedy=_REMEDY)
    _check_time(device, certificate, now)
    if authority is not None:
        try:
            certificate.verify_directly_issued_by(authority)
        except (InvalidSignature, ValueError, TypeError):
            raise VerificationError(f"{device}: its certificate is not the plant CA's.", remedy=_REMEDY) from None


def _check_time(where: str, certificate: x509.Certificate, now: datetime) -> None:
    if certificate.not_valid_after_utc < now:
        raise VerificationError(f"{where}: the certificate ended on {certificate.not_valid_after_utc}.", remedy=_REMEDY)
    if certificate.not_valid_before_utc > now:
        raise VerificationError(
            f"{where}: the certificate begins on {certificate.not_valid_before_utc}.", remedy="Is the clock right?"
        )


def _certificate(where: str, content: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(content)
    except ValueError:
        raise VerificationError(f"{where}: the certificate cannot be read.", remedy=_REMEDY) from None
