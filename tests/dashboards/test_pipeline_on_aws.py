"""What is watched where AWS carries the messages: no account in Prometheus, and panels that ask CloudWatch."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from contracts.cloudwatch import ON_AWS
from contracts.metrics import METRICS
from dashboards import PrometheusRequest, Thresholds, aws, render_prometheus
from dashboards.grafana.cloudwatch import CloudQuery

MODULE = Path(__file__).parents[2] / "terraform/modules/observability/main.tf"
FILES = aws.rendered()
BOARD = json.loads(FILES["grafana/dashboards/pipeline.json"])
PANELS = {panel["title"]: panel for panel in BOARD["panels"]}
TARGETS = [target for panel in PANELS.values() for target in panel["targets"]]
ENGINES = re.compile(r"\b(rules|mail|model_server)_[a-z_]+")


def named(files, path):
    """Rules of a file by what they are called."""
    groups = yaml.safe_load(files[path])["groups"]
    return {rule.get("alert", rule.get("record")): rule for group in groups for rule in group["rules"]}


def test_only_the_account_of_messages_is_left_out():
    """Without an engine Prometheus would count every message as lost: CloudWatch has that alarm, all others stay."""
    everywhere = render_prometheus(PrometheusRequest())
    alerts = named(everywhere, "rules/alerts.yml").keys() - named(FILES, "prometheus/rules/alerts.yml").keys()
    recordings = named(everywhere, "rules/recording.yml").keys() - named(FILES, "prometheus/rules/recording.yml").keys()

    assert {"TelemetryNotArchived"} == alerts
    assert {f"factory:messages_{word}:sum" for word in ("acknowledged", "not_archived", "overdue")} <= recordings
    assert all(name.startswith(("factory:messages_", "program:messages_")) for name in recordings)


def test_an_engine_that_is_looked_up_by_dns_is_an_engine():
    """The account is kept wherever the engine is ours, however it is found."""
    request = PrometheusRequest(rules_engines=(), looked_up={"rules": "rules.factory.internal:9101"})

    assert "TelemetryNotArchived" in named(render_prometheus(request), "rules/alerts.yml")


def test_prometheus_accepts_the_rules(write_files, promtool):
    """As they lie in the image."""
    directory = write_files(FILES)
    result = promtool("check", "rules", *sorted((directory / "prometheus/rules").glob("*.yml")))

    assert result.returncode == 0, result.stdout + result.stderr


def test_prometheus_is_asked_only_for_what_runs_there():
    """No panel waits for an engine, a mail catcher or a model server that AWS has in their places."""
    asked = [target["expr"] for target in TARGETS if "expr" in target]
    names = {word for expr in asked for word in re.findall(r"[a-z_]+", expr)}

    assert asked
    assert not [expr for expr in asked if ENGINES.search(expr) or "factory:messages" in expr]
    assert {name for name in names if name.startswith("simulator_")} - METRICS.keys() <= {
        f"{name}_bucket" for name, metric in METRICS.items() if metric.kind == "histogram"
    }


def test_cloudwatch_is_asked_for_names_of_the_list():
    """Every namespace and name in a panel's question stands in contracts/cloudwatch.json."""
    asked = [target for target in TARGETS if "expression" in target]
    found = {re.search(r"\{([^,}]+)[^}]*\} MetricName=\"([^\"]+)\"", target["expression"]).groups() for target in asked}

    assert len(asked) >= 15
    assert found <= {(metric.namespace, metric.metric) for metric in ON_AWS.values()}
    assert {"factory-cloudwatch"} == {target["datasource"]["uid"] for target in asked}


@pytest.mark.parametrize("title", PANELS)
def test_a_panel_names_the_source_of_its_questions(title):
    """One that asks both says so in Grafana's word; each has a description, and refIds of its own."""
    panel = PANELS[title]
    sources = {target["datasource"]["uid"] for target in panel["targets"]}

    assert panel["datasource"]["uid"] == (sources.pop() if len(sources) == 1 else "-- Mixed --")
    assert panel["description"].endswith(".")
    assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


def test_panels_do_not_overlap():
    """No two panels share a place on the grid, and none leaves it."""
    places = [panel["gridPos"] for panel in PANELS.values()]
    cells = [(at["x"] + x, at["y"] + y) for at in places for x in range(at["w"]) for y in range(at["h"])]

    assert len(PANELS) == len(BOARD["panels"])
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_a_counter_is_a_rate_and_a_latency_is_in_seconds():
    """A minute's sum by 60 s; SageMaker's microseconds by a million."""
    answered = CloudQuery("model_server_request_seconds", "p99").expression
    rate = CloudQuery("rules_action_failures_total", "", {"rule": "archive"}).expression
    search = """SEARCH('{AWS/SageMaker,EndpointName,VariantName} MetricName="ModelLatency"', 'p99', 60)"""

    assert f"MAX({search}) / 1000000" == answered
    assert (
        """SUM(SEARCH('{AWS/IoT,ActionType,RuleName} MetricName="Failure" RuleName="archive"', 'Sum', 60)) / 60"""
        == rate
    )


def test_cloudwatch_alarms_as_prometheus_does():
    """What both judge is judged alike: slack of the account, share and number of failures, a slow answer."""
    limits, text = Thresholds(), MODULE.read_text(encoding="utf-8")
    account = re.search(r"FILL\(taken, 0\) \* \(1 - (\d+) / (\d+)\) .*?above\s*= (\d+)", text, re.DOTALL)
    failing = re.search(r"IF\(failed >= (\d+), failed / asked, 0\).*?above\s*= ([\d.]+)", text, re.DOTALL)
    slow = re.search(r'"p95",\s*dimensions[^\n]*above\s*= local.metrics.model_server_request_seconds.per_unit\b', text)

    assert account
    assert (limits.archive_slack_s, 300, limits.archive_slack_messages) == tuple(map(float, account.groups()))
    assert failing
    assert (limits.model_failed_least, limits.model_failed_share) == tuple(map(float, failing.groups()))
    assert slow
    assert 1.0 == limits.model_slow_s
