"""The factory's pages as a person reaches them: through the proxy."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

_PATIENCE_S = 10.0


class Pages:
    """Everything under one address.

    Args:
        address: of the proxy, as `http://127.0.0.1:8088`.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def status(self, path: str, method: str = "GET") -> int:
        """What a path answers; 0 where nobody does."""
        request = urllib.request.Request(self._address + path, method=method)  # noqa: S310 - our own address
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def json(self, path: str, body: Any = None) -> Any:
        """The JSON under a path; None where there is none."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - our own address
            self._address + path, data=data, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE_S) as answer:  # noqa: S310
                return json.loads(answer.read())
        except (OSError, ValueError):
            return None

    def targets(self) -> list[dict[str, Any]]:
        """What Prometheus scrapes."""
        answer = self.json("/prometheus/api/v1/targets?state=active")
        return answer["data"]["activeTargets"] if answer else []

    def series(self, expression: str) -> list[dict[str, Any]] | None:
        """What Prometheus answers; None where it refuses the question or is not there."""
        query = urllib.parse.urlencode({"query": expression})
        answer = self.json(f"/prometheus/api/v1/query?{query}")
        return answer["data"]["result"] if answer and answer["status"] == "success" else None

    def number(self, expression: str) -> float:
        """The one value of an expression; 0 where there is none."""
        found = self.series(expression)
        return float(found[0]["value"][1]) if found else 0.0

    def subjects(self) -> list[str]:
        """Subjects of the mails so far."""
        return [str(mail["subject"]) for mail in self.json("/mail/api/messages") or []]

    def grafana_answers(self, expression: str, datasource: str) -> bool:
        """Whether Grafana answers a panel's question, by the way that its own pages take."""
        query = {
            "refId": "A",
            "expr": expression,
            "instant": True,
            "datasource": {"uid": datasource, "type": "prometheus"},
        }
        told = self.json("/grafana/api/ds/query", {"queries": [query], "from": "now-5m", "to": "now"})
        return bool(told) and told["results"]["A"].get("status") == 200
