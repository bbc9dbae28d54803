"""The local AWS as it runs: who gets in, what is kept, where it listens."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import httpx
import paho.mqtt.client as mqtt
import psutil
import pytest
from botocore.exceptions import ClientError
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from contracts.identity import (
    ENGINE_SHARD,
    InvalidCertificate,
    certificate_file,
    invalid_certificate_file,
    invalid_key_file,
    key_file,
)
from factory.provision import Provisioned, ProvisionRequest, provision
from factory.provision.bundle import BundleStore
from factory.provision.certificates import KeyedCertificate, PlantCa, certificate_id

pytestmark = pytest.mark.e2e

FOREVER = 0xFFFFFFFF
IDENTITIES = "smart-factory-plant1-identities-000000000000"
NOT_AUTHORIZED = 135  # MQTT 5, 2.4: reason code 0x87


class Plant:
    """A provisioned plant, its identities as files."""

    def __init__(self, local: Any, directory: Path, machines: int = 3) -> None:
        self.local = local
        self.directory = directory
        self.provisioned: Provisioned = provision(
            ProvisionRequest(machines=machines, endpoint_url=local.endpoint), local.session()
        )
        names = self.provisioned.names
        store = BundleStore(self.client("s3"), self.client("kms"), names.identities_bucket, names.key_alias)
        for shard in ("shard-0000", ENGINE_SHARD):
            for path, content in store.read(shard).files.items():
                (directory / path).parent.mkdir(parents=True, exist_ok=True)
                (directory / path).write_bytes(content)

    def client(self, service: str) -> Any:
        """A client of root's."""
        return self.local.session().client(service, endpoint_url=self.local.endpoint)

    def as_program(self, program: str, service: str) -> Any:
        """A client with a program's own rights."""
        key = self.provisioned.credentials[program]
        return boto3.client(
            service,
            endpoint_url=self.local.endpoint,
            region_name="us-east-1",
            aws_access_key_id=key.access_key_id,
            aws_secret_access_key=key.secret_access_key,
        )

    def connect(self, device: str, *, expiry: int = 0, client_id: str | None = None) -> Connection:
        """Connect with a device's certificate."""
        files = (self.directory / certificate_file(device), self.directory / key_file(device))
        return Connection(self, client_id or device, files, expiry)


class Connection:
    """An MQTT 5 connection that remembers what it was told."""

    def __init__(self, plant: Plant, client_id: str, files: tuple[Path, Path] | None, expiry: int) -> None:
        self.received: list[bytes] = []
        self.puback: list[int] = []
        self.connected, self.refused, self.subscribed, self.answered = (threading.Event() for _ in range(4))
        self.enough = threading.Event()
        self.wanted = 1 << 60
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id, protocol=mqtt.MQTTv5)
        client.tls_set(str(plant.directory / "ca.pem"), *(map(str, files) if files else ()))
        client.on_connect = lambda *told: (self.connected if told[3] == 0 else self.refused).set()
        client.on_disconnect = lambda *_: self.refused.set()
        client.on_subscribe = lambda *_: self.subscribed.set()
        client.on_message = self._message
        client.on_publish = self._published
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = expiry
        self.client = client
        client.connect("127.0.0.1", plant.local.mqtt_port, clean_start=not expiry, properties=properties)
        client.loop_start()

    def _message(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        self.received.append(message.payload)
        if len(self.received) >= self.wanted:
            self.enough.set()

    def _published(self, _client: object, _data: object, _mid: int, reason: Any, _properties: object) -> None:
        self.puback.append(reason.value)
        self.answered.set()

    def close(self) -> None:
        """Leave in order."""
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture(scope="module")
def plant(local_aws: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    """Three machines and the engine, on the local AWS that the tests share."""
    return Plant(local_aws, tmp_path_factory.mktemp("plant"))


def test_both_listeners_are_on_loopback_and_there_is_no_third(local_aws: Any) -> None:
    """A local factory cannot be reached from the network."""
    listening = [
        connection.laddr
        for connection in psutil.Process(local_aws.process.pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert sorted(address.port for address in listening) == sorted([local_aws.http_port, local_aws.mqtt_port])
    assert {address.ip for address in listening} == {"127.0.0.1"}


def test_no_pid_file_in_the_common_directory(local_aws: Any) -> None:
    """Two factories on one machine do not meet in /tmp."""
    assert not Path(f"/tmp/ministack-{local_aws.http_port}.pid").exists()


def gets_in(plant: Plant, files: tuple[Path, Path] | None) -> bool:
    """Whether a client with this certificate and key is let in as M001."""
    try:
        connection = Connection(plant, "M001", files, 0)
    except (ssl.SSLError, ConnectionError):
        return False
    let_in = connection.connected.wait(5)
    connection.close()
    return let_in


def written(directory: Path, pair: KeyedCertificate) -> tuple[Path, Path]:
    """A certificate and its key as files."""
    files = directory / "cert.pem", directory / "key.pem"
    files[0].write_text(pair.certificate)
    files[1].write_text(pair.key)
    return files


def test_a_machines_own_certificate_lets_it_in(plant: Plant) -> None:
    """The refusals below are refusals of the certificate and of nothing else."""
    assert gets_in(plant, (plant.directory / certificate_file("M001"), plant.directory / key_file("M001")))


def test_without_a_certificate_there_is_no_connection(plant: Plant) -> None:
    """A client that shows no certificate is refused."""
    assert not gets_in(plant, None)


def test_a_certificate_of_a_foreign_ca_is_refused(plant: Plant, tmp_path: Path) -> None:
    """A certificate with a machine's name counts for nothing if another CA signed it."""
    now = datetime.now(UTC)
    assert not gets_in(plant, written(tmp_path, PlantCa.make("plant1", now).issue("M001", now)))


def test_an_own_certificate_that_is_not_registered_is_refused(plant: Plant, tmp_path: Path) -> None:
    """The plant CA's signature alone lets nobody in: AWS IoT must know the certificate."""
    stored = plant.client("secretsmanager").get_secret_value(SecretId=plant.provisioned.names.plant_ca_secret)
    pair = json.loads(stored["SecretString"])
    authority = PlantCa(KeyedCertificate(pair["certificate"], pair["key"]))
    assert not gets_in(plant, written(tmp_path, authority.issue("M001", datetime.now(UTC))))


@pytest.mark.parametrize("kind", InvalidCertificate)
def test_the_plants_invalid_certificates_are_refused(plant: Plant, kind: InvalidCertificate) -> None:
    """The plant CA signed them, and still one that has ended or was revoked lets nobody in."""
    assert not gets_in(
        plant, (plant.directory / invalid_certificate_file(kind), plant.directory / invalid_key_file(kind))
    )


@pytest.mark.parametrize(("days_ago", "let_in"), [(2, False), (0, True)])
def test_an_expired_certificate_is_refused_for_its_date_alone(
    plant: Plant, tmp_path: Path, days_ago: int, let_in: bool
) -> None:
    """It is registered as active, is the thing's and has the policy; another of a better date gets in by that."""
    stored = plant.client("secretsmanager").get_secret_value(SecretId=plant.provisioned.names.plant_ca_secret)
    pair = json.loads(stored["SecretString"])
    authority = PlantCa(KeyedCertificate(pair["certificate"], pair["key"]))
    good_for_a_day = authority.issue("M001", datetime.now(UTC) - timedelta(days=days_ago), timedelta(days=1))
    iot = plant.client("iot")
    arn = iot.register_certificate(
        certificatePem=good_for_a_day.certificate, caCertificatePem=pair["certificate"], status="ACTIVE"
    )["certificateArn"]
    iot.attach_thing_principal(thingName="M001", principal=arn)
    iot.attach_policy(policyName=plant.provisioned.names.machine_policy, target=arn)

    assert gets_in(plant, written(tmp_path, good_for_a_day)) == let_in


@pytest.mark.parametrize("status", ["INACTIVE", "REVOKED"])
def test_a_certificate_that_is_not_active_is_refused(plant: Plant, status: str) -> None:
    """A machine's own certificate lets it in again only when it is active again."""
    files = (plant.directory / certificate_file("M001"), plant.directory / key_file("M001"))
    iot, number = plant.client("iot"), certificate_id(files[0].read_text())
    iot.update_certificate(certificateId=number, newStatus=status)
    let_in = gets_in(plant, files)
    iot.update_certificate(certificateId=number, newStatus="ACTIVE")

    assert not let_in
    assert gets_in(plant, files)


def test_a_machine_cannot_connect_under_another_name(plant: Plant) -> None:
    """The client id must be the thing that the certificate is attached to."""
    connection = plant.connect("M001", client_id="M002")
    assert connection.refused.wait(10)
    assert not connection.connected.is_set()
    connection.close()


def test_what_is_published_to_anothers_topic_reaches_nobody(plant: Plant) -> None:
    """It is answered with a PUBACK that says "not authorized", and is not delivered."""
    engine, machine = plant.connect("rules-engine"), plant.connect("M001")
    assert engine.connected.wait(10)
    assert machine.connected.wait(10)
    engine.client.subscribe("factory/plant1/#", qos=1)
    assert engine.subscribed.wait(10)
    machine.client.publish("factory/plant1/line1/M002/telemetry", b"foreign", qos=1)
    assert machine.answered.wait(10)
    engine.wanted = 1
    machine.client.publish("factory/plant1/line1/M001/telemetry", b"own", qos=1)
    assert engine.enough.wait(10)
    assert engine.received == [b"own"]
    assert machine.puback[0] == NOT_AUTHORIZED
    engine.close()
    machine.close()


def test_five_thousand_messages_wait_for_a_session_that_is_away(plant: Plant) -> None:
    """The emulator alone would keep the last thousand."""
    first = plant.connect("rules-engine", expiry=FOREVER)
    assert first.connected.wait(10)
    first.client.subscribe("factory/plant1/+/+/telemetry", qos=1)
    assert first.subscribed.wait(10)
    first.close()
    machine = plant.connect("M001")
    assert machine.connected.wait(10)
    infos = [machine.client.publish("factory/plant1/line1/M001/telemetry", b"%d" % n, qos=1) for n in range(5000)]
    for info in infos:
        info.wait_for_publish(60)
    second = plant.connect("rules-engine", expiry=FOREVER)
    second.wanted = 5000
    second.enough.wait(60)
    assert sorted(map(int, second.received)) == list(range(5000))
    second.close()
    machine.close()
    plant.connect("rules-engine").close()


@pytest.mark.parametrize(
    ("program", "service", "call", "arguments"),
    [
        ("simulator", "s3", "list_buckets", {}),
        ("simulator", "iot", "list_things", {}),
        ("rules", "s3", "get_object", {"Bucket": IDENTITIES, "Key": "x"}),
        ("mail", "sns", "list_topics", {}),
        ("init-rules", "s3", "get_object", {"Bucket": IDENTITIES, "Key": "shard-0000/bundle.enc"}),
        ("init-simulator", "secretsmanager", "get_secret_value", {"SecretId": "smart-factory/plant1/plant-ca"}),
    ],
)  # fmt: skip
def test_a_program_may_do_nothing_but_its_own(
    plant: Plant, program: str, service: str, call: str, arguments: dict[str, str]
) -> None:
    """What a program's rights do not name is refused."""
    with pytest.raises(ClientError, match=r"AccessDenied|AuthorizationError"):
        getattr(plant.as_program(program, service), call)(**arguments)


def test_a_key_of_one_shard_does_not_open_another(plant: Plant) -> None:
    """The engine's init container cannot decrypt the machines' keys, even with the bundle in hand."""
    names = plant.provisioned.names
    manifest = plant.client("s3").get_object(Bucket=names.identities_bucket, Key="shard-0000/manifest.json")
    envelope = json.loads(manifest["Body"].read())["envelope"]
    with pytest.raises(ClientError, match="AccessDenied"):
        plant.as_program("init-rules", "kms").decrypt(
            CiphertextBlob=base64.b64decode(envelope["encrypted_key"]),
            EncryptionContext=envelope["encryption_context"],
        )


@pytest.mark.parametrize(("key", "secret"), [("test", "test"), ("000000000000", "test"), (None, "wrong")])
def test_there_is_one_root_and_it_must_sign(plant: Plant, key: str | None, secret: str) -> None:
    """Neither the emulator's well-known key nor the account's number is root, nor root's key without its secret."""
    credentials = plant.local.session().get_credentials()
    client = boto3.client(
        "iot",
        endpoint_url=plant.local.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key or credentials.access_key,
        aws_secret_access_key=secret,
    )
    with pytest.raises(ClientError, match=r"UnrecognizedClient|InvalidSignature"):
        client.list_things()


@pytest.mark.parametrize("path", ["/_ministack/reset", "/_ministack/config", "/_ministack/sqs/messages"])
def test_the_emulators_administration_is_closed(plant: Plant, path: str) -> None:
    """A web page in a browser on this machine cannot wipe the factory."""
    assert httpx.post(plant.local.endpoint + path, content=b"{}", timeout=10).status_code == 403


def test_a_kill_takes_neither_identities_nor_users_nor_leases(
    start_local_aws: Callable[..., Any], tmp_path: Path
) -> None:
    """What was acknowledged is there after kill -9: provisioning finds nothing to do, programs and machines get in."""
    local = start_local_aws(tmp_path / "aws")
    plant = Plant(local, tmp_path / "identities")
    key = {"shard": {"S": "shard-0000"}}
    # A change of the registry is on disk within the checkpoint interval: the wait is for that.
    threading.Event().wait(6)
    lease = plant.as_program("simulator", "dynamodb")
    lease.update_item(
        TableName="smart-factory-plant1-leases",
        Key=key,
        UpdateExpression="SET generation = :g",
        ExpressionAttributeValues={":g": {"N": "7"}},
    )
    local.kill()
    plant.local = start_local_aws(tmp_path / "aws", before=local)
    item = plant.as_program("simulator", "dynamodb").get_item(TableName="smart-factory-plant1-leases", Key=key)["Item"]
    assert item["generation"] == {"N": "7"}
    again = provision(
        ProvisionRequest(machines=3, endpoint_url=plant.local.endpoint),
        plant.local.session(),
        credentials=plant.provisioned.credentials,
    )
    assert again.created == 0
    machine = plant.connect("M003")
    assert machine.connected.wait(10)
    machine.close()
    plant.local.stop()


def test_sessions_and_what_waits_in_them_survive_an_orderly_stop(
    start_local_aws: Callable[..., Any], tmp_path: Path
) -> None:
    """A subscriber that is away while the broker is stopped and started misses nothing."""
    local = start_local_aws(tmp_path / "aws")
    plant = Plant(local, tmp_path / "identities")
    engine = plant.connect("rules-engine", expiry=FOREVER)
    assert engine.connected.wait(10)
    engine.client.subscribe("factory/plant1/+/+/telemetry", qos=1)
    assert engine.subscribed.wait(10)
    engine.close()
    before = plant.connect("M001")
    assert before.connected.wait(10)
    before.client.publish("factory/plant1/line1/M001/telemetry", b"before", qos=1).wait_for_publish(10)
    before.close()
    assert local.stop() == 0
    plant.local = start_local_aws(tmp_path / "aws", before=local)
    after = plant.connect("M001")
    assert after.connected.wait(10)
    after.client.publish("factory/plant1/line1/M001/telemetry", b"after", qos=1).wait_for_publish(10)
    engine = plant.connect("rules-engine", expiry=FOREVER)
    engine.wanted = 2
    engine.enough.wait(10)
    assert engine.received == [b"before", b"after"]
    engine.close()
    after.close()
    plant.local.stop()
