from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.metrics import METRICS
from dashboards import PrometheusRequest, queries
from dashboards.prometheus.alerts import alerts
from dashboards.prometheus.files import recordings

REQUEST = PrometheusRequest()
RUNBOOKS = Path(__file__).parents[2] / "docs" / "runbooks"
CLOUDWATCH = Path(__file__).parents[2] / "terraform" / "modules" / "observability" / "main.tf"
ALERTS = alerts(REQUEST)
FROM_PROMETHEUS = {"up", "ALERTS"}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: f"{alert.name}-{alert.labels or alert.severity}")
def test_an_alarm_is_whole(alert):
    """Summary of at most nine words with a full stop, a description, a value, and a runbook of its name."""
    assert len(alert.summary.split()) <= 9
    assert re.fullmatch(r"[A-Z][^{}.]*\.", alert.summary)
    assert alert.description
    assert alert.value
    assert (RUNBOOKS / f"{alert.name}.md").is_file()


def test_every_runbook_belongs_to_an_alarm():
    """No runbook outlives its alarm, be it one of Prometheus or one of CloudWatch."""
    on_aws = set(re.findall(r'runbook\s*=\s*"(\w+)"', CLOUDWATCH.read_text(encoding="utf-8")))
    assert on_aws
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == {alert.name for alert in ALERTS} | on_aws


def test_the_five_alarms_of_the_hot_path_are_there():
    """The alarms that people were promised, by their names."""
    promised = {"MachineSensorDrift", "MachineOverheating", "MachineVibrationHigh", "MachineSilent"}
    assert promised | {"TelemetryNotArchived"} <= {alert.name for alert in ALERTS}


def _names(expr: str) -> set[str]:
    """Names of series in an expression: words with an underscore or colon, outside strings, braces and brackets."""
    bare = re.sub(r'"[^"]*"|\{[^{}]*\}|\[[^\]]*\]', " ", re.sub(r"\b(by|on|group_left|without) \([^)]*\)", " ", expr))
    called = set(re.findall(r"\b([a-z_0-9]+)\s*\(", bare))
    words = set(re.findall(r"[A-Za-z_:][A-Za-z0-9_:]*", bare))
    return {word for word in words if ("_" in word or ":" in word or word in FROM_PROMETHEUS)} - called


def test_every_series_that_is_asked_for_is_declared_or_recorded():
    """Rules and dashboards use metrics of contracts.metrics, recorded series, and Prometheus's own; nothing else."""
    recorded = {rule.record for rule in recordings(REQUEST)}
    histograms = {f"{name}_bucket" for name, metric in METRICS.items() if metric.kind == "histogram"}
    known = set(METRICS) | recorded | histograms | FROM_PROMETHEUS
    asked = [rule.expr for rule in recordings(REQUEST)] + [alert.expr for alert in ALERTS]
    asked += [query.expr for query in queries()]
    assert {name for expr in asked for name in _names(expr)} - known == set()


def test_the_search_for_names_finds_an_unknown_one():
    """The test above would see a metric that nobody declares."""
    assert _names('sum by (line) (machine_colour{line="a"}[1m]) > up') == {"machine_colour", "up"}


def test_every_recorded_series_is_used():
    """Nothing is recorded for nobody."""
    used = " ".join([*(r.expr for r in recordings(REQUEST)), *(a.expr + a.value for a in ALERTS)])
    used += " ".join(query.expr for query in queries())
    assert [rule.record for rule in recordings(REQUEST) if not re.search(rf"{rule.record}\b", used)] == []
