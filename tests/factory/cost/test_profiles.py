"""Profiles are what the examples of the Terraform deploy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from factory.cost.profiles import ENDPOINTS, PROFILES, Profile

TERRAFORM = Path(__file__).parents[3] / "terraform"
Sizes = dict[str, tuple[float, float]]

pytestmark = pytest.mark.skipif(
    not (TERRAFORM / "examples").is_dir(), reason="This tree has no terraform/examples to compare the profiles with."
)


def sizes_in(text: str) -> Sizes:
    """Size of each service, vCPU and memory [GB], wherever a text has `SERVICE = { cpu = 256, memory = 512 }`."""
    found = re.findall(r"(\w+) += \{ cpu = (\d+), memory = (\d+) \}", text)
    return {service: (int(cpu) / 1024, int(memory) / 1024) for service, cpu, memory in found}


def number(text: str, block: str, name: str, default: int) -> int:
    """A number of a block in one line, `prometheus = { replicas = 2 }`."""
    found = re.search(rf"^ *{block} += \{{.*\b{name} = (\d+)", text, re.MULTILINE)
    return int(found[1]) if found else default


@pytest.fixture(params=list(PROFILES))
def example(request: pytest.FixtureRequest) -> tuple[Profile, str]:
    """A profile, and the text of the example with its name."""
    name: str = request.param
    return PROFILES[name], (TERRAFORM / "examples" / name / "main.tf").read_text("utf-8")


def test_tasks_have_the_sizes_of_the_example(example: tuple[Profile, str]) -> None:
    """Its own, or those of the module."""
    profile, text = example
    module = (TERRAFORM / "modules" / "services" / "main.tf").read_text("utf-8")
    sizes = sizes_in(module) | sizes_in(text)
    told = {task.name: (task.vcpu, task.memory_gb) for task in (profile.simulator, *profile.services)}

    assert told == {service: size for service, size in sizes.items() if service in told}
    assert ("training" in told) == bool(re.search(r"^ *training += \{", text, re.MULTILINE))


def test_there_are_as_many_tasks(example: tuple[Profile, str]) -> None:
    """Two of Prometheus and of Alertmanager unless the example says otherwise."""
    profile, text = example
    counts = {task.name: task.count for task in profile.services}

    assert counts["prometheus"] == number(text, "prometheus", "replicas", 2)
    assert counts["alertmanager"] == number(text, "alertmanager", "replicas", 2)
    assert profile.simulator.count == number(text, "simulator", "minimum", 1)
    assert profile.most_simulators == number(text, "simulator", "maximum", 4)


def test_tasks_leave_the_network_in_the_same_way(example: tuple[Profile, str]) -> None:
    """By public addresses, or by the endpoints that are the root's default."""
    profile, text = example
    root = (TERRAFORM / "variables.tf").read_text("utf-8")
    default = re.search(r"interface_endpoints += optional\(set\(string\), \[([^]]*)\]\)", root)
    public = bool(re.search(r"tasks_in_public_subnets += true", text))

    assert default is not None
    assert set(re.findall(r'"([^"]+)"', default[1])) | {"iot.data"} == set(ENDPOINTS)
    assert profile.public_tasks == public
    assert profile.interface_endpoints == (() if public else ENDPOINTS)
    assert profile.nat_gateways == 0


def test_archive_and_logs_are_kept_as_long(example: tuple[Profile, str]) -> None:
    """90 days of archive unless the example says otherwise."""
    profile, text = example
    days = re.search(r"^ *log_retention_days += (\d+)", text, re.MULTILINE)

    assert profile.retention_days == number(text, "retention_days", "raw", 90)
    assert days is not None
    assert profile.log_days == int(days[1])
