"""Clients that send slowly, never, or too much, over real sockets."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest
import uvicorn

from maintenance.listening import listen
from maintenance.server.app import create_app
from maintenance.server.connections import impatient
from maintenance.server.judge import REFUSED, Judge
from maintenance.server.limits import Limits
from maintenance.server.measures import Measures

HEAD = b"POST /invocations HTTP/1.1\r\nHost: here\r\nContent-Type: text/plain\r\nContent-Length: 99\r\n\r\n"
PATIENCE_S = 30.0
"""For what must come at all; no test is about how fast."""

Address = tuple[str, int]
Serve = Callable[[Limits], Address]


@pytest.fixture
def serve(judge: Judge) -> Iterator[Serve]:
    """Starts a server with limits on a free port."""
    servers: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(limits: Limits) -> Address:
        measures = Measures(judge.scorer.card, [*judge.scorer.labels, REFUSED])
        app = create_app(judge, "fleet", measures, limits)
        listener = listen("127.0.0.1", 0, "MODEL_SERVER")
        # Connections take it over: the kernel keeps little for a client that does not read.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
        kind = impatient(limits.receive_s, measures.cut_off)
        server = uvicorn.Server(uvicorn.Config(app, http=kind, ws="none", log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        host, port = listener.getsockname()
        thread.start()
        servers.append((server, thread))
        return host, port

    yield start
    for server, thread in servers:
        server.should_exit = server.force_exit = True
        thread.join(PATIENCE_S)


def connect(address: Address) -> socket.socket:
    """A connection that gives up at last."""
    return socket.create_connection(address, timeout=PATIENCE_S)


def answer(client: socket.socket) -> tuple[int, dict[str, Any], str | None]:
    """Status, body and the header Connection of what comes."""
    response = HTTPResponse(client)
    response.begin()
    return response.status, json.loads(response.read()), response.getheader("connection")


def get(address: Address, path: str) -> str:
    """A page."""
    connection = HTTPConnection(*address, timeout=PATIENCE_S)
    connection.request("GET", path)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def counted(address: Address, status: int) -> float:
    """Requests with that end."""
    lines = get(address, "/metrics").splitlines()
    name = f'model_server_requests_total{{status="{status}"}} '
    return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))


def test_a_body_that_does_not_come_is_answered_408(serve: Serve) -> None:
    """With one sentence, counted, and the connection is closed (RFC 9110, section 15.5.9)."""
    address = serve(Limits(receive_s=0.3))
    with connect(address) as client:
        client.sendall(HEAD + b"device_id")
        status, told, connection = answer(client)
        assert (status, connection) == (408, "close")
        assert told["error"].startswith("The body had not come to its end after 0.3 s.")
        assert client.recv(1) == b""
    assert counted(address, 408) == 1


def test_a_body_that_trickles_has_no_more_time_than_one_that_stops(serve: Serve) -> None:
    """The limit is one of the whole body, so that a letter now and then does not keep it open."""
    address = serve(Limits(receive_s=0.5))
    with connect(address) as client:
        client.sendall(HEAD)
        over = threading.Event()

        def trickle() -> None:
            while not over.wait(0.05):
                try:
                    client.sendall(b" ")
                except OSError:
                    return

        sender = threading.Thread(target=trickle)
        sender.start()
        try:
            assert answer(client)[0] == 408
        finally:
            over.set()
            sender.join()


def test_an_endless_body_is_answered_413_and_cut_off(serve: Serve) -> None:
    """Chunks without an end: the answer comes with the first that is too much; who goes on sending is closed."""
    address = serve(Limits(body_bytes=4096, receive_s=0.5))
    with connect(address) as client:
        client.sendall(b"POST /invocations HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"400\r\n" + b" " * 0x400 + b"\r\n"
        for _ in range(5):
            client.sendall(chunk)
        status, told, _ = answer(client)
        assert (status, told["error"].split(".")[0]) == (413, "The body is longer than 4,096 bytes")
        with pytest.raises(OSError, match=r"reset|pipe"):
            _send_for_ever(client, chunk)
    assert counted(address, 413) == 1


def _send_for_ever(client: socket.socket, chunk: bytes) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        client.sendall(chunk)
        time.sleep(0.02)


def test_a_client_that_sends_all_of_a_body_too_long_reads_why(serve: Serve) -> None:
    """As most clients do, which read no answer before: it is not lost to a connection that was reset."""
    address = serve(Limits(body_bytes=4096))
    for declared in (True, False):
        connection = HTTPConnection(*address, timeout=PATIENCE_S)
        chunks = [b" " * (1 << 20)] * 8
        headers = {"Content-Length": str(8 << 20)} if declared else {"Transfer-Encoding": "chunked"}
        connection.request("POST", "/invocations", iter(chunks), headers, encode_chunked=not declared)
        assert connection.getresponse().status == 413
        connection.close()


def test_a_head_that_does_not_come_is_cut_off(serve: Serve) -> None:
    """Half a head is counted as a request that took too long; a connection that says nothing is only closed."""
    address = serve(Limits(receive_s=0.3))
    with connect(address) as half, connect(address) as silent:
        half.sendall(HEAD[:40])
        for client in (half, silent):
            with contextlib.suppress(ConnectionResetError):
                assert client.recv(1) == b""
    assert counted(address, 408) == 1


@pytest.mark.parametrize("reads", [True, False], ids=["reads", "never reads"])
def test_a_long_answer_waits_for_a_slow_reader_that_reads(serve: Serve, sentences: str, reads: bool) -> None:
    """However slowly, as long as some of it goes in each while; who takes nothing is cut off in the end."""
    address = serve(Limits(receive_s=0.5))
    said = (sentences * 1000).encode()
    with socket.socket() as client:
        client.settimeout(PATIENCE_S)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        client.connect(address)
        client.sendall(HEAD.replace(b"99", str(len(said)).encode()) + said)
        answer = bytearray(client.recv(1))
        until = time.monotonic() + 2.5
        while time.monotonic() < until:
            time.sleep(0.05)
            answer += client.recv(16_384) if reads else b""
        with contextlib.suppress(ConnectionResetError):
            while part := client.recv(1 << 20):
                answer += part
                if answer.endswith(b"}\n") and answer.count(b"\n{") == 3_000:
                    break
    assert (answer.count(b"\n{") == 3_000) == reads


def test_requests_above_the_most_are_turned_away(serve: Serve, sentences: str) -> None:
    """With 503 while others are under way; pings and metrics are answered all the while, and after them it is too."""
    address = serve(Limits(requests=2, receive_s=PATIENCE_S))
    body = sentences.encode()
    whole = HEAD.replace(b"99", str(len(body)).encode()) + body
    with connect(address) as first, connect(address) as second, connect(address) as third:
        first.sendall(HEAD)
        second.sendall(HEAD)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            third.sendall(whole)
            status, told = _lines(third)
            if status == 503:
                break
            time.sleep(0.05)
        assert (status, told[0]["error"].split(".")[0]) == (503, "2 requests are under way already")
        assert get(address, "/ping") == ""
        assert counted(address, 503) == 1
        first.close()
        while time.monotonic() < until and status == 503:
            time.sleep(0.05)
            third.sendall(whole)
            status, told = _lines(third)
        assert (status, len(told)) == (200, 3)


def _lines(client: socket.socket) -> tuple[int, list[dict[str, Any]]]:
    response = HTTPResponse(client)
    response.begin()
    return response.status, [json.loads(line) for line in response.read().splitlines()]


def test_the_runtimes_path_says_it_in_aws_words(serve: Serve) -> None:
    """What is busy is tried again by clients (ServiceUnavailable); what came too slowly is the model's error."""
    address = serve(Limits(requests=1, receive_s=0.5))
    head = HEAD.replace(b"/invocations", b"/endpoints/fleet/invocations")
    with connect(address) as slow, connect(address) as other:
        slow.sendall(head)
        time.sleep(0.2)
        other.sendall(head)
        response = HTTPResponse(other)
        response.begin()
        assert (response.status, response.getheader("x-amzn-errortype")) == (503, "ServiceUnavailable")
        status, told, connection = answer(slow)
        assert (status, told["OriginalStatusCode"], connection) == (424, 408, "close")
