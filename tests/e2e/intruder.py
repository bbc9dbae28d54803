"""A machine in the wrong hands: whatever certificate it has, it tries what it must not."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import paho.mqtt.client as mqtt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from contracts.identity import CA_FILE, certificate_file, key_file, shard_name
from factory.local_aws import root_credentials


class Intruder:
    """An MQTT 5 client with a certificate of one's choosing, or none.

    Args:
        port: the broker's, on loopback.
        ca: whom to trust.
        certificate: PEM files of certificate and key; none: come without.
        client_id: who it says it is.
    """

    def __init__(self, port: int, ca: Path, certificate: tuple[Path, Path] | None, client_id: str) -> None:
        self.reasons: list[int] = []
        self.received: list[bytes] = []
        self._connected = threading.Event()
        self._answered = threading.Event()
        self._port = port
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5)
        context = ssl.create_default_context(cafile=str(ca))
        if certificate is not None:
            context.load_cert_chain(*certificate)
        self._client.tls_set_context(context)
        self._client.on_connect = self._on_connect
        self._client.on_publish = self._on_publish
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = lambda _, __, message: self.received.append(message.payload)

    def connect(self, seconds: float = 5.0) -> bool:
        """Whether the broker lets it in."""
        try:
            self._client.connect("localhost", self._port, keepalive=30)
        except OSError:
            return False
        self._client.loop_start()
        return self._connected.wait(seconds)

    def publish(self, topic: str, payload: bytes, seconds: float = 10.0) -> int:
        """The reason code of the broker's PUBACK."""
        self._answered.clear()
        self._client.publish(topic, payload, qos=1)
        assert self._answered.wait(seconds), f"the broker did not answer a message to {topic}"
        return self.reasons[-1]

    def subscribe(self, topic_filter: str, seconds: float = 10.0) -> int:
        """The reason code of the broker's SUBACK."""
        self._answered.clear()
        self._client.subscribe(topic_filter, qos=1)
        assert self._answered.wait(seconds), f"the broker did not answer a subscription to {topic_filter}"
        return self.reasons[-1]

    def close(self) -> None:
        """Go."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, _: object, __: object, ___: object, reason: ReasonCode, ____: Properties | None) -> None:
        if not reason.is_failure:
            self._connected.set()

    def _on_publish(self, _: object, __: object, ___: int, reason: ReasonCode, ____: Properties) -> None:
        self.reasons.append(reason.value)
        self._answered.set()

    def _on_subscribe(self, _: object, __: object, ___: int, reasons: list[ReasonCode], ____: Properties) -> None:
        self.reasons.append(reasons[0].value)
        self._answered.set()


def lay_down(aws_url: str, aws_dir: Path, bucket: str, target: Path, shard: int = 0) -> Path:
    """A shard's identities, by the init container itself; the directory of the shard."""
    key = root_credentials(aws_dir)
    subprocess.run(
        [sys.executable, "-m", "init_container"],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ENDPOINT_URL": aws_url,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": key.access_key_id,
            "AWS_SECRET_ACCESS_KEY": key.secret_access_key,
            "INIT_BUCKET": bucket,
            "INIT_SHARDS": shard_name(shard),
            "INIT_TARGET_DIR": str(target),
        },
        check=True,
        capture_output=True,
    )
    return target / shard_name(shard)


def certificate_of(shard: Path, device_id: str) -> tuple[Path, Path]:
    """Certificate and key of a machine."""
    return shard / certificate_file(device_id), shard / key_file(device_id)


def broker_ca(shard: Path) -> Path:
    """Whom a machine trusts."""
    return shard / CA_FILE


def forged_certificate(device_id: str, directory: Path) -> tuple[Path, Path]:
    """A certificate with that name, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, device_id)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    files = directory / "forged.cert.pem", directory / "forged.key.pem"
    files[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files
