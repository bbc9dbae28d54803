"""Keys and X.509 certificates of machines, and the plant's own CA.

Keys are on the curve P-256: 0.1 ms to make where RSA 2048 takes 100 ms, and AWS IoT takes both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALIDITY = timedelta(days=365)
CA_VALIDITY = timedelta(days=3650)
RENEW_WITHIN = timedelta(days=30)
# Clocks differ a little: a certificate must not be from the future for the machine that checks it.
_BACKDATED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class KeyedCertificate:
    """A certificate (PEM) with its private key (PEM, PKCS #8)."""

    certificate: str
    key: str = field(repr=False)

    def expires(self) -> datetime:
        """When the certificate ends, UTC."""
        return x509.load_pem_x509_certificate(self.certificate.encode()).not_valid_after_utc

    def due(self, now: datetime) -> bool:
        """Whether it ends within 30 days or has ended."""
        return self.expires() < now + RENEW_WITHIN


def certificate_id(certificate: str) -> str:
    """AWS IoT's id of a certificate: the SHA-256 of its DER, in hex."""
    return x509.load_pem_x509_certificate(certificate.encode()).fingerprint(hashes.SHA256()).hex()


def common_name(certificate: str) -> str:
    """The subject's common name; empty if it has none."""
    subject = x509.load_pem_x509_certificate(certificate.encode()).subject
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""


def new_key() -> ec.EllipticCurvePrivateKey:
    """A fresh private key on P-256."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """A private key as PEM, PKCS #8, not encrypted."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def signing_request(device_id: str, key: ec.EllipticCurvePrivateKey) -> str:
    """The request (CSR, PEM) with which AWS IoT is asked for a certificate."""
    return (
        x509.CertificateSigningRequestBuilder()
        .subject_name(_name(device_id))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
        .decode()
    )


class PlantCa:
    """The plant's own CA: signs certificates of machines.

    Args:
        pair: certificate and key of the CA.
    """

    def __init__(self, pair: KeyedCertificate) -> None:
        self.pair = pair
        self._certificate = x509.load_pem_x509_certificate(pair.certificate.encode())
        key = serialization.load_pem_private_key(pair.key.encode(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("the plant CA's key is not on an elliptic curve")
        self._key = key

    @classmethod
    def make(cls, plant: str, now: datetime) -> PlantCa:
        """A fresh CA of a plant, valid for ten years."""
        key = new_key()
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "smart-factory"),
                x509.NameAttribute(NameOID.COMMON_NAME, f"{plant} CA"),
            ]
        )
        usage = x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        certificate = (
            _builder(name, name, key.public_key(), now, CA_VALIDITY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        return cls(KeyedCertificate(_pem(certificate), key_pem(key)))

    def issue(self, name: str, now: datetime, validity: timedelta = VALIDITY) -> KeyedCertificate:
        """A key and its certificate.

        Args:
            name: common name: the device id, or AWS's registration code.
            now: time of issue.
            validity: how long it holds, though never longer than the CA itself.
        """
        key = new_key()
        until = min(now + validity, self._certificate.not_valid_after_utc)
        certificate = (
            _builder(_name(name), self._certificate.subject, key.public_key(), now, until - now)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return KeyedCertificate(_pem(certificate), key_pem(key))

    def issue_server(self, host: str, now: datetime, validity: timedelta = VALIDITY) -> KeyedCertificate:
        """A key and its certificate for a broker of one's own, that machines trust under its name.

        Args:
            host: name that clients dial; 127.0.0.1 is in the certificate, too.
            now: time of issue.
            validity: how long it holds.
        """
        key = new_key()
        names = x509.SubjectAlternativeName([x509.DNSName(host), x509.IPAddress(IPv4Address("127.0.0.1"))])
        certificate = (
            _builder(_name(host), self._certificate.subject, key.public_key(), now, validity)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(names, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return KeyedCertificate(_pem(certificate), key_pem(key))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, validity: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.astimezone(UTC) - _BACKDATED)
        .not_valid_after(now.astimezone(UTC) + validity)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
