"""The program itself."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
import structlog
from botocore.config import Config

from maintenance.listening import listen
from maintenance.server.__main__ import main

ROOT = Path(__file__).parents[3]


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(model_dir: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program, once it answers pings, and its address."""
    port = free_port()
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "MODEL_SERVER_MODEL_DIR": str(model_dir),
        "MODEL_SERVER_HTTP_PORT": str(port),
        **settings,
    }
    program = subprocess.Popen(
        [sys.executable, "-P", "-m", "maintenance.server"], env=environment, text=True, stderr=subprocess.PIPE
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(program, address)
        yield program, address
    finally:
        program.kill()
        program.communicate()


def _wait_for(program: subprocess.Popen[str], address: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and program.poll() is None:
        try:
            if httpx.get(f"{address}/ping").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(f"the server does not answer: {program.poll()}")


@pytest.mark.e2e
def test_boto3_asks_the_server_as_it_asks_sagemaker(model_dir: Path, sentences: str, reading: dict[str, Any]) -> None:
    """Only the endpoint's URL is another; two formats, an error of a row, and one of a request."""
    with server(model_dir, MODEL_SERVER_ENDPOINT="fleet-endpoint") as (_, address):
        runtime = boto3.client(
            "sagemaker-runtime",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id="a",
            aws_secret_access_key="b",
            config=Config(retries={"total_max_attempts": 1}),
        )
        told = runtime.invoke_endpoint(
            EndpointName="fleet-endpoint",
            ContentType="text/plain",
            Body=sentences.encode(),
            CustomAttributes="trace=7",
        )
        assert told["ContentType"] == "application/jsonlines"
        assert told["CustomAttributes"] == "trace=7"
        assert told["InvokedProductionVariant"] == "AllTraffic"
        lines = told["Body"].read().decode().splitlines()
        assert ["POSITIVE" in line for line in lines] == [True, False, False]
        with pytest.raises(runtime.exceptions.ModelError, match="application/xml is not known") as refused:
            runtime.invoke_endpoint(EndpointName="fleet-endpoint", ContentType="application/xml", Body=b"<x/>")
        assert refused.value.response["OriginalStatusCode"] == 415
        with pytest.raises(runtime.exceptions.ClientError, match="ValidationError"):
            runtime.invoke_endpoint(EndpointName="other", ContentType="text/plain", Body=b"")


@pytest.mark.e2e
def test_a_stop_lets_requests_end(model_dir: Path, sentences: str) -> None:
    """SIGTERM while requests are under way: each has its whole answer, and the exit status is 0."""
    body = (sentences * 500).encode()
    statuses: list[int] = []

    def ask(address: str) -> None:
        statuses.append(
            httpx.post(
                f"{address}/invocations", content=body, headers={"content-type": "text/plain"}, timeout=60
            ).status_code
        )

    with server(model_dir) as (program, address):
        askers = [threading.Thread(target=ask, args=(address,)) for _ in range(4)]
        for asker in askers:
            asker.start()
        _wait_for_requests(address)
        program.send_signal(signal.SIGTERM)
        for asker in askers:
            asker.join(timeout=60)
        assert program.wait(timeout=30) == 0
    assert statuses == [200] * 4


@pytest.mark.e2e
def test_a_stop_does_not_wait_for_ever(model_dir: Path) -> None:
    """A client that never sends the rest of its body is cut off after the drain, and the exit status says so."""
    with server(model_dir, MODEL_SERVER_DRAIN_SECONDS="0.5") as (program, address):
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as half:
            half.sendall(
                b"POST /invocations HTTP/1.1\r\nHost: here\r\nContent-Type: text/plain\r\nContent-Length: 99\r\n\r\n"
            )
            time.sleep(0.5)
            program.send_signal(signal.SIGTERM)
            assert program.wait(timeout=30) == 1
        assert program.stderr is not None
        assert '"in_order": false' in program.stderr.read()


HALF = b"POST /invocations HTTP/1.1\r\nHost: here\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n"


@pytest.mark.e2e
@pytest.mark.parametrize("hangs", ["body", "head", "reader"])
def test_a_stop_ends_within_ten_seconds(hangs: str, model_dir: Path, sentences: str) -> None:
    """As is promised, beside a body that never comes, half a head, or a client that never reads its long answer."""
    said = (sentences * 4000).encode()
    sent = {"body": HALF % 99, "head": HALF[:40], "reader": HALF % len(said) + said}[hangs]
    with server(model_dir, MODEL_SERVER_RECEIVE_SECONDS="60") as (program, address), socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", int(address.rpartition(":")[2])))
        client.sendall(sent)
        if hangs == "reader":
            _wait_for_requests(address)
        else:
            time.sleep(0.5)
        began = time.monotonic()
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=30) == (0 if hangs == "head" else 1)
        assert time.monotonic() - began <= 10


def _wait_for_requests(address: str) -> None:
    """Until one of them was answered: the others are under way then."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if 'requests_total{status="200"}' in httpx.get(f"{address}/metrics").text:
            return
        time.sleep(0.01)


def test_answers_are_not_held_back() -> None:
    """Asyncio switches the delay of small segments (RFC 896) off only for a socket that says it is TCP."""
    listener = listen("127.0.0.1", 0, "MODEL_SERVER")
    with listener:
        assert listener.proto == socket.IPPROTO_TCP


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """What the program makes of this process's logs is undone: tests after this one look at theirs."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"MODEL_SERVER_MODEL_DIR": "/nowhere"}, "/nowhere has no model"),
        ({"MODEL_SERVER_HTTP_PORT": "-1"}, "MODEL_SERVER_HTTP_PORT='-1' cannot be used"),
        ({"MODEL_SERVER_TIMEZONE": "Mars"}, "MODEL_SERVER_TIMEZONE='Mars' cannot be used"),
        ({"MODEL_SERVER_HTTP_HOST": "203.0.113.1"}, "MODEL_SERVER_HTTP_HOST='203.0.113.1'"),
        ({"MODEL_SERVER_MOST_REQUESTS": "0"}, "MODEL_SERVER_MOST_REQUESTS='0' cannot be used"),
        ({"MODEL_SERVER_RECEIVE_SECONDS": "0"}, "MODEL_SERVER_RECEIVE_SECONDS='0' cannot be used"),
        ({"MODEL_SERVER_LARGEST_BODY_BYTES": "1"}, "MODEL_SERVER_LARGEST_BODY_BYTES='1' cannot be used"),
        ({"MODEL_SERVER_ENDPOINT": "a/b"}, "MODEL_SERVER_ENDPOINT='a/b' cannot be used"),
    ],
)
def test_a_wrong_setting_is_a_sentence_and_status_2(
    model_dir: Path,
    settings: dict[str, str],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    logs_as_before: None,
) -> None:
    """Before anything is served; 203.0.113.1 is no machine's (RFC 5737)."""
    for name, value in ({"MODEL_SERVER_MODEL_DIR": str(model_dir)} | settings).items():
        monkeypatch.setenv(name, value)
    assert main() == 2
    assert told in capsys.readouterr().err
