"""The files of a Prometheus: its configuration and its rules."""

from __future__ import annotations

import json
from typing import Any

from dashboards.prometheus.alerts import alerts
from dashboards.prometheus.machines import machine_recordings
from dashboards.prometheus.model_server import model_server_recordings
from dashboards.prometheus.pipeline import pipeline_recordings
from dashboards.prometheus.relation import relation_recordings
from dashboards.prometheus.request import PrometheusRequest
from dashboards.prometheus.rule import Recording, seconds
from dashboards.prometheus.temperature import temperature_recordings
from dashboards.prometheus.verdicts import verdict_recordings
from dashboards.yaml_text import yaml_text

CONFIGURATION = "prometheus.yml"
RECORDING = "rules/recording.yml"
ALERTS = "rules/alerts.yml"
LATE_TARGETS = "targets/{job}.json"
"""Programs that train their models before they can be scraped: files that Prometheus watches."""
LOOK_UP_INTERVAL = "5s"
"""How soon a simulator more is seen; a killed one is forgotten as soon."""
SOURCE = "Rendered by dashboards.render_prometheus; change the code and run: factory dashboards generate"


def render_prometheus(request: PrometheusRequest) -> dict[str, str]:
    """The configuration and the rule files of a Prometheus, by their path.

    Example:
        >>> list(render_prometheus(PrometheusRequest()))
        ['prometheus.yml', 'rules/recording.yml', 'rules/alerts.yml', 'targets/model.json', 'targets/verdicts.json']
    """
    return {
        CONFIGURATION: yaml_text(configuration(request), SOURCE),
        RECORDING: yaml_text(recording_groups(request), SOURCE),
        ALERTS: yaml_text(alert_groups(request), SOURCE),
        **render_late_targets("model", request.model_servers),
        **render_late_targets("verdicts", request.verdict_jobs),
    }


def render_late_targets(job: str, hosts: tuple[str, ...]) -> dict[str, str]:
    r"""The file of the targets of a job by its path; a Prometheus that runs follows its changes.

    Example:
        >>> render_late_targets("model", ("127.0.0.1:8080",))
        {'targets/model.json': '[{"targets": ["127.0.0.1:8080"]}]\n'}
    """
    groups = [{"targets": list(hosts)}] if hosts else []
    return {LATE_TARGETS.format(job=job): json.dumps(groups) + "\n"}


def configuration(request: PrometheusRequest) -> dict[str, Any]:
    """Whom to scrape, which rules to evaluate, whom to tell."""
    interval = seconds(request.scrape_interval_s)
    return {
        "global": {
            "scrape_interval": interval,
            # A scrape may take as long as the interval, not longer: readings would be told late.
            "scrape_timeout": interval,
            "evaluation_interval": seconds(request.evaluation_interval_s),
            "external_labels": {"plant": request.plant},
        },
        "rule_files": [RECORDING, ALERTS],
        "alerting": {"alertmanagers": [_alertmanagers(request)]},
        "scrape_configs": _scrape_configs(request),
    }


def _alertmanagers(request: PrometheusRequest) -> dict[str, Any]:
    path = {"path_prefix": request.alertmanager_path} if request.alertmanager_path else {}
    return {**path, "static_configs": [{"targets": list(request.alertmanagers)}]}


def _scrape_configs(request: PrometheusRequest) -> list[dict[str, Any]]:
    fixed = {
        "simulator": request.simulators,
        "rules": request.rules_engines,
        "mail": request.mail_catchers,
        "prometheus": (request.itself,),
    }
    ways: dict[str, dict[str, Any]] = {
        job: {"static_configs": [{"targets": list(hosts)}]} for job, hosts in fixed.items() if hosts
    }
    ways |= {job: {"file_sd_configs": [{"files": [LATE_TARGETS.format(job=job)]}]} for job in ("model", "verdicts")}
    ways |= {job: {"dns_sd_configs": [_by_name(address)]} for job, address in request.looked_up.items()}
    if request.own_path:
        ways["prometheus"]["metrics_path"] = f"{request.own_path}/metrics"
    return [{"job_name": job, **way} for job, way in ways.items()]


def _by_name(address: str) -> dict[str, Any]:
    name, _, port = address.rpartition(":")
    return {"names": [name], "type": "A", "port": int(port), "refresh_interval": LOOK_UP_INTERVAL}


def recording_groups(request: PrometheusRequest) -> dict[str, Any]:
    """The recording rules; within a group they are evaluated in order, at the same moment."""
    machines = machine_recordings(request) + temperature_recordings(request)
    groups = {
        "machines": machines,
        "relations": relation_recordings(request),
        "pipeline": pipeline_recordings(request),
        "model_server": model_server_recordings(request),
        "verdicts": verdict_recordings(request),
    }
    groups = {name: rules for name, rules in groups.items() if rules}
    return {"groups": [_group(name, request, [rule.document() for rule in rules]) for name, rules in groups.items()]}


def alert_groups(request: PrometheusRequest) -> dict[str, Any]:
    """The alarms."""
    rules = [alert.document(request.runbooks_url) for alert in alerts(request)]
    return {"groups": [_group("alerts", request, rules)]}


def recordings(request: PrometheusRequest) -> list[Recording]:
    """Every recording rule, in order of evaluation."""
    return [
        *machine_recordings(request),
        *temperature_recordings(request),
        *relation_recordings(request),
        *pipeline_recordings(request),
        *model_server_recordings(request),
        *verdict_recordings(request),
    ]


def _group(name: str, request: PrometheusRequest, rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "interval": seconds(request.evaluation_interval_s), "rules": rules}
