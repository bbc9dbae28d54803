"""The files of the images fit the services of the compose file."""

from __future__ import annotations

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from dashboards import committed, containers

ROOT = Path(__file__).parents[2]
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
FILES = containers.rendered()
PROMETHEUS = yaml.safe_load(FILES["prometheus/prometheus.yml"])
JOBS = {job["job_name"]: job for job in PROMETHEUS["scrape_configs"]}


@pytest.mark.parametrize("service", containers.PORTS)
def test_each_service_has_its_name_in_the_network(service: str) -> None:
    """The name under which the others' configuration looks for it."""
    assert SERVICES[service]["networks"]["inside"]["aliases"] == [f"{service}.{containers.DOMAIN}"]


@pytest.mark.parametrize("job", ["simulator", "model", "verdicts"])
def test_what_is_scaled_or_late_is_looked_up(job: str) -> None:
    """One target an address; none while there is no container, which is no reason for an alarm."""
    (found,) = JOBS[job]["dns_sd_configs"]

    assert (found["names"], found["type"]) == ([f"{job}.factory.internal"], "A")
    assert "static_configs" not in JOBS[job]


@pytest.mark.parametrize("job", ["rules", "mail"])
def test_what_must_be_there_is_a_target_though_it_is_away(job: str) -> None:
    """So that ProgramDown tells of it."""
    (group,) = JOBS[job]["static_configs"]

    assert group["targets"] == [containers.address(job)]


def test_paths_are_those_of_the_proxy() -> None:
    """Prometheus is asked for itself, and asks Alertmanager, below the paths under which they are served."""
    assert JOBS["prometheus"]["metrics_path"] == "/prometheus/metrics"
    assert PROMETHEUS["alerting"]["alertmanagers"][0]["path_prefix"] == "/alertmanager"
    source = yaml.safe_load(FILES["grafana/provisioning/datasources/prometheus.yml"])["datasources"][0]
    assert source["url"] == "http://prometheus.factory.internal:9090/prometheus"


def test_grafana_is_served_below_its_path() -> None:
    """The address itself comes from the environment, as a load balancer's is not known here."""
    settings = configparser.RawConfigParser(strict=True)
    settings.read_string(FILES["grafana/grafana.ini"])

    assert settings["server"]["serve_from_sub_path"] == "true"
    assert settings["server"]["root_url"].endswith("/grafana/")


def test_what_names_no_address_is_not_kept_twice() -> None:
    """Rules, dashboards and the mail's form are copied from where `factory up` has them: it must be the same text."""
    on_one_machine = committed.rendered()
    elsewhere = {path: text for path, text in containers.all_rendered().items() if path not in FILES}

    assert {path.split("/")[1] for path in elsewhere} == set(containers.AS_EVERYWHERE)
    assert elsewhere == {path: on_one_machine[path] for path in elsewhere}
    assert not [path for path, text in FILES.items() if on_one_machine.get(path) == text]


@pytest.mark.parametrize("image", ["prometheus", "alertmanager", "grafana"])
def test_each_image_copies_all_files_of_its_program(image: str) -> None:
    """Each directory goes to where the program's configuration looks for it; those of ECS are of test_aws."""
    dockerfile = (ROOT / "containers" / image / "Dockerfile").read_text()
    copied = re.findall(rf"^COPY dashboards/generated/(\S+)/ /etc/{image}/(\S*)$", dockerfile, re.MULTILINE)
    found = {
        f"{image}/{target}{file.relative_to(committed.DIRECTORY / source).as_posix()}"
        for source, target in copied
        for file in (committed.DIRECTORY / source).rglob("*")
        if file.is_file()
    }

    found = {path for path in found if not path.startswith(f"{image}/aws/")}
    assert found == {path for path in containers.all_rendered() if path.startswith(f"{image}/")}
