from __future__ import annotations

from pathlib import Path

from dashboards import alertmanager_argv, grafana_argv, prometheus_argv


def test_prometheus_listens_on_loopback_and_takes_no_orders():
    """Loopback by default; neither the lifecycle nor the administration interface is on."""
    argv = prometheus_argv(Path("conf"), Path("data"))
    assert "--web.listen-address=127.0.0.1:9090" in argv
    assert not any("enable" in word for word in argv)


def test_alertmanager_alone_listens_for_no_peers():
    """Without peers the cluster's port stays closed."""
    argv = alertmanager_argv(Path("conf"), Path("data"), listen="127.0.0.1:19093")
    assert "--cluster.listen-address=" in argv
    assert "--web.listen-address=127.0.0.1:19093" in argv


def test_grafana_reads_the_rendered_settings():
    """Grafana starts with our settings and its own files."""
    argv = grafana_argv(Path("conf"), Path("/usr/share/grafana"))
    assert argv == ["grafana-server", "--homepath=/usr/share/grafana", "--config=conf/grafana.ini"]
