"""What the paths of the load balancer have to answer, asked from outside as a person would.

The paths are those of the proxy of docker-compose.yml as well. Behind a login every one of them, but for the page of
links, has to send there who has not logged in: a page that answers without is as much a finding as one that is silent.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from factory.rollout.errors import RolloutUsageError

PATIENCE_S, PAUSE_S = 180.0, 5.0
"""A target group takes its time to find a new task well."""
WRITES = "/simulator/api/faults"


def _is_json_with(key: str, value: str) -> Callable[[httpx.Response], bool]:
    return lambda answer: json.loads(answer.content).get(key) == value


def _is_scraped(answer: httpx.Response) -> bool:
    """Whether Prometheus has found a simulator that answers it."""
    found = json.loads(answer.content)["data"]["result"]
    return any(one["value"][1] == "1" for one in found)


@dataclass(frozen=True, slots=True)
class Page:
    """One path, and what it has to answer.

    Args:
        path: under the address.
        needs: in words, what is right.
        is_right: decides it by an answer of status 200.
        is_open: whether it answers before anybody has logged in.
    """

    path: str
    needs: str
    is_right: Callable[[httpx.Response], bool] = lambda _: True
    is_open: bool = False


PAGES = {
    "landing": Page("/", "a page of links", is_open=True),
    "simulator": Page("/simulator/", "machines"),
    "prometheus": Page("/prometheus/-/ready", "that it is ready"),
    "scraped": Page('/prometheus/api/v1/query?query=up{job="simulator"}', "a simulator that is scraped", _is_scraped),
    "alertmanager": Page("/alertmanager/-/ready", "that it is ready"),
    "grafana": Page("/grafana/api/health", "a database that is ok", _is_json_with("database", "ok")),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a path answered.

    Args:
        name: of what was looked at.
        is_right: whether it is as it should be.
        told: in words.
    """

    name: str
    is_right: bool
    told: str


class LoadBalancer:
    """The load balancer at an address.

    Args:
        url: `https://HOST`, or `http://HOST:PORT` of the proxy of docker-compose.yml.
        login: host of the login that all paths lead to; empty where there is none.
        client: asks; another one in tests.

    Raises:
        RolloutUsageError: the address is none.
    """

    def __init__(self, url: str, login: str = "", client: httpx.Client | None = None) -> None:
        self._url = url.rstrip("/")
        if urlsplit(self._url).scheme not in ("http", "https") or not urlsplit(self._url).hostname:
            raise RolloutUsageError(f"{url!r} is no address.", remedy="Write https://HOST or http://HOST:PORT.")
        self._login = login
        self._client = client or httpx.Client(timeout=10.0, follow_redirects=False)

    def look(self, without: frozenset[str] = frozenset()) -> Iterator[Finding]:
        """Ask every path once.

        Args:
            without: names of `PAGES` that are not there.
        """
        for name, page in PAGES.items():
            if name not in without:
                is_locked = bool(self._login) and not page.is_open
                yield self._behind_login(name, page.path) if is_locked else self._page(name, page)
        yield self._written()
        if self._url.startswith("https://"):
            yield self._redirected()

    def _page(self, name: str, page: Page) -> Finding:
        answer = self._ask("GET", self._url + page.path)
        if isinstance(answer, str):
            return Finding(name, False, f"{page.path} {answer}")
        if answer.status_code != httpx.codes.OK:
            return Finding(name, False, f"{page.path} answers {answer.status_code} in the place of 200")
        try:
            is_right = page.is_right(answer)
        except (ValueError, LookupError, TypeError):
            is_right = False
        return Finding(
            name, is_right, f"{page.path} answers {page.needs if is_right else f'200, but not {page.needs}'}"
        )

    def _behind_login(self, name: str, path: str) -> Finding:
        answer = self._ask("GET", self._url + path)
        if isinstance(answer, str):
            return Finding(name, False, f"{path} {answer}")
        host = urlsplit(answer.headers.get("location", "")).hostname
        leads = answer.is_redirect and host == self._login
        where = f"leads to {host}" if answer.is_redirect else f"answers {answer.status_code}"
        return Finding(
            name, leads, f"{path} {where}" + ("" if leads else f" in the place of the login at {self._login}")
        )

    def _written(self) -> Finding:
        """Who looks must not touch: a fault is put on a machine by the command line alone."""
        answer = self._ask("POST", self._url + WRITES)
        if isinstance(answer, str):
            return Finding("read-only", False, f"POST {WRITES} {answer}")
        refused = answer.is_client_error or bool(self._login and answer.is_redirect)
        return Finding("read-only", refused, f"POST {WRITES} answers {answer.status_code}")

    def _redirected(self) -> Finding:
        host = urlsplit(self._url).hostname
        answer = self._ask("GET", f"http://{host}/")
        if isinstance(answer, str):
            return Finding("redirect", False, f"http://{host}/ {answer}")
        leads = answer.headers.get("location", "").startswith(f"https://{host}")
        told = f"http://{host}/ answers {answer.status_code}"
        return Finding("redirect", answer.is_redirect and leads, told + (" to https" if leads else " and not to https"))

    def _ask(self, method: str, url: str) -> httpx.Response | str:
        """The answer, or in words why there is none."""
        try:
            return self._client.request(method, url)
        except httpx.HTTPError as error:
            return f"does not answer: {error or type(error).__name__}"


def look_until_right(
    balancer: LoadBalancer,
    without: frozenset[str] = frozenset(),
    patience_s: float = PATIENCE_S,
    wait: Callable[[float], None] = time.sleep,
) -> list[Finding]:
    """Look until everything is right, or patience ends.

    Args:
        balancer: what to look at.
        without: names of `PAGES` that are not there.
        patience_s: how long [s].
        wait: sleeps; another one in tests.

    Returns:
        The last look.
    """
    waited_s = 0.0
    while True:
        findings = list(balancer.look(without))
        if all(one.is_right for one in findings) or waited_s >= patience_s:
            return findings
        wait(PAUSE_S)
        waited_s += PAUSE_S
