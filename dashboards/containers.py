"""The files of the images: addresses as they are in containers, in compose and on ECS alike.

Each service is reached under its name in one private domain: compose gives that name to all containers of the service,
on ECS it is a namespace of Cloud Map. Prometheus, Alertmanager and Grafana are served below a path each, behind one
proxy or load balancer.
"""

from __future__ import annotations

from dashboards.alertmanager.files import AlertmanagerRequest, render_alertmanager
from dashboards.grafana.files import GrafanaRequest, render_grafana
from dashboards.prometheus.files import render_prometheus
from dashboards.prometheus.request import PrometheusRequest

DOMAIN = "factory.internal"
"""`.internal` is kept for private use by ICANN (2024), so that it is nobody's on the Internet."""
SENDER, OPERATOR = f"factory@{DOMAIN}", f"operator@{DOMAIN}"

PORTS: dict[str, int] = {
    "simulator": 9100,
    "rules": 9101,
    "verdicts": 9102,
    "model": 8080,
    "prometheus": 9090,
    "alertmanager": 9093,
    "grafana": 3000,
    "mail": 8025,
}
"""Port of the web pages of each service, by its name."""
SMTP_PORT = 1025
# Of these there may be several, or, while models are trained, none: that is no reason to alarm anybody.
LOOKED_UP = ("simulator", "model", "verdicts")
AS_EVERYWHERE = ("rules", "templates", "dashboards")
"""Directories whose files name no address: images take them from where `factory up` does."""
PROMETHEUS_PATH, ALERTMANAGER_PATH, GRAFANA_PATH = "/prometheus", "/alertmanager", "/grafana"


def address(service: str) -> str:
    """host:port of a service.

    Example:
        >>> address("rules")
        'rules.factory.internal:9101'
    """
    return f"{service}.{DOMAIN}:{PORTS[service]}"


def rendered() -> dict[str, str]:
    """The files of the three images that are not those of one machine, by image and path.

    Example:
        >>> list(rendered())[:2]
        ['prometheus/prometheus.yml', 'alertmanager/alertmanager.yml']
    """
    return {path: text for path, text in all_rendered().items() if path.split("/")[1] not in AS_EVERYWHERE}


def all_rendered() -> dict[str, str]:
    """All files of the three images, by image and path."""
    programs = {
        "prometheus": _without_late_targets(render_prometheus(_prometheus())),
        "alertmanager": render_alertmanager(_alertmanager()),
        "grafana": render_grafana(_grafana()),
    }
    return {f"{program}/{path}": text for program, files in programs.items() for path, text in files.items()}


def _without_late_targets(files: dict[str, str]) -> dict[str, str]:
    return {path: text for path, text in files.items() if not path.startswith("targets/")}


def _prometheus() -> PrometheusRequest:
    return PrometheusRequest(
        simulators=(),
        rules_engines=(address("rules"),),
        mail_catchers=(address("mail"),),
        model_servers=(),
        verdict_jobs=(),
        alertmanagers=(address("alertmanager"),),
        itself=f"127.0.0.1:{PORTS['prometheus']}",
        looked_up={job: address(job) for job in LOOKED_UP},
        own_path=PROMETHEUS_PATH,
        alertmanager_path=ALERTMANAGER_PATH,
    )


def _alertmanager() -> AlertmanagerRequest:
    return AlertmanagerRequest(
        smtp_host=f"mail.{DOMAIN}", smtp_port=SMTP_PORT, sender=SENDER, recipients=(OPERATOR,), require_tls=False
    )


def _grafana() -> GrafanaRequest:
    return GrafanaRequest(
        listen_host="0.0.0.0",  # noqa: S104 - of its own network; only the proxy is published
        root_url=f"%(protocol)s://%(domain)s{GRAFANA_PATH}/",
        directory="/etc/grafana",
        data_directory="/var/lib/grafana",
        prometheus_url=f"http://{address('prometheus')}{PROMETHEUS_PATH}",
        smtp_host=f"mail.{DOMAIN}",
        smtp_port=SMTP_PORT,
        sender=SENDER,
        recipients=(OPERATOR,),
        log_format="json",
    )
