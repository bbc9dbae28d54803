"""Certificates that no broker may accept: one of each kind for the whole plant, in the bundle of every shard.

Faults show them to the broker, to see that it refuses them. They belong to no thing and have no policy, so nothing of
what is done to machines' certificates (renewal, repair, retirement) concerns them.
"""

from __future__ import annotations

from collections.abc import Sequence

from contracts.identity import InvalidCertificate, invalid_certificate_file, invalid_key_file
from factory.provision.bundle import Bundle
from factory.provision.certificates import KeyedCertificate, certificate_id
from factory.provision.issuers import Invalid
from factory.provision.registry import Enrolled, Registry


def invalid_in(
    bundles: Sequence[Bundle], kinds: frozenset[InvalidCertificate], registry: Registry, enrolled: Enrolled
) -> Invalid | None:
    """The plant's invalid certificates, if a bundle has all of them and they are as invalid as they should be.

    Args:
        bundles: those whose certificates the present issuer signed.
        kinds: what the issuer can make.
        registry: of the plant.
        enrolled: what it knows.
    """
    for bundle in bundles:
        pairs = {kind: pair for kind in kinds if (pair := _pair(bundle, kind)) is not None}
        revoked = pairs.get(InvalidCertificate.REVOKED)
        arn = registry.certificate_arn(certificate_id(revoked.certificate)) if revoked else None
        if pairs.keys() == kinds and arn in enrolled.revoked:
            return pairs
    return None


def files_of_invalid(invalid: Invalid) -> dict[str, bytes]:
    """The files of a bundle that hold them."""
    files = {}
    for kind, pair in invalid.items():
        files[invalid_certificate_file(kind)] = pair.certificate.encode()
        files[invalid_key_file(kind)] = pair.key.encode()
    return files


def _pair(bundle: Bundle, kind: InvalidCertificate) -> KeyedCertificate | None:
    certificate, key = (bundle.files.get(path) for path in (invalid_certificate_file(kind), invalid_key_file(kind)))
    return KeyedCertificate(certificate.decode(), key.decode()) if certificate and key else None
