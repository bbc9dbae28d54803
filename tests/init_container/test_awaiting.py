"""Waiting for another program before anything is laid down."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from init_container.awaiting import wait_for
from init_container.errors import AwaitedError


class Engine(BaseHTTPRequestHandler):
    """Is not well once, and then is."""

    asked = 0

    def do_GET(self) -> None:
        """Answer."""
        Engine.asked += 1
        self.send_response(503 if Engine.asked == 1 else 200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_returns_when_it_is_well() -> None:
    """503 is not yet well."""
    slept: list[float] = []
    with HTTPServer(("127.0.0.1", 0), Engine) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        wait_for(f"http://127.0.0.1:{server.server_port}/healthz", 60, sleep=slept.append)
        server.shutdown()
        thread.join()

    assert (Engine.asked, len(slept)) == (2, 1)


def test_gives_up_with_a_status_of_its_own() -> None:
    """Port 9 (discard) has nobody; the clock is the test's own."""
    moments = iter([0.0, 61.0])

    with pytest.raises(AwaitedError, match=r"INIT_AWAIT_URL='http://127.0.0.1:9/healthz' has not answered") as caught:
        wait_for("http://127.0.0.1:9/healthz", 60, sleep=lambda _s: None, clock=lambda: next(moments))
    assert caught.value.exit_status == 5
