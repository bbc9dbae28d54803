"""A local AWS of its own for each module, machines with real certificates, and the simulator as a real process."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import paho.mqtt.client as mqtt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from paho.mqtt.enums import CallbackAPIVersion

from contracts.identity import (
    Envelope,
    Identity,
    Manifest,
    PlantConfiguration,
    certificate_file,
    key_file,
)
from contracts.ledger import LedgerEntry, read_ledger
from contracts.sequences import SequenceRanges
from factory.local_aws.credentials import root_credentials

ACCOUNT, REGION = "000000000000", "us-east-1"
ARN = f"arn:aws:iot:{REGION}:{ACCOUNT}"
CONNECT = {"Effect": "Allow", "Action": "iot:Connect", "Resource": f"{ARN}:client/${{iot:Connection.Thing.ThingName}}"}
PUBLISH = {
    "Effect": "Allow",
    "Action": "iot:Publish",
    "Resource": f"{ARN}:topic/factory/plant1/*/${{iot:Connection.Thing.ThingName}}/telemetry",
}


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(what: Callable[[], Any], within_s: float = 30.0) -> Any:
    """What a call returns once it is true; fails when it does not become so."""
    deadline_s = time.monotonic() + within_s
    while not (found := what()):
        assert time.monotonic() < deadline_s, f"not so within {within_s} s: {what}"
        time.sleep(0.05)
    return found


@dataclass
class LocalAws:
    """`python -m factory.local_aws`, on free ports."""

    directory: Path
    http_port: int = field(default_factory=free_port)
    mqtt_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Address of the AWS API."""
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a program of ours reads to find it, as root."""
        root = root_credentials(self.directory)
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": root.access_key_id,
            "AWS_SECRET_ACCESS_KEY": root.secret_access_key,
        }

    def start(self) -> None:
        """Serve, and wait until it does."""
        settings = {
            "LOCAL_AWS_HTTP_PORT": str(self.http_port),
            "LOCAL_AWS_MQTT_PORT": str(self.mqtt_port),
            "LOCAL_AWS_DATA_DIR": str(self.directory),
        }
        log = (self.directory.parent / "local-aws.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "factory.local_aws"], env={**os.environ, **settings}, stdout=log, stderr=log
        )
        eventually(lambda: _answers(f"{self.url}/_ministack/ready"), within_s=60)

    def stop(self) -> None:
        """End in order: the state is kept."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(30)

    def client(self, service: str) -> Any:
        """A boto3 client, as root."""
        root = root_credentials(self.directory)
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=root.access_key_id,
            aws_secret_access_key=root.secret_access_key,
        )

    def make_leases_table(self, name: str) -> None:
        """A table in which shards are leased: one a plant, and so one a test."""
        self.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "shard", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "shard", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def make_policy(self, name: str, statements: list[dict[str, str]]) -> None:
        """An IoT policy."""
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self.client("iot").create_policy(policyName=name, policyDocument=document)

    def make_identity(self, device_id: str, policy: str, directory: Path) -> None:
        """A thing with a certificate, laid down as the init container does."""
        iot, key = self.client("iot"), ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, device_id)])
        request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
        pem = request.public_bytes(serialization.Encoding.PEM).decode()
        made = iot.create_certificate_from_csr(certificateSigningRequest=pem, setAsActive=True)
        iot.create_thing(thingName=device_id)
        iot.attach_thing_principal(thingName=device_id, principal=made["certificateArn"])
        iot.attach_policy(policyName=policy, target=made["certificateArn"])
        (directory / "identities").mkdir(parents=True, exist_ok=True)
        (directory / certificate_file(device_id)).write_text(made["certificatePem"])
        (directory / key_file(device_id)).write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def make_shard(
        self, root: Path, shard: str, devices: dict[str, str], policy: str = "machine", **plant: Any
    ) -> None:
        """A shard as it lies on disk: device_id → model."""
        directory = root / shard
        identities = []
        for device_id, model in devices.items():
            self.make_identity(device_id, policy, directory)
            identities.append(Identity(device_id=device_id, plant="plant1", line="line1", model=model))
        with urllib.request.urlopen(f"{self.url}/_ministack/iot/ca.pem") as answer:  # noqa: S310 - http
            (directory / "ca.pem").write_bytes(answer.read())
        envelope = Envelope(key_id="none", encrypted_key=b"bm9uZQ==", nonce=b"bm9uZQ==", encryption_context={})
        manifest = Manifest(
            plant="plant1",
            shard=shard,
            issued_at=datetime.now(UTC),
            issuer="aws",
            identities=tuple(identities),
            files={},
            envelope=envelope,
        )
        (directory / "configuration.json").write_text(PlantConfiguration(**plant).model_dump_json())
        (directory / "manifest.json").write_text(manifest.model_dump_json())


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - http
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


class Spy:
    """Hears everything that the broker delivers, as an archive does."""

    def __init__(self, aws: LocalAws, directory: Path, ca: Path) -> None:
        self.payloads: list[bytes] = []
        everything = [
            {"Effect": "Allow", "Action": "iot:Connect", "Resource": "*"},
            {"Effect": "Allow", "Action": "iot:Subscribe", "Resource": "*"},
            {"Effect": "Allow", "Action": "iot:Receive", "Resource": "*"},
        ]
        aws.make_policy("spy", everything)
        aws.make_identity("spy", "spy", directory)
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="spy", protocol=mqtt.MQTTv5)
        where = directory / "identities"
        self._client.tls_set(
            str(ca), str(where / "spy.cert.pem"), str(where / "spy.key.pem"), tls_version=ssl.PROTOCOL_TLS_CLIENT
        )
        self._client.on_message = lambda _client, _data, message: self.payloads.append(message.payload)
        subscribed: list[bool] = []
        self._client.on_subscribe = lambda *_: subscribed.append(True)
        self._client.on_connect = lambda client, *_: client.subscribe("factory/plant1/#", qos=1)
        self._client.connect("localhost", aws.mqtt_port)
        self._client.loop_start()
        eventually(lambda: subscribed)

    def stop(self) -> list[dict[str, Any]]:
        """What it heard."""
        self._client.disconnect()
        self._client.loop_stop()
        return [json.loads(payload) for payload in self.payloads]


@dataclass
class Simulator:
    """`python -m simulator` as a process."""

    aws: LocalAws
    identities: Path
    data: Path
    log: Path
    table: str
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self, wait: bool = True) -> Simulator:
        """Run, and wait until it answers."""
        environment = {
            **os.environ,
            **self.aws.environment,
            "SIMULATOR_IDENTITIES_DIR": str(self.identities),
            "SIMULATOR_LEASES_TABLE": self.table,
            "SIMULATOR_DATA_DIR": str(self.data),
            "SIMULATOR_MQTT_PORT": str(self.aws.mqtt_port),
            "SIMULATOR_HTTP_PORT": str(self.port),
            "SIMULATOR_LEASE_SECONDS": "3",
            **self.settings,
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "simulator"], env=environment, stderr=log)
        if wait:
            eventually(lambda: _answers(f"http://127.0.0.1:{self.port}/healthz"))
        return self

    def stop(self) -> int:
        """End in order; returns the exit status."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(20)

    def kill(self) -> None:
        """End without any warning."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def get(self, path: str) -> Any:
        """What the HTTP API answers."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return json.loads(answer.read())

    def metric(self, name: str) -> float:
        """A sample by its name and labels as they stand in the text; 0 if it is not there."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f"{name} ")), 0.0)

    def ledger(self, shard: str) -> dict[int, list[LedgerEntry]]:
        """Entries by run."""
        files = sorted((self.data / "ledger" / shard).glob("*.jsonl"))
        return {int(file.stem): list(read_ledger(file)) for file in files}


def total(entries: list[LedgerEntry], outcome: str, device_id: str) -> SequenceRanges:
    """All numbers of a machine with that outcome."""
    ranges = [pair for entry in entries for pair in getattr(entry, outcome).get(device_id, [])]
    return SequenceRanges(ranges)


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """A local AWS with two policies: `machine`, and `mute`, which may not publish."""
    aws = LocalAws(tmp_path_factory.mktemp("aws") / "state")
    aws.start()
    try:
        aws.make_policy("machine", [CONNECT, PUBLISH])
        aws.make_policy("mute", [CONNECT])
        yield aws
    finally:
        aws.stop()


@pytest.fixture
def simulators(aws: LocalAws, tmp_path: Path) -> Iterator[Callable[..., Simulator]]:
    """Makes simulators that share identities and, unless told otherwise, the data directory; ends them afterwards."""
    made: list[Simulator] = []
    table = f"leases-{uuid.uuid4().hex[:8]}"
    aws.make_leases_table(table)

    def make(data: str = "data", **settings: str) -> Simulator:
        one = Simulator(
            aws, tmp_path / "identities", tmp_path / data, tmp_path / f"sim-{len(made)}.log", table, settings
        )
        made.append(one)
        return one

    yield make
    for simulator in made:
        if simulator.process is not None and simulator.process.poll() is None:
            simulator.kill()


@pytest.fixture
def identities(tmp_path: Path) -> Path:
    """Where shards are laid down."""
    return tmp_path / "identities"
