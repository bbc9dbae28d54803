"""The files of a Grafana: dashboards, what provisions them, and its settings."""

from __future__ import annotations

import json
from typing import Any, Literal

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from pydantic import BaseModel, ConfigDict, Field

from dashboards.grafana.looks import DATASOURCE_UID
from dashboards.grafana.machine import machine_dashboard
from dashboards.grafana.maintenance import maintenance_dashboard
from dashboards.grafana.pipeline import pipeline_dashboard
from dashboards.grafana.plant import UID as PLANT_UID
from dashboards.grafana.plant import plant_dashboard
from dashboards.yaml_text import yaml_text

DASHBOARDS = {
    "plant": plant_dashboard,
    "machine": machine_dashboard,
    "maintenance": maintenance_dashboard,
    "pipeline": pipeline_dashboard,
}
"""The dashboards by their name: the name of the file, and of the function that makes it."""
SOURCE = "Rendered by dashboards.render_grafana; change the code and run: factory dashboards generate"


class GrafanaRequest(BaseModel):
    """Where Grafana listens, what it asks, and who sends its mails."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listen_host: str = Field(default="127.0.0.1", description="Host on which it listens.")
    listen_port: int = Field(default=3000, ge=1, le=65535, description="Its port.")
    root_url: str = Field(default="", description="Address behind a load balancer; empty: http://HOST:PORT/.")
    directory: str = Field(default=".", description="Where these files will lie; absolute, for Grafana's sake.")
    data_directory: str = Field(default="data", description="Where its database lies.")
    prometheus_url: str = Field(default="http://127.0.0.1:9090", description="Prometheus, as Grafana reaches it.")
    scrape_interval_s: float = Field(default=1, gt=0, description="Time between scrapes: the finest step [s].")
    smtp_host: str = Field(default="127.0.0.1", description="Host that takes mails by SMTP.")
    smtp_port: int = Field(default=1025, ge=1, le=65535, description="Its port.")
    sender: str = Field(default="factory@localhost", description="Address in From.")
    recipients: tuple[str, ...] = Field(default=("operator@localhost",), min_length=1, description="Addresses in To.")
    username: str | None = Field(default=None, description="User of the mail server.")
    password_file: str | None = Field(default=None, description="File that holds the user's password.")
    log_format: Literal["console", "json"] = Field(default="console", description="Lines for people, or for machines.")
    anonymous_viewer: bool = Field(default=True, description="Let people look without a login; only on loopback.")


def render_grafana(request: GrafanaRequest) -> dict[str, str]:
    """Settings, provisioning and dashboards of a Grafana, by their path.

    Example:
        >>> sorted(render_grafana(GrafanaRequest()))[:3]
        ['dashboards/machine.json', 'dashboards/maintenance.json', 'dashboards/pipeline.json']
    """
    provisioning = {
        "provisioning/datasources/prometheus.yml": _datasource(request),
        "provisioning/dashboards/factory.yml": _providers(request),
        "provisioning/alerting/mail.yml": _contact_point(request),
    }
    return {
        "grafana.ini": _settings(request),
        **{path: yaml_text(document, SOURCE) for path, document in provisioning.items()},
        **dashboard_files(),
    }


def dashboard_files() -> dict[str, str]:
    """The dashboards as JSON, by their path."""
    return {f"dashboards/{name}.json": dashboard_text(make()) for name, make in DASHBOARDS.items()}


def dashboard_text(board: Dashboard) -> str:
    """A dashboard as JSON, the same text each time."""
    return JSONEncoder(sort_keys=True, indent=2).encode(board.build()) + "\n"


def dashboard_documents() -> dict[str, dict[str, Any]]:
    """The dashboards as Grafana reads them, by their name."""
    return {name: json.loads(text) for name, text in zip(DASHBOARDS, dashboard_files().values(), strict=True)}


def _datasource(request: GrafanaRequest) -> dict[str, Any]:
    source = {
        "name": "Prometheus",
        "uid": DATASOURCE_UID,
        "type": "prometheus",
        "access": "proxy",
        "url": request.prometheus_url,
        "isDefault": True,
        "editable": False,
        "jsonData": {"timeInterval": f"{request.scrape_interval_s:g}s", "httpMethod": "POST"},
    }
    return {"apiVersion": 1, "datasources": [source]}


def _providers(request: GrafanaRequest) -> dict[str, Any]:
    provider = {
        "name": "factory",
        "folder": "Factory",
        "type": "file",
        "disableDeletion": True,
        "allowUiUpdates": False,
        "options": {"path": f"{request.directory}/dashboards"},
    }
    return {"apiVersion": 1, "providers": [provider]}


def _contact_point(request: GrafanaRequest) -> dict[str, Any]:
    """Who is told by alarms that people define in Grafana itself; ours come from Alertmanager."""
    receiver = {
        "uid": "factory-mail",
        "type": "email",
        "settings": {"addresses": ";".join(request.recipients), "singleEmail": True},
    }
    return {
        "apiVersion": 1,
        "contactPoints": [{"orgId": 1, "name": "Factory mail", "receivers": [receiver]}],
        "policies": [{"orgId": 1, "receiver": "Factory mail", "group_by": ["grafana_folder", "alertname"]}],
    }


def _settings(request: GrafanaRequest) -> str:
    """The settings file; secrets are read by Grafana from files, never written here."""
    login = {"user": request.username, "password": f"$__file{{{request.password_file}}}"} if request.username else {}
    sections: dict[str, dict[str, object]] = {
        "paths": {
            "data": request.data_directory,
            "logs": f"{request.data_directory}/log",
            "provisioning": f"{request.directory}/provisioning",
        },
        "server": {
            "http_addr": request.listen_host,
            "http_port": request.listen_port,
            "root_url": request.root_url or f"http://{request.listen_host}:{request.listen_port}/",
            **({"serve_from_sub_path": "true"} if request.root_url else {}),
        },
        "log.console": {"format": request.log_format},
        "analytics": {"reporting_enabled": "false", "check_for_updates": "false", "check_for_plugin_updates": "false"},
        "users": {"allow_sign_up": "false"},
        "auth.anonymous": {"enabled": str(request.anonymous_viewer).lower(), "org_role": "Viewer"},
        "dashboards": {"default_home_dashboard_path": f"{request.directory}/dashboards/plant.json"},
        "smtp": {
            "enabled": "true",
            "host": f"{request.smtp_host}:{request.smtp_port}",
            "from_address": request.sender,
            "from_name": "Factory",
            **login,
        },
    }
    lines = [f"; {SOURCE}", f"; The plant's dashboard: /d/{PLANT_UID}"]
    for section, values in sections.items():
        lines += ["", f"[{section}]", *(f"{key} = {value}" for key, value in values.items())]
    return "\n".join(lines) + "\n"
