from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from factory.rollout.errors import RolloutUsageError
from factory.rollout.load_balancer import Finding, LoadBalancer, look_until_right

UP = {"status": "success", "data": {"result": [{"metric": {"job": "simulator"}, "value": [1767225600, "1"]}]}}
LOGIN = {"location": "https://login.example/authorize?client_id=1"}


def sound(request: httpx.Request) -> httpx.Response:
    """A load balancer as it should be."""
    if request.url.scheme == "http":
        return httpx.Response(301, headers={"location": "https://factory.example:443/"})
    if request.method == "POST":
        return httpx.Response(405)
    answers: dict[str, Any] = {"/grafana/api/health": {"database": "ok"}, "/prometheus/api/v1/query": UP}
    return httpx.Response(200, json=answers.get(request.url.path, []))


def but(path: str, answer: httpx.Response, method: str = "GET") -> Callable[[httpx.Request], httpx.Response]:
    """The same, with one path that answers otherwise."""
    otherwise = ("https", path, method)
    return lambda request: (
        answer if (request.url.scheme, request.url.path, request.method) == otherwise else sound(request)
    )


def findings(handler: Callable[[httpx.Request], httpx.Response], login: str = "", **more: Any) -> dict[str, Finding]:
    """What is found, by name."""
    client = httpx.Client(transport=httpx.MockTransport(handler), follow_redirects=False)
    balancer = LoadBalancer("https://factory.example/", login, client)
    return {one.name: one for one in balancer.look(**more)}


def test_a_sound_one_has_no_finding() -> None:
    """Every page, that nothing can be written, and the way from HTTP."""
    found = findings(sound)

    assert [name for name, one in found.items() if not one.is_right] == []
    assert {"landing", "simulator", "scraped", "grafana", "read-only", "redirect"} <= found.keys()


@pytest.mark.parametrize(
    ("name", "handler"),
    [
        ("landing", but("/", httpx.Response(503))),
        ("alertmanager", but("/alertmanager/-/ready", httpx.Response(404))),
        ("grafana", but("/grafana/api/health", httpx.Response(200, json={"database": "failing"}))),
        ("grafana", but("/grafana/api/health", httpx.Response(200, text="<html>"))),
        ("scraped", but("/prometheus/api/v1/query", httpx.Response(200, json={"data": {"result": []}}))),
        ("scraped", but("/prometheus/api/v1/query", httpx.Response(200, json={"status": "error"}))),
        ("read-only", but("/simulator/api/faults", httpx.Response(201), "POST")),
        ("read-only", but("/simulator/api/faults", httpx.Response(502), "POST")),
        ("redirect", lambda request: httpx.Response(200, json=UP) if request.url.scheme == "http" else sound(request)),
        ("prometheus", but("/prometheus/-/ready", httpx.Response(302, headers=LOGIN))),
    ],
)
def test_each_thing_that_is_wrong_is_found(name: str, handler: Callable[[httpx.Request], httpx.Response]) -> None:
    """One path is wrong, and only that is said to be."""
    assert [one for one, finding in findings(handler).items() if not finding.is_right] == [name]


def test_behind_a_login_every_path_leads_there() -> None:
    """Who has not logged in sees the page of links alone; a path that answers all the same is a finding."""

    def locked(request: httpx.Request) -> httpx.Response:
        is_open = request.url.scheme == "http" or request.url.path == "/"
        return sound(request) if is_open else httpx.Response(302, headers=LOGIN)

    assert all(one.is_right for one in findings(locked, "login.example").values())
    open_path = findings(
        lambda request: httpx.Response(200) if request.url.path == "/simulator/" else locked(request), "login.example"
    )
    assert [name for name, one in open_path.items() if not one.is_right] == ["simulator"]
    assert "answers 200 in the place of the login at login.example" in open_path["simulator"].told


def test_a_login_elsewhere_is_a_finding() -> None:
    """A redirect to a host that nobody named is not the login."""
    elsewhere = httpx.Response(302, headers={"location": "https://login.example.attacker.example/"})

    assert not findings(but("/prometheus/-/ready", elsewhere), "login.example")["prometheus"].is_right


def test_nobody_there_is_told_in_words() -> None:
    """A refused connection is a finding a path, and no traceback."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)

    assert findings(refuse)["landing"] == Finding("landing", False, "/ does not answer: connection refused")


def test_what_is_not_there_is_not_asked() -> None:
    """A factory without Grafana is looked at without it."""
    assert "grafana" not in findings(sound, without=frozenset({"grafana"}))


def test_it_waits_for_what_becomes_right() -> None:
    """A target group needs a moment for a new task; patience is counted and ends."""
    answers = iter([503, 503, 200])
    pauses: list[float] = []

    def late(request: httpx.Request) -> httpx.Response:
        return httpx.Response(next(answers)) if request.url.path == "/alertmanager/-/ready" else sound(request)

    def balancer(handler: Callable[[httpx.Request], httpx.Response]) -> LoadBalancer:
        return LoadBalancer("https://factory.example", client=httpx.Client(transport=httpx.MockTransport(handler)))

    assert all(one.is_right for one in look_until_right(balancer(late), wait=pauses.append))
    assert pauses == [5.0, 5.0]

    never = balancer(but("/", httpx.Response(500)))
    assert not look_until_right(never, patience_s=12.0, wait=pauses.append)[0].is_right
    assert pauses == [5.0] * 5


@pytest.mark.parametrize("url", ["factory.example", "ftp://factory.example", "https://", ""])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """The sentence says how one is written."""
    with pytest.raises(RolloutUsageError, match="Write https://HOST"):
        LoadBalancer(url)
