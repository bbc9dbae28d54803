"""Every question that the dashboards ask, ready to be asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dashboards.grafana.files import dashboard_documents


class PanelQuery(NamedTuple):
    """A panel's question, with the variables filled in."""

    dashboard: str
    panel: str
    ref_id: str
    expr: str


def queries(plant: str = "plant1", device_id: str = "M001", rate_interval: str = "1m") -> list[PanelQuery]:
    """The questions of all panels of all dashboards, as Grafana would send them.

    Args:
        plant: value of the variable `plant`.
        device_id: value of the variable `device_id`.
        rate_interval: what Grafana puts in for `$__rate_interval`.

    Example:
        >>> queries()[1].expr
        'count(time() - machine:last_reading:timestamp_seconds{plant="plant1"} > 30) or vector(0)'
    """
    values = {"$__rate_interval": rate_interval, "$device_id": device_id, "$plant": plant}
    return [query._replace(expr=_filled(query.expr, values)) for query in _written()]


def _written() -> Iterator[PanelQuery]:
    for name, document in dashboard_documents().items():
        for panel in document["panels"]:
            for target in panel.get("targets", []):
                yield PanelQuery(name, panel["title"], target["refId"], target["expr"])


def _filled(expr: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        expr = expr.replace(name, value)
    return expr
