"""A place to measure publishing: machines with certificates, a broker that demands them, a table for leases.

The broker is Debian's mosquitto where it is installed: one process in C, so that what is measured is the simulator. Its
plant CA and the machines' certificates are made by the code that provisions a plant. Elsewhere it is the broker of the
local AWS, which knows things and policies as AWS IoT does and needs many times the CPU.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import resource
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import boto3
import psutil

from contracts.identity import (
    CA_FILE,
    CONFIGURATION_FILE,
    MANIFEST_FILE,
    Envelope,
    Identity,
    Manifest,
    PlantConfiguration,
    certificate_file,
    key_file,
    shard_name,
)
from contracts.resources import REGION, Resources
from factory.errors import LocalFactoryError, LocalFactoryUsageError
from factory.local_aws import root_credentials
from factory.provision import ProvisionRequest, provision
from factory.provision.bundle import BundleStore
from factory.provision.certificates import PlantCa
from factory.provision.clients import Clients
from factory.provision.request import machine

PLANT = "bench"
_FILES_BESIDE_MACHINES = 200
_READY_WITHIN_S = 60.0
_ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Site:
    """Where it is measured.

    Attributes:
        broker: name of the broker, as people know it.
        broker_process: for its CPU.
        port: where it listens, on localhost.
        identities: directory with the shards.
        directory: for everything else.
        aws: variables by which a program finds the table of leases; empty if there is none.
        leases_table: its name.
    """

    broker: str
    broker_process: psutil.Process
    port: int
    identities: Path
    directory: Path
    aws: dict[str, str]
    leases_table: str


@contextmanager
def site(directory: Path, machines: int, *, shard_size: int, interval_s: float, leases: bool) -> Iterator[Site]:
    """Machines, a broker and, if asked for, a table of leases, on loopback and free ports.

    Args:
        directory: an empty one.
        machines: how many.
        shard_size: machines of a shard.
        interval_s: time between readings of a machine [s].
        leases: whether a table of leases is needed.

    Raises:
        LocalFactoryUsageError: this machine does not allow so many connections.
    """
    _allow_connections(machines)
    mosquitto = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    identities = directory / "identities"
    with contextlib.ExitStack() as stack:
        aws, mqtt_port, process = (
            stack.enter_context(local_aws(directory)) if leases or not mosquitto else ({}, 0, None)
        )
        names = Resources(PLANT, _ACCOUNT)
        if leases:
            _make_leases_table(aws, names.leases_table)
        configuration = PlantConfiguration(plant=PLANT, interval_s=interval_s)
        if mosquitto:
            ca = PlantCa.make(PLANT, datetime.now(UTC))
            lay_down(identities, ca, machines, shard_size, configuration)
            process, mqtt_port = stack.enter_context(_mosquitto(mosquitto, directory, ca))
            broker = _version(mosquitto)
        else:
            _provisioned(identities, aws, machines, configuration)
            broker = "the broker of the local AWS (ministack)"
        assert process is not None  # noqa: S101 - one of the two was started
        yield Site(broker, psutil.Process(process.pid), mqtt_port, identities, directory, aws, names.leases_table)


def lay_down(root: Path, ca: PlantCa, machines: int, shard_size: int, configuration: PlantConfiguration) -> None:
    """Identities of machines as the init container lays them down, signed by a plant CA.

    Args:
        root: directory of the shards.
        ca: signs them, and the broker's certificate.
        machines: how many.
        shard_size: machines of a shard.
        configuration: of the plant.
    """
    now = datetime.now(UTC)
    for first in range(1, machines + 1, shard_size):
        members = [machine(number, PLANT) for number in range(first, min(first + shard_size, machines + 1))]
        shard = shard_name((first - 1) // shard_size)
        pairs = {one.device_id: ca.issue(one.device_id, now) for one in members}
        files = {certificate_file(name): pair.certificate.encode() for name, pair in pairs.items()}
        files |= {key_file(name): pair.key.encode() for name, pair in pairs.items()}
        files |= {CA_FILE: ca.pair.certificate.encode()}
        _write_shard(root / shard, shard, members, files, configuration)


def _write_shard(
    directory: Path,
    shard: str,
    members: Sequence[Identity],
    files: dict[str, bytes],
    configuration: PlantConfiguration,
) -> None:
    (directory / "identities").mkdir(parents=True)
    for name, content in files.items():
        (directory / name).write_bytes(content)
    (directory / CONFIGURATION_FILE).write_text(configuration.model_dump_json())
    # Nothing is encrypted here: the keys live as long as the measurement.
    envelope = Envelope.model_construct(key_id="none", encrypted_key=b"", nonce=b"", encryption_context={})
    manifest = Manifest.model_construct(
        plant=PLANT, shard=shard, issued_at=datetime.now(UTC), issuer="plant", identities=tuple(members), files={},
        envelope=envelope,
    )  # fmt: skip
    (directory / MANIFEST_FILE).write_text(manifest.model_dump_json())


def _provisioned(root: Path, aws: dict[str, str], machines: int, configuration: PlantConfiguration) -> None:
    """Identities by way of the local AWS, whose broker asks it who may speak."""
    session = boto3.session.Session(aws["AWS_ACCESS_KEY_ID"], aws["AWS_SECRET_ACCESS_KEY"], region_name=REGION)
    endpoint = aws["AWS_ENDPOINT_URL"]
    request = ProvisionRequest(
        plant=PLANT, machines=machines, interval_s=configuration.interval_s, endpoint_url=endpoint
    )
    provisioned = provision(request, session)
    names, clients = provisioned.names, Clients(session, endpoint, REGION)
    store = BundleStore(clients.s3, clients.kms, names.identities_bucket, names.key_alias)
    for shard in provisioned.shards:
        if shard.startswith("shard-"):
            bundle = store.read(shard)
            files = {name: content for name, content in bundle.files.items() if name != CONFIGURATION_FILE}
            _write_shard(root / shard, shard, bundle.manifest.identities, files, provisioned.configuration)


def _allow_connections(machines: int) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = machines + _FILES_BESIDE_MACHINES
    if most != resource.RLIM_INFINITY and most < needed:
        raise LocalFactoryUsageError(
            f"{machines} connections need {needed} open files of the broker; this machine allows {most}.",
            remedy="Raise the hard limit (ulimit -Hn), or measure fewer machines.",
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # the broker inherits it


@contextmanager
def _mosquitto(program: str, directory: Path, ca: PlantCa) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    pair = ca.issue_server("localhost", datetime.now(UTC))
    for name, content in (("ca.pem", ca.pair.certificate), ("broker.pem", pair.certificate), ("broker.key", pair.key)):
        (directory / name).write_text(content)
        (directory / name).chmod(0o600)
    settings = directory / "mosquitto.conf"
    settings.write_text(
        f"listener {port} 127.0.0.1\n"
        f"cafile {directory}/ca.pem\ncertfile {directory}/broker.pem\nkeyfile {directory}/broker.key\n"
        "require_certificate true\nuse_identity_as_username true\n"
        "max_queued_messages 0\nmax_inflight_messages 0\npersistence false\n"
        "log_type error\nlog_type warning\n"
        # Started by root it would become the user mosquitto, who cannot read the key.
        f"user {_user()}\n"
    )
    with running([program, "-c", str(settings)], {}, directory / "mosquitto.log") as process:
        wait_for(lambda: _listens(port), process, "mosquitto", directory / "mosquitto.log")
        yield process, port


@contextmanager
def local_aws(directory: Path) -> Iterator[tuple[dict[str, str], int, subprocess.Popen[bytes]]]:
    """A local AWS: the variables by which it is found as its root, its broker's port, its process."""
    data, http_port, mqtt_port = directory / "aws", free_port(), free_port()
    data.mkdir()
    settings = {
        "LOCAL_AWS_DATA_DIR": str(data),
        "LOCAL_AWS_HTTP_PORT": str(http_port),
        "LOCAL_AWS_MQTT_PORT": str(mqtt_port),
    }
    url = f"http://127.0.0.1:{http_port}"
    with running([sys.executable, "-m", "factory.local_aws"], settings, directory / "aws.log") as process:
        wait_for(lambda: answers(f"{url}/_ministack/ready"), process, "the local AWS", directory / "aws.log")
        root = root_credentials(data)
        yield (
            {
                "AWS_ENDPOINT_URL": url,
                "AWS_DEFAULT_REGION": REGION,
                "AWS_ACCESS_KEY_ID": root.access_key_id,
                "AWS_SECRET_ACCESS_KEY": root.secret_access_key,
            },
            mqtt_port,
            process,
        )


def _make_leases_table(aws: dict[str, str], name: str) -> None:
    session = boto3.session.Session(aws["AWS_ACCESS_KEY_ID"], aws["AWS_SECRET_ACCESS_KEY"], region_name=REGION)
    session.client("dynamodb", endpoint_url=aws["AWS_ENDPOINT_URL"]).create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "shard", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "shard", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


@contextmanager
def running(argv: Sequence[str], more: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program with more variables than this one has, until it is left."""
    with log.open("ab") as output:
        process = subprocess.Popen(argv, env={**os.environ, **more}, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(
    ready: Callable[[], bool],
    process: subprocess.Popen[bytes],
    name: str,
    log: Path,
    patience_s: float = _READY_WITHIN_S,
) -> None:
    """Wait until a program is ready.

    Raises:
        LocalFactoryError: it ended, or took too long; the sentence has its last words.
    """
    deadline_s = time.monotonic() + patience_s
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline_s:
            last = log.read_text(errors="replace").strip().rpartition("\n")[2]
            raise LocalFactoryError(f"{name} did not come up: {last or 'it said nothing'}.")
        time.sleep(0.05)


def _version(program: str) -> str:
    told = subprocess.run([program, "-h"], capture_output=True, text=True, check=False).stdout.partition("\n")[0]
    return told.replace(" version", "") or "mosquitto"


def _user() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(url: str) -> bool:
    """Whether a page is there."""
    try:
        with urllib.request.urlopen(url, timeout=5) as page:  # noqa: S310 - http, of this machine
            return bool(page.status == 200)
    except (urllib.error.URLError, OSError):
        return False
