"""Small questions to programs."""

from __future__ import annotations

import json
import threading
import types
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from factory.up.health import answers, listens, only_disconnected
from rules.web import health

BROKEN = (503, "subscriber has ended.\nsee the log")


@pytest.fixture
def page() -> Iterator[str]:
    """A page that answers 503."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(BROKEN[0])
            self.end_headers()
            self.wfile.write(BROKEN[1].encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/healthz"
        server.shutdown()


def test_a_page_that_says_no_is_told_with_its_first_line(page: str) -> None:
    """Status and reason are what a person needs."""
    assert answers(page)() == f"{page} answers 503: subscriber has ended."


def test_an_excused_answer_is_well(page: str) -> None:
    """What is no fault of the program's is none."""
    assert answers(page, excused=lambda status, text: (status, text) == BROKEN)() is None


def test_a_page_that_nobody_serves_is_told() -> None:
    """Neither a page nor a port is there."""
    assert answers("http://127.0.0.1:9/healthz")() == "http://127.0.0.1:9/healthz does not answer"
    assert listens("127.0.0.1", 9)() == "127.0.0.1:9 does not listen"


def _engine(*, silent_s: float, away_s: float) -> Any:
    broker = types.SimpleNamespace(ready=not away_s, lost_at=1000.0 - away_s if away_s else None)
    return types.SimpleNamespace(alive_at=1000.0 - silent_s, broker=broker)


@pytest.mark.parametrize(("silent_s", "away_s", "well"), [(0, 0, True), (0, 31, True), (21, 0, False), (21, 31, False)])
def test_an_engine_without_its_broker_is_no_hung_engine(silent_s: float, away_s: float, well: bool) -> None:
    """By the engine's own words: only a worker that does not move is a reason to start it anew."""
    status, told = health(_engine(silent_s=silent_s, away_s=away_s), 1000.0)
    assert (status == 200 or only_disconnected(status, json.dumps(told))) is well


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"status": 1}'])
def test_an_unknown_answer_excuses_nothing(text: str) -> None:
    """Only the engine's own sentence does."""
    assert not only_disconnected(503, text)
