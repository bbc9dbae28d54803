"""What people look at: rules and alarms of Prometheus, the mails of Alertmanager, the dashboards of Grafana.

Everything here is a pure function from a request (addresses, intervals, thresholds) to the text of files, by their
path; nothing opens a socket. `factory up` writes the files of its ports, and those of the defaults are committed under
`dashboards/generated`, where a test compares them.
"""

from dashboards.alertmanager.files import AlertmanagerRequest, render_alertmanager
from dashboards.grafana.files import GrafanaRequest, render_grafana
from dashboards.grafana.queries import PanelQuery, queries
from dashboards.programs import alertmanager_argv, grafana_argv, prometheus_argv
from dashboards.prometheus.files import render_late_targets, render_prometheus
from dashboards.prometheus.request import PrometheusRequest
from dashboards.thresholds import Thresholds

__all__ = [
    "AlertmanagerRequest",
    "GrafanaRequest",
    "PanelQuery",
    "PrometheusRequest",
    "Thresholds",
    "alertmanager_argv",
    "grafana_argv",
    "prometheus_argv",
    "queries",
    "render_alertmanager",
    "render_grafana",
    "render_late_targets",
    "render_prometheus",
]
