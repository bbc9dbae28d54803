"""The configurations of ECS, filled in as the init container does it, and read by the programs' own checkers."""

from __future__ import annotations

import configparser
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from dashboards import aws, committed, containers
from init_container.files import filled

ROOT = Path(__file__).parents[2]
FILES = aws.rendered()
VALUES = {
    "plant": "plant1",
    "region": "eu-central-1",
    "host": "ip-10-42-0-7.eu-central-1.compute.internal",
    "history": "https://aps-workspaces.eu-central-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write",
    "history_names": "ALERTS|factory:.*|machine_.*|vehicle_.*",
    "secret.host": "email-smtp.eu-central-1.amazonaws.com",
    "secret.port": "587",
    "secret.username": "AKIAEXAMPLE",
    "secret.sender": "factory@example.com",
    "secret.recipient": "operators@example.com",
}


def whole(path: str) -> str:
    """A file as its program reads it."""
    return filled({path: FILES[path]}, VALUES)[path].decode()


def test_prometheus_takes_its_configuration(promtool: Callable[..., object], tmp_path: Path) -> None:
    """With rules, DNS, history and all, by its own checker."""
    rules = tmp_path / "rules"
    rules.mkdir()
    for path in ("recording.yml", "alerts.yml"):
        (rules / path).write_text((committed.DIRECTORY / "aws/prometheus/rules" / path).read_text())
    text = whole("prometheus/prometheus.yml").replace("/etc/prometheus/aws/rules", str(rules))
    (tmp_path / "prometheus.yml").write_text(text)
    checked = promtool("check", "config", tmp_path / "prometheus.yml")
    assert checked.returncode == 0, checked.stderr  # type: ignore[attr-defined]


def test_alertmanager_takes_its_configuration(amtool: Callable[..., object], tmp_path: Path) -> None:
    """With the SMTP account of the secret, by its own checker."""
    for path, text in containers.all_rendered().items():
        if path == "alertmanager/templates/mail.tmpl":
            (tmp_path / "mail.tmpl").write_text(text)
    text = whole("alertmanager/alertmanager.yml").replace("/etc/alertmanager/templates", str(tmp_path))
    (tmp_path / "alertmanager.yml").write_text(text)
    checked = amtool("check-config", tmp_path / "alertmanager.yml")
    assert checked.returncode == 0, checked.stdout + checked.stderr  # type: ignore[attr-defined]


def test_mail_goes_by_tls_to_the_account_of_the_secret() -> None:
    """The password lies in a file of its own."""
    (mail,) = yaml.safe_load(whole("alertmanager/alertmanager.yml"))["receivers"][0]["email_configs"]
    assert mail["smarthost"] == "email-smtp.eu-central-1.amazonaws.com:587"
    assert mail["require_tls"] is True
    assert mail["auth_username"] == "AKIAEXAMPLE"
    assert "auth_password" not in mail


def test_replicas_are_told_apart_in_the_history_and_alike_in_alarms() -> None:
    """Labels of Amazon Managed Prometheus' user guide, "Deduplicating high availability metrics"."""
    configuration = yaml.safe_load(whole("prometheus/prometheus.yml"))
    labels = configuration["global"]["external_labels"]
    assert labels == {"plant": "plant1", "cluster": "plant1", "__replica__": VALUES["host"]}
    (dropped,) = configuration["alerting"]["alert_relabel_configs"]
    assert dropped["action"] == "labeldrop"
    assert {name for name in labels if re.fullmatch(dropped["regex"], name)} == {"cluster", "__replica__"}


def test_the_history_keeps_readings_and_alarms_and_no_intermediate_series() -> None:
    """`machine:…` are dozens of series a machine that rules make of the six readings."""
    (write,) = yaml.safe_load(whole("prometheus/prometheus.yml"))["remote_write"]
    (kept,) = write["write_relabel_configs"]
    names = (
        "machine_temperature_celsius",
        "ALERTS",
        "factory:messages_overdue:sum",
        "machine:temperature:avg30s",
        "up",
    )
    assert kept["action"] == "keep"
    assert [bool(re.fullmatch(kept["regex"], name)) for name in names] == [True, True, True, False, False]


def test_all_tasks_of_a_service_are_found() -> None:
    """Simulators, verdict job and both Alertmanagers by DNS; what is not on ECS is no target."""
    configuration = yaml.safe_load(whole("prometheus/prometheus.yml"))
    jobs = {job["job_name"]: job for job in configuration["scrape_configs"]}
    assert jobs.keys() == {"prometheus", "simulator", "verdicts"}
    (found,) = configuration["alerting"]["alertmanagers"][0]["dns_sd_configs"]
    assert (found["names"], found["type"], found["port"]) == (["alertmanager.factory.internal"], "A", 9093)


def test_grafana_asks_prometheus_cloudwatch_and_the_history() -> None:
    """Three data sources, of which one is the default; nobody looks without a login unless it is said."""
    sources = [
        one for path, text in FILES.items() if "/datasources/" in path for one in yaml.safe_load(text)["datasources"]
    ]
    assert {one["type"] for one in sources} == {"prometheus", "cloudwatch"}
    assert len({one["uid"] for one in sources}) == 3
    assert [one["name"] for one in sources if one.get("isDefault")] == ["Prometheus"]
    settings = configparser.RawConfigParser(strict=True)
    settings.read_string(FILES["grafana/grafana.ini"])
    assert settings["auth.anonymous"]["enabled"] == "false"
    assert settings["smtp"]["host"] == "$__env{FACTORY_SMTP_HOST}:$__env{FACTORY_SMTP_PORT}"


@pytest.mark.parametrize("image", ["prometheus", "grafana"])
def test_the_images_have_the_files_of_ecs(image: str) -> None:
    """Where the configuration, or the variable of the task, looks for them."""
    dockerfile = (ROOT / "containers" / image / "Dockerfile").read_text()
    copied = dict(re.findall(rf"^COPY dashboards/generated/(\S+)/ /etc/{image}/(aws/\S*)$", dockerfile, re.MULTILINE))
    found = {
        f"{target.rstrip('/')}/{file.relative_to(committed.DIRECTORY / source).as_posix()}"
        for source, target in copied.items()
        for file in (committed.DIRECTORY / source).rglob("*")
        if file.is_file()
    }
    needed = {"prometheus": {"aws/rules/alerts.yml", "aws/rules/recording.yml"}}
    needed["grafana"] = {f"aws/dashboards/{name}.json" for name in ("plant", "machine", "maintenance", "pipeline")} | {
        path.replace("grafana/", "aws/", 1) for path in FILES if path.startswith("grafana/")
    }
    assert found == needed[image]
