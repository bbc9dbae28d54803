"""Command lines of the monitoring programs, as lists of arguments.

All listen where they are told, loopback by default; none has a switch on that lets a visitor stop or change it.
"""

from __future__ import annotations

from pathlib import Path

from dashboards.alertmanager.files import CONFIGURATION as ALERTMANAGER_YML
from dashboards.prometheus.files import CONFIGURATION as PROMETHEUS_YML


def prometheus_argv(
    directory: Path, storage: Path, listen: str = "127.0.0.1:9090", retention: str = "15d", program: str = "prometheus"
) -> list[str]:
    """How Prometheus is started.

    Args:
        directory: where `render_prometheus`'s files lie.
        storage: where samples are kept: a disk of its own, never NFS.
        listen: host:port of the web interface.
        retention: how long samples are kept.
        program: name or path of the program.
    """
    return [
        program,
        f"--config.file={directory / PROMETHEUS_YML}",
        f"--storage.tsdb.path={storage}",
        f"--storage.tsdb.retention.time={retention}",
        f"--web.listen-address={listen}",
        f"--web.external-url=http://{listen}/",
        "--log.format=json",
    ]


def alertmanager_argv(
    directory: Path, storage: Path, listen: str = "127.0.0.1:9093", program: str = "prometheus-alertmanager"
) -> list[str]:
    """How Alertmanager is started, alone: without peers it must not listen for any.

    Args:
        directory: where `render_alertmanager`'s files lie.
        storage: where silences and the log of notifications are kept.
        listen: host:port of the web interface.
        program: name or path of the program; `alertmanager` where it does not come from Debian.
    """
    return [
        program,
        f"--config.file={directory / ALERTMANAGER_YML}",
        f"--storage.path={storage}",
        f"--web.listen-address={listen}",
        f"--web.external-url=http://{listen}/",
        "--cluster.listen-address=",
        "--log.format=json",
    ]


def grafana_argv(directory: Path, home: Path, program: str = "grafana-server") -> list[str]:
    """How Grafana is started.

    Args:
        directory: where `render_grafana`'s files lie.
        home: where Grafana's own files (`public`, `conf`) are installed.
        program: name or path of the program.
    """
    return [program, f"--homepath={home}", f"--config={directory / 'grafana.ini'}"]
