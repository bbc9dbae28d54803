"""What Prometheus and Grafana read on ECS beside their configuration: rules without an engine, and the pipeline.

On AWS the rules engine is AWS's own. The account of messages is kept by CloudWatch's alarm TelemetryNotArchived, and
the panels of the pipeline ask CloudWatch.
"""

from __future__ import annotations

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from dashboards.grafana.pipeline_on_aws import pipeline_dashboard
from dashboards.prometheus.files import ALERTS, RECORDING, render_prometheus
from dashboards.prometheus.request import PrometheusRequest


def rendered() -> dict[str, str]:
    """The files by program and path.

    Example:
        >>> list(rendered())
        ['prometheus/rules/recording.yml', 'prometheus/rules/alerts.yml', 'grafana/dashboards/pipeline.json']
    """
    rules = render_prometheus(PrometheusRequest(rules_engines=(), mail_catchers=()))
    pipeline = JSONEncoder(sort_keys=True, indent=2).encode(pipeline_dashboard().build()) + "\n"
    return {f"prometheus/{path}": rules[path] for path in (RECORDING, ALERTS)} | {
        "grafana/dashboards/pipeline.json": pipeline
    }
