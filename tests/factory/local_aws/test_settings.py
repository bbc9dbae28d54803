"""Settings, and the emulator's environment."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from factory.local_aws.credentials import RootCredentials
from factory.local_aws.settings import LocalAwsSettings, emulator_environment


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What the emulator is given by default."""
    settings = LocalAwsSettings(data_dir=tmp_path / "aws")
    return emulator_environment(settings, RootCredentials("AKIAROOT", "secret"))


def test_policies_are_enforced_and_all_is_on_loopback(environment: dict[str, str]) -> None:
    """The emulator's own defaults are the opposite."""
    assert environment["AUTH"] == "true"
    assert environment["BIND_HOST"] == environment["SFTP_HOST"] == "127.0.0.1"
    assert environment["SFTP_ENABLED"] == "0"


def test_all_state_is_below_the_data_directory(environment: dict[str, str], tmp_path: Path) -> None:
    """Nothing is left in /tmp."""
    assert all(Path(environment[name]).is_relative_to(tmp_path) for name in ("STATE_DIR", "S3_DATA_DIR", "TMPDIR"))


def test_docker_is_not_touched(environment: dict[str, str]) -> None:
    """The address names a socket that cannot exist: the emulator would remove another's containers."""
    assert not Path(environment["DOCKER_HOST"].removeprefix("unix://")).exists()


def run(tmp_path: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """The launcher, run until it ends."""
    return subprocess.run(
        [sys.executable, "-m", "factory.local_aws"],
        env={**os.environ, "LOCAL_AWS_DATA_DIR": str(tmp_path), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("name", "value"), [("HTTP_PORT", "x"), ("MQTT_PORT", "70000"), ("ACCOUNT", "1"), ("REGION", "?")]
)
def test_a_wrong_setting_is_one_line_and_status_2(tmp_path: Path, name: str, value: str) -> None:
    """The line names the variable and its value."""
    ended = run(tmp_path, **{f"LOCAL_AWS_{name}": value})
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1
    assert f"LOCAL_AWS_{name}" in ended.stderr


@pytest.mark.e2e
@pytest.mark.parametrize("setting", ["LOCAL_AWS_HTTP_PORT", "LOCAL_AWS_MQTT_PORT"])
def test_a_taken_port_is_one_line(tmp_path: Path, setting: str) -> None:
    """The emulator itself would go on without its broker."""
    with socket.socket() as taken, socket.socket() as free:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        free.bind(("127.0.0.1", 0))
        ports = {"LOCAL_AWS_HTTP_PORT": str(free.getsockname()[1]), "LOCAL_AWS_MQTT_PORT": str(free.getsockname()[1])}
        free.close()
        ended = run(tmp_path, **(ports | {setting: str(taken.getsockname()[1])}))
    assert ended.returncode == 2
    assert setting in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
