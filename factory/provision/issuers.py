"""Who signs: AWS IoT from a request (CSR), or the plant's own CA.

On AWS the request is the right way, as there is no CA key to be guarded. Locally the plant CA is faster by ten
(3 ms against 56 ms a machine), and what it signs can be checked by anyone who has the CA's certificate.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from contracts.identity import InvalidCertificate
from contracts.resources import Resources
from factory.provision.certificates import (
    KeyedCertificate,
    PlantCa,
    certificate_id,
    common_name,
    key_pem,
    new_key,
    signing_request,
)
from factory.provision.clients import Clients
from factory.provision.errors import ProvisionError
from factory.provision.foundations import read_secret, write_secret
from factory.provision.request import Issuer
from factory.provision.steps import Step, found

EXPIRED_VALIDITY = timedelta(days=1)
"""How long the expired certificate was good."""
EXPIRED_FOR = timedelta(days=1)
"""How long it has been over when it is made: no clock is wrong by so much unnoticed."""

Invalid = Mapping[InvalidCertificate, KeyedCertificate]
"""Certificates that no broker may accept, with their keys."""


class CertificateIssuer(Protocol):
    """Makes a key and an active, registered certificate for it."""

    invalid_kinds: frozenset[InvalidCertificate]

    def issue_invalid(self) -> Invalid:
        """Certificates that no broker may accept, one of each kind that this issuer can make."""

    def issue(self, device_id: str) -> tuple[str, KeyedCertificate]:
        """ARN of the certificate in AWS IoT, and the pair."""

    def ca_certificate(self) -> str | None:
        """Certificate of the plant's CA (PEM), where it is the signer."""


class AwsIssuer:
    """AWS IoT signs what it is asked for; the private key never leaves this process but encrypted."""

    # It signs for as long as it pleases, so an expired one cannot be had.
    invalid_kinds = frozenset({InvalidCertificate.REVOKED})

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def issue(self, device_id: str) -> tuple[str, KeyedCertificate]:
        """A certificate from a request.

        Raises:
            ProvisionError: AWS put another name into it than was asked for.
        """
        key = new_key()
        request = signing_request(device_id, key)
        answer = self._clients.iot.create_certificate_from_csr(certificateSigningRequest=request, setAsActive=True)
        pair = KeyedCertificate(answer["certificatePem"], key_pem(key))
        if common_name(pair.certificate) != device_id:
            raise ProvisionError(
                f"AWS IoT signed the request of {device_id} as {common_name(pair.certificate)!r}.",
                remedy="Use --issuer plant.",
            )
        return answer["certificateArn"], pair

    def issue_invalid(self) -> Invalid:
        """A revoked certificate."""
        key = new_key()
        request = signing_request(InvalidCertificate.REVOKED, key)
        answer = self._clients.iot.create_certificate_from_csr(certificateSigningRequest=request, setAsActive=False)
        self._clients.iot.update_certificate(certificateId=answer["certificateId"], newStatus="REVOKED")
        return {InvalidCertificate.REVOKED: KeyedCertificate(answer["certificatePem"], key_pem(key))}

    def ca_certificate(self) -> str | None:
        """None: AWS's CAs are not the plant's."""
        return None


class PlantIssuer:
    """The plant's own CA signs; its key is kept in Secrets Manager under the plant's KMS key."""

    invalid_kinds = frozenset(InvalidCertificate)

    def __init__(self, clients: Clients, names: Resources) -> None:
        self._clients = clients
        self._names = names
        self._loaded: PlantCa | None = None

    def step(self) -> Step:
        """The step that makes the CA and registers it in AWS IoT."""
        ca = self._load()
        registered = ca is not None and self._registered(ca)
        return Step("plant CA", self._names.plant_ca_secret, found(ca is not None, registered), self._make)

    def issue(self, device_id: str) -> tuple[str, KeyedCertificate]:
        """A certificate of the plant CA, registered as active."""
        ca = self._ca()
        pair = ca.issue(device_id, datetime.now(UTC))
        answer = self._clients.iot.register_certificate(
            certificatePem=pair.certificate, caCertificatePem=ca.pair.certificate, status="ACTIVE"
        )
        return answer["certificateArn"], pair

    def issue_invalid(self) -> Invalid:
        """An expired certificate, and one that AWS IoT knows as revoked."""
        ca, now = self._ca(), datetime.now(UTC)
        expired = ca.issue(InvalidCertificate.EXPIRED, now - EXPIRED_FOR - EXPIRED_VALIDITY, EXPIRED_VALIDITY)
        revoked = ca.issue(InvalidCertificate.REVOKED, now)
        # Never active, not even for the moment between the two calls.
        answer = self._clients.iot.register_certificate(
            certificatePem=revoked.certificate, caCertificatePem=ca.pair.certificate, status="INACTIVE"
        )
        self._clients.iot.update_certificate(certificateId=answer["certificateId"], newStatus="REVOKED")
        return {InvalidCertificate.EXPIRED: expired, InvalidCertificate.REVOKED: revoked}

    def ca_certificate(self) -> str | None:
        """The CA's certificate, PEM; None before it is made."""
        ca = self._load()
        return ca.pair.certificate if ca else None

    def _ca(self) -> PlantCa:
        ca = self._load()
        if ca is None:
            raise ProvisionError(f"The secret {self._names.plant_ca_secret} with the plant's CA is gone.")
        return ca

    def _load(self) -> PlantCa | None:
        if self._loaded is None and (text := read_secret(self._clients, self._names.plant_ca_secret)) is not None:
            stored = json.loads(text)
            self._loaded = PlantCa(KeyedCertificate(stored["certificate"], stored["key"]))
        return self._loaded

    def _make(self) -> None:
        ca = self._load()
        if ca is None:
            ca = PlantCa.make(self._names.plant, datetime.now(UTC))
            text = json.dumps({"certificate": ca.pair.certificate, "key": ca.pair.key})
            write_secret(self._clients, self._names, self._names.plant_ca_secret, text)
            self._loaded = ca
        if not self._registered(ca):
            self._register(ca)

    def _register(self, ca: PlantCa) -> None:
        # AWS wants proof that we hold the CA's key: a certificate of that CA in the name of a code that it gives out.
        code = self._clients.iot.get_registration_code()["registrationCode"]
        proof = ca.issue(code, datetime.now(UTC)).certificate
        self._clients.iot.register_ca_certificate(
            caCertificate=ca.pair.certificate,
            verificationCertificate=proof,
            setAsActive=True,
            allowAutoRegistration=False,
        )

    def _registered(self, ca: PlantCa) -> bool:
        try:
            described = self._clients.iot.describe_ca_certificate(certificateId=certificate_id(ca.pair.certificate))
        except self._clients.iot.exceptions.ResourceNotFoundException:
            return False
        return described["certificateDescription"]["status"] == "ACTIVE"


def issuer_of(kind: Issuer, clients: Clients, names: Resources) -> AwsIssuer | PlantIssuer:
    """The issuer of that kind."""
    return AwsIssuer(clients) if kind == "aws" else PlantIssuer(clients, names)
