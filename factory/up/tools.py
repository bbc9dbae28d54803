"""The programs of others: Prometheus, Alertmanager and Grafana, with the configuration that `dashboards` renders."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from contracts.files import write_whole
from dashboards import (
    AlertmanagerRequest,
    GrafanaRequest,
    PrometheusRequest,
    alertmanager_argv,
    grafana_argv,
    prometheus_argv,
    render_alertmanager,
    render_grafana,
    render_late_targets,
    render_prometheus,
)
from factory.errors import LocalFactoryError
from factory.provision import SmtpAccount
from factory.up.health import answers
from factory.up.layout import Layout
from factory.up.options import UpOptions
from factory.up.programs import Environment, Program

_GRAFANA_HOMES = (
    "/usr/share/grafana",
    "/opt/homebrew/opt/grafana/share/grafana",
    "/usr/local/opt/grafana/share/grafana",
)
_STOP_S = 20.0


class ToolTable:
    """The tools of a factory with these options; asking for one writes its configuration.

    Args:
        options: what the caller asked for.
        layout: where things lie.
        interval_s: real time between readings of a machine [s].
        base: environment of all.
    """

    def __init__(self, options: UpOptions, layout: Layout, interval_s: float, base: Environment) -> None:
        self._options = options
        self._layout = layout
        self._interval_s = interval_s
        self._base = base
        self._account = SmtpAccount()

    def make(self, name: str, path: str) -> Program:
        """The tool of that name, installed at that path."""
        makers: dict[str, Callable[[str], Program]] = {
            "prometheus": self._prometheus,
            "alertmanager": self._alertmanager,
            "grafana": self._grafana,
        }
        return makers[name](path)

    def _listen(self, key: str) -> str:
        return f"{self._options.host}:{self._options.ports[key]}"

    def _prometheus(self, program: str) -> Program:
        options = self._options
        request = PrometheusRequest(
            plant=options.plant,
            simulators=(options.address("simulator"),),
            rules_engines=(options.address("rules"),),
            mail_catchers=(options.address("mail"),),
            model_servers=(),  # until `scrape`
            verdict_jobs=(),
            alertmanagers=(options.address("alertmanager"),),
            itself=options.address("prometheus"),
            reading_interval_s=self._interval_s,
        )
        directory = self._write("prometheus", render_prometheus(request))
        argv = prometheus_argv(directory, directory / "data", self._listen("prometheus"), program=program)
        return self._program("prometheus", "Prometheus", argv, "/-/ready")

    def scrape(self, key: str) -> None:
        """Have Prometheus scrape a program with models from now on.

        Args:
            key: of its listener.

        Raises:
            OSError: the disk takes no file.
        """
        self._write("prometheus", render_late_targets(key, (self._options.address(key),)))

    def _alertmanager(self, program: str) -> Program:
        options = self._options
        request = AlertmanagerRequest(
            smtp_host=options.dial_host,
            smtp_port=options.ports["smtp"],
            sender=self._account.sender,
            recipients=(self._account.recipient,),
        )
        directory = self._write("alertmanager", render_alertmanager(request))
        argv = alertmanager_argv(directory, directory / "data", self._listen("alertmanager"), program=program)
        return self._program("alertmanager", "Alertmanager", argv, "/-/ready")

    def _grafana(self, program: str) -> Program:
        options = self._options
        home = next((Path(home) for home in _GRAFANA_HOMES if (Path(home) / "public").is_dir()), None)
        if home is None:
            raise LocalFactoryError(f"{program} is installed, but none of {', '.join(_GRAFANA_HOMES)} has its pages.")
        directory = self._layout.of("grafana").absolute()
        request = GrafanaRequest(
            listen_host=options.host,
            listen_port=options.ports["grafana"],
            directory=str(directory),
            data_directory=str(directory / "data"),
            prometheus_url=options.url("prometheus"),
            smtp_host=options.dial_host,
            smtp_port=options.ports["smtp"],
            sender=self._account.sender,
            recipients=(self._account.recipient,),
            anonymous_viewer=options.on_loopback,
        )
        self._write("grafana", render_grafana(request))
        password = directory / "admin-password"
        if not password.exists():
            password.touch(mode=0o600)
            password.write_text(secrets.token_urlsafe(18))
        # Grafana's own default is admin/admin.
        told = {"GF_SECURITY_ADMIN_PASSWORD__FILE": str(password)}
        return self._program("grafana", "Grafana", grafana_argv(directory, home, program), "/api/health", told)

    def _program(
        self, name: str, title: str, argv: list[str], page: str, told: Mapping[str, str] | None = None
    ) -> Program:
        environment = {**self._base, **(told or {})}
        check = answers(self._options.url(name, page))
        return Program(name, title, tuple(argv), lambda: environment, (check,), stop_s=_STOP_S)

    def _write(self, name: str, files: Mapping[str, str]) -> Path:
        """Write rendered files to the tool's directory, which may hold others."""
        directory = self._layout.of(name).absolute()
        for relative, text in files.items():
            path = directory / relative
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # In one step: Prometheus reads some of them again as soon as they change.
            write_whole(path, text)
        return directory
