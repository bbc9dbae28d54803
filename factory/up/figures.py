"""What the programs say of themselves: their counters, and the alerts that fire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families

from contracts import metrics
from contracts.metrics import Metric
from factory.up.health import fetch

OWN_PREFIXES = ("simulator_", "rules_", "mail_")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the status: which program tells it, by which metric."""

    program: str
    metric: Metric
    labels: Mapping[str, str] = field(default_factory=dict)


FIGURES: dict[str, Figure] = {
    "machines": Figure("simulator", metrics.SIMULATOR_MACHINES),
    "connected": Figure("simulator", metrics.SIMULATOR_CONNECTED),
    "published": Figure("simulator", metrics.SIMULATOR_PUBLISHED),
    "acknowledged": Figure("simulator", metrics.SIMULATOR_ACKNOWLEDGED),
    "refused": Figure("simulator", metrics.SIMULATOR_REFUSED),
    "overflowed": Figure("simulator", metrics.SIMULATOR_OVERFLOWED),
    "received": Figure("rules", metrics.RULES_RECEIVED),
    "archived": Figure("rules", metrics.RULES_ACTIONS, {"rule": "archive"}),
    "quarantined": Figure("rules", metrics.RULES_ACTIONS, {"rule": "malformed_telemetry"}),
    "pending": Figure("rules", metrics.RULES_PENDING),
    "mails": Figure("mail", metrics.MAIL_CAUGHT),
}

Samples = list[tuple[str, dict[str, str], float]]


def read_samples(text: str) -> Samples:
    """The samples that our programs tell of themselves.

    The gauges of the machines, which are thousands of lines, are passed over before anything is parsed.
    """
    own = "\n".join(line for line in text.splitlines() if line.startswith(OWN_PREFIXES))
    # Without its TYPE line a counter is an untyped metric of its full name, which is what is looked up.
    families = text_string_to_metric_families(own + "\n")
    return [(sample.name, dict(sample.labels), sample.value) for family in families for sample in family.samples]


def figures_of(program: str, samples: Samples) -> dict[str, float]:
    """The status's numbers that a program tells; a sample that is not there counts nothing."""
    told = {}
    for name, figure in FIGURES.items():
        if figure.program == program:
            told[name] = sum(
                value
                for metric, labels, value in samples
                if metric == figure.metric.name and figure.labels.items() <= labels.items()
            )
    return told


def counters(figures: Mapping[str, float]) -> dict[str, float]:
    """Those of the numbers that begin at zero with each start of their program."""
    return {name: value for name, value in figures.items() if FIGURES[name].metric.kind == "counter"}


def scrape(url: str, program: str) -> dict[str, float] | None:
    """A program's numbers now; none while it does not answer."""
    try:
        status, text = fetch(url)
        return figures_of(program, read_samples(text)) if status == 200 else None
    except (OSError, ValueError):
        return None


def firing_alerts(prometheus_url: str) -> list[dict[str, str]] | None:
    """Labels of the alerts that fire; none while Prometheus does not answer."""
    try:
        _, text = fetch(f"{prometheus_url}/api/v1/alerts")
        alerts = json.loads(text)["data"]["alerts"]
        return [dict(alert["labels"]) for alert in alerts if alert["state"] == "firing"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
