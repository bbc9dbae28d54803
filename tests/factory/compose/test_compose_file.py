"""What docker-compose.yml promises, read and not run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from factory.compose.settings_table import PROGRAMS

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
ONCE = {"provisioner", "models", "init-rules", "init-mail", "init-simulator", "audit", "fleet"}
_VARIABLE = re.compile(r"\$\{(\w+):-([^}]*)\}")


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_may_do_little(name: str) -> None:
    """A user of its own, nothing writable but volumes and /tmp, no capability, bounded memory and processes."""
    service = SERVICES[name]

    assert (service["user"], service["read_only"], service["cap_drop"]) == ("10001:10001", True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "cpus", "pids_limit"} <= service.keys()


def test_only_the_proxy_is_reached_from_outside_and_on_loopback() -> None:
    """All others are in a network without a way out."""
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert SERVICES["proxy"]["ports"] == ["${PROXY_HOST:-127.0.0.1}:${PROXY_PORT:-8088}:8088"]
    assert [name for name, service in SERVICES.items() if "outside" in service["networks"]] == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - ONCE))
def test_what_ends_is_started_again(name: str) -> None:
    """Unless somebody stopped it."""
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(ONCE))
def test_what_is_done_once_is_waited_for_to_the_end(name: str) -> None:
    """And is not started again by itself."""
    waited = [service["depends_on"][name] for service in SERVICES.values() if name in service.get("depends_on", {})]

    assert SERVICES[name]["restart"] == "no"
    assert all(one == {"condition": "service_completed_successfully"} for one in waited)


def test_every_volume_that_is_named_is_used_and_the_other_way_round() -> None:
    """A mistyped one would be a directory of the root's."""
    used = {volume.partition(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}

    assert used == COMPOSE["volumes"].keys()


def test_a_programs_key_is_mounted_by_that_program_alone() -> None:
    """Beside the provisioner, which writes it."""
    readers = {
        volume.partition(":")[0]: name
        for name, service in SERVICES.items()
        for volume in service.get("volumes", [])
        if volume.startswith("keys-") and name != "provisioner"
    }

    assert all(volume == f"keys-{name}" for volume, name in readers.items())
    assert all(volume.endswith(":ro") for name, service in SERVICES.items() if name != "provisioner"
               for volume in service.get("volumes", []) if volume.startswith("keys-"))  # fmt: skip


def test_the_example_tells_every_variable_with_its_default() -> None:
    """And each has a comment above it."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    told = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

    assert told == dict(_VARIABLE.findall(TEXT))
    for number, line in enumerate(lines):
        if line and not line.startswith("#"):
            above = next(one for one in reversed(lines[:number]) if "=" not in one or one.startswith("#"))
            assert above.startswith("#"), line


@pytest.mark.parametrize("told", PROGRAMS, ids=lambda told: told.title)
def test_a_variable_is_one_that_the_program_reads(told: Any) -> None:
    """One that nobody reads would be a mistyped one."""
    prefix = told.model.model_config["env_prefix"]
    known = {f"{prefix}{name.upper()}" for name in told.model.model_fields}
    needed = {f"{prefix}{name.upper()}" for name, field in told.model.model_fields.items() if field.is_required()}
    for service in told.services:
        given = {name for name in SERVICES[service].get("environment", {}) if not name.startswith("AWS_")}
        assert needed <= given <= known


@pytest.mark.parametrize("name", SERVICES)
def test_each_image_has_its_dockerfile(name: str) -> None:
    """Under the image's name."""
    image = SERVICES[name]["image"].partition(":")[0].removeprefix("smart-factory/")

    assert SERVICES[name]["build"]["dockerfile"] == f"containers/{image}/Dockerfile"
    assert (ROOT / SERVICES[name]["build"]["dockerfile"]).is_file()
