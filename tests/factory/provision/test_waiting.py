"""Waiting for a local AWS that is starting."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from factory.provision import ProvisionError, wait_for_local_aws


class Starting(BaseHTTPRequestHandler):
    """Answers 503 twice, and then 200."""

    asked: list[str]

    def do_GET(self) -> None:
        """Answer."""
        self.asked.append(self.path)
        self.send_response(503 if len(self.asked) < 3 else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def starting() -> Iterator[HTTPServer]:
    """A local AWS that takes a while."""
    Starting.asked = []
    with HTTPServer(("127.0.0.1", 0), Starting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_returns_when_it_answers(starting: HTTPServer) -> None:
    """It is asked again until it does."""
    slept: list[float] = []

    wait_for_local_aws(f"http://127.0.0.1:{starting.server_port}/", 60, sleep=slept.append)

    assert Starting.asked == ["/_ministack/health"] * 3
    assert len(slept) == 2


def test_gives_up_in_the_end() -> None:
    """Port 9 (discard) has nobody; the clock is the test's own."""
    moments = iter([0.0, 30.0, 61.0])

    with pytest.raises(ProvisionError, match="has not answered for 60 s"):
        wait_for_local_aws("http://127.0.0.1:9", 60, sleep=lambda _s: None, clock=lambda: next(moments))
