"""The files of an Alertmanager: its configuration and the templates of its mails.

The default mail of Alertmanager is HTML only, names no machine in its subject and shows labels as a machine would:
ours is given in HTML and in plain text.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dashboards.errors import DashboardsError
from dashboards.prometheus.rule import seconds
from dashboards.yaml_text import yaml_text

CONFIGURATION = "alertmanager.yml"
TEMPLATES = "templates/mail.tmpl"
SOURCE = "Rendered by dashboards.render_alertmanager; change the code and run: factory dashboards generate"


class AlertmanagerRequest(BaseModel):
    """Where mails go, and how patiently; the defaults are those of a factory on one machine."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    smtp_host: str = Field(default="127.0.0.1", min_length=1, description="Host that takes mails by SMTP.")
    smtp_port: int = Field(default=1025, ge=1, le=65535, description="Its port.")
    sender: str = Field(default="factory@localhost", min_length=3, description="Address in From.")
    recipients: tuple[str, ...] = Field(default=("operator@localhost",), min_length=1, description="Addresses in To.")
    username: str | None = Field(default=None, description="User of the mail server; none logs in nowhere.")
    password_file: str | None = Field(default=None, description="File that holds the user's password, mode 0400.")
    require_tls: bool = Field(default=False, description="Refuse a server without STARTTLS; true beyond loopback.")
    group_wait_s: float = Field(
        default=5, gt=0, description="Time in which alarms of a line gather in one mail [s]; delays each first mail."
    )
    group_interval_s: float = Field(
        default=30, gt=0, description="Time to the next mail of a group whose alarms have changed [s]."
    )
    repeat_interval_s: float = Field(
        default=4 * 3600, gt=0, description="Time after which an alarm that stays is told again [s]."
    )

    @model_validator(mode="after")
    def _login_is_whole(self) -> AlertmanagerRequest:
        if (self.username is None) != (self.password_file is None):
            given, missing = ("username", "password_file") if self.username else ("password_file", "username")
            raise DashboardsError(f"Alertmanager was given {given} without {missing}.", remedy="Give both or neither.")
        return self


def render_alertmanager(request: AlertmanagerRequest) -> dict[str, str]:
    """The configuration and the mail templates of an Alertmanager, by their path.

    Example:
        >>> list(render_alertmanager(AlertmanagerRequest()))
        ['alertmanager.yml', 'templates/mail.tmpl']
    """
    template = files("dashboards.alertmanager").joinpath("mail.tmpl").read_text(encoding="utf-8")
    return {CONFIGURATION: yaml_text(configuration(request), SOURCE), TEMPLATES: template}


def configuration(request: AlertmanagerRequest) -> dict[str, Any]:
    """Route, receiver, and what hides what."""
    return {
        "templates": [TEMPLATES],
        "route": {
            "receiver": "mail",
            "group_by": ["plant", "line", "alertname"],
            "group_wait": seconds(request.group_wait_s),
            "group_interval": seconds(request.group_interval_s),
            "repeat_interval": seconds(request.repeat_interval_s),
        },
        "inhibit_rules": [
            {
                # Zone D says all that zone C says. Nothing else hides anything: least of all a silent machine.
                "source_matchers": ['severity="critical"'],
                "target_matchers": ['severity="warning"'],
                "equal": ["alertname", "plant", "line", "device_id"],
            }
        ],
        "receivers": [{"name": "mail", "email_configs": [_mail(request)]}],
    }


def _mail(request: AlertmanagerRequest) -> dict[str, Any]:
    login = {"auth_username": request.username, "auth_password_file": request.password_file}
    return {
        "to": ", ".join(request.recipients),
        "from": request.sender,
        "smarthost": f"{request.smtp_host}:{request.smtp_port}",
        **(login if request.username else {}),
        "require_tls": request.require_tls,
        "send_resolved": True,
        "headers": {"Subject": '{{ template "factory.subject" . }}'},
        "html": '{{ template "factory.html" . }}',
        "text": '{{ template "factory.text" . }}',
    }
