"""Fixtures: parts of the engine for unit tests; for end-to-end tests the real programs and an S3 that misbehaves."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import boto3
import httpx
import moto
import paho.mqtt.client as mqtt
import pytest
from botocore.config import Config
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from waiting import until

from contracts.identity import CA_FILE, certificate_file, key_file
from contracts.resources import RULES_ENGINE, Resources
from rules.actions import Clients, Occasion, Publication, Toolbox
from rules.loading import CATALOG_DIR, Rule, load_catalog, make_rule
from rules.placeholders import placeholders
from rules.rule import TopicRule
from rules.sql import Message

PLANT = Resources("plant1", "000000000000")
PATIENCE_S = 40.0
TELEMETRY = "factory/plant1/line1/M001/telemetry"


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Program:
    """A process, with its log in a file."""

    def __init__(self, module: str, log: Path, environment: dict[str, str]) -> None:
        self.log = log
        with log.open("ab") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module],
                env={**os.environ, **environment},
                stderr=stream,
                stdout=stream,
                start_new_session=True,
            )

    def signal(self, number: int, patience_s: float = 15.0) -> int:
        """Send a signal and wait for the end; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(patience_s)

    def text(self) -> str:
        """What it has logged."""
        return self.log.read_text(errors="replace")


class LocalAws:
    """The local AWS with a lake, a topic, the engine's identity and one machine's."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.http_port, self.mqtt_port = free_port(), free_port()
        environment = {
            "LOCAL_AWS_HTTP_PORT": str(self.http_port),
            "LOCAL_AWS_MQTT_PORT": str(self.mqtt_port),
            "LOCAL_AWS_DATA_DIR": str(directory / "aws"),
            # What was not acknowledged comes again after this time; 30 s is the broker's own.
            "IOT_RETRANSMIT_SECONDS": "3",
        }
        self.program = Program("factory.local_aws", directory / "aws.log", environment)
        self.endpoint = f"http://127.0.0.1:{self.http_port}"
        self._wait()
        root = json.loads((directory / "aws" / "root-credentials.json").read_text())
        self.credentials = {
            "AWS_ACCESS_KEY_ID": root["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": root["secret_access_key"],
            "AWS_DEFAULT_REGION": PLANT.region,
        }
        self.client("s3").create_bucket(Bucket=PLANT.lake_bucket)
        self.client("sns").create_topic(Name=PLANT.alerts_topic)
        self.ca = httpx.get(f"{self.endpoint}/_ministack/iot/ca.pem").text
        self.identities = directory / "identities"
        for name in (RULES_ENGINE, "M001"):
            self._identity(name)

    def client(self, service: str) -> Any:
        """A client with the root's key."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=PLANT.region,
            aws_access_key_id=self.credentials["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.credentials["AWS_SECRET_ACCESS_KEY"],
            config=Config(s3={"addressing_style": "path"}),
        )

    def lake(self, prefix: str) -> dict[str, bytes]:
        """Objects of the lake by key, decompressed."""
        s3 = self.client("s3")
        found = {}
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=PLANT.lake_bucket, Prefix=prefix):
            for entry in page.get("Contents", []):
                body = s3.get_object(Bucket=PLANT.lake_bucket, Key=entry["Key"])["Body"].read()
                found[entry["Key"]] = gzip.decompress(body) if entry["Key"].endswith(".gz") else body
        return found

    def archived(self, run: int) -> list[int]:
        """Sequence numbers of that run in the archive, repeats included."""
        lines = [json.loads(line) for body in self.lake("raw/").values() for line in body.splitlines()]
        return sorted(line["seq"] for line in lines if line["run"] == run)

    def quarantined(self) -> list[dict[str, Any]]:
        """Records of the quarantine."""
        return [json.loads(body) for body in self.lake("quarantine/").values()]

    def engine_log(self) -> str:
        """What the engines of these tests have logged."""
        log = self.directory / "rules.log"
        return log.read_text(errors="replace") if log.exists() else ""

    def forget_engine(self) -> None:
        """End the session that the broker keeps for the engine."""
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, RULES_ENGINE, protocol=mqtt.MQTTProtocolVersion.MQTTv5)
        folder = self.identities / "identities"
        files = [folder / f"{RULES_ENGINE}.cert.pem", folder / f"{RULES_ENGINE}.key.pem"]
        client.tls_set(str(self.identities / "ca.pem"), *map(str, files))
        client.connect("localhost", self.mqtt_port, clean_start=True)
        client.loop_start()
        until("session taken over", client.is_connected, PATIENCE_S)
        client.disconnect()
        client.loop_stop()

    def _wait(self) -> None:
        def answers() -> bool:
            assert self.program.process.poll() is None, self.program.text()
            try:
                with socket.create_connection(("127.0.0.1", self.mqtt_port), 1):
                    return httpx.get(f"{self.endpoint}/_ministack/health", timeout=5).status_code == 200
            except (OSError, httpx.HTTPError):
                return False

        until("local AWS answers", answers, PATIENCE_S)

    def _identity(self, name: str) -> None:
        iot = self.client("iot")
        made = iot.create_keys_and_certificate(setAsActive=True)
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iot:*", "Resource": "*"}]}
        iot.create_policy(policyName=name, policyDocument=json.dumps(policy))
        iot.attach_policy(policyName=name, target=made["certificateArn"])
        folder = self.identities / "identities"
        folder.mkdir(parents=True, exist_ok=True)
        (self.identities / "ca.pem").write_text(self.ca)
        (folder / f"{name}.cert.pem").write_text(made["certificatePem"])
        (folder / f"{name}.key.pem").write_text(made["keyPair"]["PrivateKey"])


class Engine(Program):
    """`python -m rules` against a local AWS, its S3 reached at an address of the test's choice."""

    def __init__(self, aws: LocalAws, endpoint: str | None = None, **settings: str) -> None:
        self.http_port = free_port()
        environment = {
            **aws.credentials,
            "AWS_ENDPOINT_URL": endpoint or aws.endpoint,
            "RULES_IDENTITIES_DIR": str(aws.identities),
            "RULES_MQTT_PORT": str(aws.mqtt_port),
            "RULES_HTTP_PORT": str(self.http_port),
            "RULES_BATCH_SECONDS": "0.5",
            **{f"RULES_{name.upper()}": value for name, value in settings.items()},
        }
        super().__init__("rules", aws.directory / "rules.log", environment)

    def metric(self, name: str) -> float:
        """Sum over the labels of a metric; 0 where the engine does not answer."""
        try:
            text = httpx.get(f"http://127.0.0.1:{self.http_port}/metrics", timeout=5).text
        except httpx.HTTPError:
            return 0.0
        lines = [line for line in text.splitlines() if line.split("{")[0].split(" ")[0] == name]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)

    def wait_connected(self) -> None:
        """Return when it is connected."""
        until(f"engine connected\n{self.text()}", lambda: self.metric("rules_connected") == 1, PATIENCE_S)


class Machine:
    """M001 as a publisher that knows what was acknowledged."""

    def __init__(self, aws: LocalAws, run: int) -> None:
        self.acknowledged: set[int] = set()
        self.run = run
        self._seq = 0
        self._under_way: dict[int, int] = {}
        self._client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2, client_id="M001", protocol=mqtt.MQTTProtocolVersion.MQTTv5
        )
        folder = aws.identities / "identities"
        self._client.tls_set(
            str(aws.identities / "ca.pem"), str(folder / "M001.cert.pem"), str(folder / "M001.key.pem")
        )
        self._client.max_inflight_messages_set(200)
        self._client.on_publish = self._on_publish
        self._client.connect("localhost", aws.mqtt_port)
        self._client.loop_start()
        until("machine connected", self._client.is_connected, PATIENCE_S)

    def _on_publish(self, _client: Any, _data: Any, mid: int, code: Any, _properties: Any) -> None:
        if code.value < 0x80 and mid in self._under_way:
            self._note(self._under_way.pop(mid))

    def say(self, count: int) -> None:
        """Publish that many readings, numbered on."""
        for _ in range(count):
            self._seq += 1
            self.publish(reading(self._seq, run=self.run), self._seq)

    def publish(self, payload: bytes, seq: int = 0, topic: str = TELEMETRY) -> None:
        """Publish a payload; one without a number is not counted among the readings."""
        info = self._client.publish(topic, payload, qos=1)
        self._under_way[info.mid] = seq
        if info.is_published():  # the answer came before its number was noted
            self._note(self._under_way.pop(info.mid, seq))

    def _note(self, seq: int) -> None:
        if seq:
            self.acknowledged.add(seq)

    def wait(self) -> None:
        """Return when everything said is acknowledged."""
        until("acknowledged", lambda: not self._under_way, PATIENCE_S)

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()


def reading(seq: int, **changes: Any) -> bytes:
    """A well-formed reading of M001, or one that is not."""
    value = {
        "device_id": "M001",
        "timestamp": "2026-01-02T03:04:05.678Z",
        "run": 3,
        "seq": seq,
        "temp": 59.2,
        "vibration": 0.42,
        "rpm": 1425,
        "power": 7.5,
        "state": "running",
    }
    return json.dumps(value | changes, separators=(",", ":")).encode()


class Misbehaving:
    """A TCP proxy before S3 that passes, hangs, or answers with an error.

    Attributes:
        mood: "pass", "hang", "fail" (503) or "deny" (403).
        hits: requests that met that mood.
    """

    ANSWERS: ClassVar = {
        "fail": (503, "ServiceUnavailable", "Please try again."),
        "deny": (403, "AccessDenied", "Access Denied"),
    }

    def __init__(self, upstream_port: int) -> None:
        self.mood = "pass"
        self.hits: dict[str, int] = {"pass": 0, "hang": 0, "fail": 0, "deny": 0}
        self._upstream = upstream_port
        self._open = True
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop."""
        self._open = False
        self._listener.close()

    def _accept(self) -> None:
        while self._open:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            request = connection.recv(65536)
            mood = self.mood
            self.hits[mood] += 1
            if mood == "hang":
                while self.mood == "hang" and self._open:
                    time.sleep(0.05)
                return
            if mood in self.ANSWERS:
                connection.sendall(_answer(*self.ANSWERS[mood]))
                return
            self._relay(connection, request)

    def _relay(self, connection: socket.socket, request: bytes) -> None:
        mood = self.mood
        with socket.create_connection(("127.0.0.1", self._upstream)) as upstream:
            upstream.sendall(request)
            # A change of mood ends connections that are kept alive, so that the next request meets it.
            while self.mood == mood and self._open:
                ready, _, _ = select.select([connection, upstream], [], [], 0.05)
                for source in ready:
                    data = source.recv(65536)
                    if not data:
                        return
                    (upstream if source is connection else connection).sendall(data)


def _answer(status: int, code: str, message: str) -> bytes:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
    head = f"HTTP/1.1 {status} {code}\r\nContent-Length: {len(body)}\r\nContent-Type: application/xml\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + body


@pytest.fixture(scope="module")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """A local AWS for the tests of a module."""
    aws = LocalAws(tmp_path_factory.mktemp("local-aws"))
    yield aws
    aws.program.signal(signal.SIGKILL)


@pytest.fixture
def start_engine(local_aws: LocalAws) -> Iterator[Callable[..., Engine]]:
    """Starts engines that are gone after the test, whatever happened."""
    started: list[Engine] = []

    def start(endpoint: str | None = None, **settings: str) -> Engine:
        engine = Engine(local_aws, endpoint, **settings)
        started.append(engine)
        engine.wait_connected()
        return engine

    yield start
    for engine in started:
        engine.signal(signal.SIGKILL)


_RUNS = itertools.count(1)


@pytest.fixture
def machine(local_aws: LocalAws) -> Iterator[Machine]:
    """M001, in a run of its own."""
    machine = Machine(local_aws, next(_RUNS))
    yield machine
    machine.close()


@pytest.fixture
def proxy(local_aws: LocalAws) -> Iterator[Misbehaving]:
    """The proxy before the local AWS."""
    proxy = Misbehaving(local_aws.http_port)
    yield proxy
    proxy.close()


@pytest.fixture
def fake_account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS account in this process, empty."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": PLANT.region,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with moto.mock_aws():
        yield


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    """A directory with a self-signed identity, as the init container would lay it down."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, RULES_ENGINE)])
    now = datetime.now(UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1)).sign(
        key, hashes.SHA256()
    )
    (tmp_path / "identities").mkdir()
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (tmp_path / CA_FILE).write_bytes(pem)
    (tmp_path / certificate_file(RULES_ENGINE)).write_bytes(pem)
    (tmp_path / key_file(RULES_ENGINE)).write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return tmp_path


class Mute:
    """A publisher that notes what it was asked to publish."""

    def __init__(self) -> None:
        self.published: list[Publication] = []

    def publish(self, publication: Publication) -> None:
        """Note it."""
        self.published.append(publication)


@pytest.fixture
def publisher() -> Mute:
    """A publisher that notes what it was asked to publish."""
    return Mute()


@pytest.fixture
def tools(publisher: Mute) -> Toolbox:
    """Tools for actions that are made, and perhaps performed in a fake account."""
    return Toolbox(PLANT, Clients(), publisher)


@pytest.fixture
def catalog(tools: Toolbox) -> dict[str, Rule]:
    """The factory's own rules, by name."""
    return {rule.name: rule for rule in load_catalog(CATALOG_DIR, placeholders(PLANT), tools)}


@pytest.fixture(name="reading")
def reading_of_m001() -> Callable[..., bytes]:
    """Makes a reading of M001: `reading(seq, **changes)`."""
    return reading


@pytest.fixture
def make(tools: Toolbox) -> Callable[..., Rule]:
    """Makes a rule: `make("SELECT …", [actions], error_action)`."""

    def made(sql: str, actions: list[Any], error_action: Any = None, name: str = "tried") -> Rule:
        payload = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": actions}
        if error_action is not None:
            payload["errorAction"] = error_action
        rule = TopicRule.model_validate({"ruleName": name, "topicRulePayload": payload})
        return make_rule(rule, tools, where="the test")

    return made


@pytest.fixture
def occasion(make: Callable[..., Rule]) -> Callable[..., Occasion]:
    """What an action gets: `occasion(b"payload", sql="SELECT *")`."""

    def made(payload: bytes, sql: str = "SELECT * FROM 'a/b'", topic: str = "a/b", timestamp: int = 0) -> Occasion:
        message = Message(topic=topic, payload=payload, timestamp=timestamp, client_id="M001")
        rule = make(sql, [])
        return rule.occasion(message, rule.statement.evaluate(message))

    return made
