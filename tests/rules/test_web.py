"""`/healthz` tells a frozen or lonely engine from a working one, and `/metrics` what is declared."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import httpx
import pytest

from contracts.errors import UsageError
from contracts.metrics import METRICS
from rules.measures import Measures
from rules.web import health, make_app, serve


def engine(*, alive_at: float = 100.0, lost_at: float | None = None) -> SimpleNamespace:
    """An engine that was last alive and connected at those times."""
    return SimpleNamespace(alive_at=alive_at, broker=SimpleNamespace(lost_at=lost_at, ready=lost_at is None))


@pytest.mark.parametrize(
    ("asked", "now", "status", "said"),
    [
        (engine(), 100.5, 200, "ok"),
        (engine(lost_at=90.0), 100.0, 200, "ok"),
        (engine(lost_at=60.0), 100.0, 503, "not connected to the broker for 40 s"),
        (engine(alive_at=70.0), 100.0, 503, "the worker has not moved for 30 s"),
    ],
)
def test_health_is_that_of_the_worker(asked, now, status, said):
    """A short interruption is no illness; a frozen worker is, though the page still answers."""
    code, answer = health(asked, now)

    assert (code, answer["status"]) == (status, said)


@pytest.mark.parametrize(("asked", "status"), [(engine(), 200), (engine(lost_at=99.0), 503)])
def test_it_is_ready_when_it_is_subscribed(asked, status):
    """Healthy it may be before; but what is said then, the broker keeps for nobody."""
    port = serve(make_app(asked, Measures()), "127.0.0.1", 0)

    assert httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == status


def test_metrics_are_the_declared_ones():
    """Every rules_* metric of the contract, and no other."""
    measures = Measures()
    port = serve(make_app(engine(), measures), "127.0.0.1", 0)

    text = httpx.get(f"http://127.0.0.1:{port}/metrics").text

    shown = {line.split()[2] for line in text.splitlines() if line.startswith("# HELP")}
    created = {name for name in shown if name.endswith("_created")}
    assert shown - created == {name for name in METRICS if name.startswith("rules_")}


def test_a_taken_port_is_told_with_its_setting():
    """Which setting, which port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"RULES_HTTP_PORT={port} cannot be used"):
            serve(make_app(engine(), Measures()), "127.0.0.1", port)
