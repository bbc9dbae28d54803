from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import pytest

from contracts import healthcheck


@contextmanager
def page(status: int, body: bytes) -> Iterator[str]:
    """A server whose page answers so; yields its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/healthz"
        server.shutdown()


def test_a_program_that_says_it_is_well_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    """200 is status 0, and what the page says is shown in one line."""
    with page(200, b'{"frozen":\n false}') as address:
        assert healthcheck.main([address]) == 0

    assert capsys.readouterr().out == f'{address} answers 200: {{"frozen": false}}\n'


def test_a_program_that_says_it_is_not_well_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    """Any other status is a failure, with the page's own reason."""
    with page(503, b"the plant does not move") as address:
        assert healthcheck.main([address]) == 1

    assert "answers 503: the plant does not move" in capsys.readouterr().out


def test_a_frozen_program_is_not_well() -> None:
    """The kernel takes the connection of a frozen program, and no answer comes: the time limit finds it."""
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        address = urlsplit(f"http://127.0.0.1:{frozen.getsockname()[1]}/healthz")

        assert healthcheck.ask(address, 0.2) == (False, f"{address.geturl()} has not answered within 0.2 s.")


def test_a_program_that_is_gone_is_not_well(capsys: pytest.CaptureFixture[str]) -> None:
    """A closed port is a failure that says so."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert healthcheck.main([f"http://127.0.0.1:{port}/healthz"]) == 1
    assert "does not answer: [Errno 111] Connection refused." in capsys.readouterr().out


def test_what_is_no_http_is_not_well() -> None:
    """A port on which something else speaks is a failure, not a traceback."""
    with socket.create_server(("127.0.0.1", 0)) as other:

        def speak() -> None:
            connection, _ = other.accept()
            connection.sendall(b"220 mail.example ESMTP\r\n")
            connection.close()

        threading.Thread(target=speak, daemon=True).start()
        well, told = healthcheck.ask(urlsplit(f"http://127.0.0.1:{other.getsockname()[1]}/"), 5)

    assert not well
    assert "does not answer" in told


@pytest.mark.parametrize("arguments", [[], ["9100"], ["https://127.0.0.1/"], ["http://a/", "http://b/"]])
def test_a_wrong_call_is_told_from_a_sick_program(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2, and the sentence shows how it is called."""
    assert healthcheck.main(arguments) == 2
    assert "python -m contracts.healthcheck http://127.0.0.1:9100/healthz" in capsys.readouterr().err
