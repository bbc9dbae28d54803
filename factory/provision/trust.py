"""Whom machines trust: the CA of the broker's certificate."""

from __future__ import annotations

import urllib.request
from importlib import resources
from urllib.error import URLError

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

from factory.provision.errors import ProvisionError

AMAZON_ROOT = "Amazon Root CA 1"
_LOCAL_PATH = "/_ministack/iot/ca.pem"


def trust_anchor(endpoint_url: str | None) -> bytes:
    """CA certificate (PEM) of the broker.

    Args:
        endpoint_url: address of a local AWS, which is asked for it; none for AWS, whose root botocore carries.

    Raises:
        ProvisionError: the local AWS does not answer.
    """
    if endpoint_url is None:
        return _amazon_root()
    url = endpoint_url.rstrip("/") + _LOCAL_PATH
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - the caller's own endpoint
            pem: bytes = answer.read()
    except (URLError, ValueError, OSError) as error:
        raise ProvisionError(f"{url} cannot be read: {error}.", remedy="Is the local AWS running?") from None
    return pem


def _amazon_root() -> bytes:
    # The bundle names each certificate in a comment before it; parsing all of them would warn of odd ones.
    _, _, behind = resources.files("botocore").joinpath("cacert.pem").read_text("utf-8").partition(f"CN={AMAZON_ROOT} ")
    begin, end = behind.find("-----BEGIN CERTIFICATE"), behind.find("-----END CERTIFICATE-----")
    certificate = x509.load_pem_x509_certificate((behind[begin:end] + "-----END CERTIFICATE-----").encode())
    if certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value != AMAZON_ROOT:
        raise ProvisionError(f"botocore's bundle of CAs has no {AMAZON_ROOT}.")
    return certificate.public_bytes(serialization.Encoding.PEM)
