"""Whom machines trust."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from factory.provision import ProvisionError
from factory.provision.trust import trust_anchor


def test_on_aws_it_is_amazons_root() -> None:
    """The fingerprint is the one that Amazon Trust Services publishes for Amazon Root CA 1."""
    certificate = x509.load_pem_x509_certificate(trust_anchor(None))
    # Source: https://www.amazontrust.com/repository/ (SHA-256 of the DER).
    published = "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e"
    assert certificate.fingerprint(hashes.SHA256()).hex() == published


def test_a_local_aws_that_is_not_there_is_told() -> None:
    """Port 9 is the discard service's, which nobody runs."""
    with pytest.raises(ProvisionError, match="Is the local AWS running"):
        trust_anchor("http://127.0.0.1:9")
