"""What tests of several rooms share: a local AWS of their own, on free ports."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
import httpx
import pytest
from moto import mock_aws

from factory.local_aws import root_credentials


@dataclass
class LocalAws:
    """A local AWS that runs as it would for `factory up`."""

    data_dir: Path
    http_port: int
    mqtt_port: int
    process: subprocess.Popen[bytes]

    @property
    def endpoint(self) -> str:
        """Address of its API."""
        return f"http://127.0.0.1:{self.http_port}"

    def session(self) -> boto3.session.Session:
        """Credentials of its root."""
        root = root_credentials(self.data_dir)
        return boto3.session.Session(root.access_key_id, root.secret_access_key, region_name="us-east-1")

    def kill(self) -> None:
        """End it as a power failure would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self) -> int:
        """End it in order."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(local: LocalAws) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert local.process.poll() is None, "the local AWS ended: see its log"
        try:
            if httpx.get(f"{local.endpoint}/_ministack/ready", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the local AWS did not become ready in 60 s")


@pytest.fixture(scope="session")
def start_local_aws() -> Iterator[Callable[..., LocalAws]]:
    """Starts a local AWS on a data directory; all are ended after the tests.

    What stands in its environment beside the settings, its functions find there too.
    """
    started: list[LocalAws] = []

    def start(data_dir: Path, before: LocalAws | None = None, **environment: str) -> LocalAws:
        ports = (before.http_port, before.mqtt_port) if before else (_free_port(), _free_port())
        data_dir.mkdir(parents=True, exist_ok=True)
        settings = {
            "LOCAL_AWS_DATA_DIR": str(data_dir),
            "LOCAL_AWS_HTTP_PORT": str(ports[0]),
            "LOCAL_AWS_MQTT_PORT": str(ports[1]),
        }
        with (data_dir / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "factory.local_aws"],
                env={**os.environ, **environment, **settings},
                stdout=log,
                stderr=log,
                cwd=Path(__file__).parents[1],
            )
        local = LocalAws(data_dir, *ports, process)
        started.append(local)
        _wait_until_ready(local)
        return local

    yield start
    for local in started:
        if local.process.poll() is None:
            local.kill()


@pytest.fixture(scope="session")
def local_aws(start_local_aws: Callable[..., LocalAws], tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """One local AWS for all tests that only add to it."""
    local = start_local_aws(tmp_path_factory.mktemp("local-aws") / "aws")
    yield local
    local.stop()


@pytest.fixture
def mocked_account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty account of moto's, for clients that are made inside; no call leaves this process."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def full_disk() -> Callable[[int], AbstractContextManager[None]]:
    """While inside, the kernel takes so many bytes of a file and refuses the rest, as a disk does that becomes full.

    It holds for the whole process, and so for what pytest itself writes into a file: it must end with the `with`.
    """

    @contextmanager
    def limited(size: int) -> Iterator[None]:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, handler)

    return limited
