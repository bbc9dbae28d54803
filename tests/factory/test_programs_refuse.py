"""The programs end in a line, not in a traceback, where what they are told cannot be used."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[2]
AWS = {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_CONFIG_FILE": os.devnull}
SIMULATOR = {"SIMULATOR_IDENTITIES_DIR": "{dir}", "SIMULATOR_LEASES_TABLE": "leases", "SIMULATOR_HTTP_PORT": "0"}
MAIL = {"MAIL_DIRECTORY": "{dir}/mail", "MAIL_SMTP_PORT": "0", "MAIL_HTTP_PORT": "0"}


def refused(program: str, tmp_path: Path, status: int = 2, **settings: str) -> str:
    """What a program says of settings that it refuses; it must have at most two lines."""
    (tmp_path / "file").touch()
    told = {name: value.format(dir=tmp_path) for name, value in (AWS | settings).items()}
    # Root may enter anywhere: a closed door shows only without root's capabilities.
    powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    ended = subprocess.run(
        [*powerless, sys.executable, "-m", program],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **told},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == status
    assert len(ended.stderr.splitlines()) <= 2
    return ended.stderr


@pytest.mark.parametrize(
    ("program", "settings", "said"),
    [
        ("simulator", {**SIMULATOR, "SIMULATOR_DATA_DIR": "{dir}/file"}, "SIMULATOR_DATA_DIR="),
        ("simulator", {**SIMULATOR, "AWS_ENDPOINT_URL": "nonsense"}, "Invalid endpoint: nonsense"),
        ("init_container", {"INIT_TARGET_DIR": "{dir}/x"}, '"INIT_BUCKET is missing; or set'),
        ("init_container", {"INIT_TARGET_DIR": "{dir}/x", "INIT_BUCKET": "b", "AWS_PROFILE": "nobody"}, "nobody"),
        ("factory.mail", {**MAIL, "MAIL_DIRECTORY": "{dir}/file"}, "MAIL_DIRECTORY="),
        ("factory.mail", {**MAIL, "MAIL_SMTP_SECRET_FILE": "{dir}/none"}, "MAIL_SMTP_SECRET_FILE="),
        ("factory.mail", {**MAIL, "MAIL_QUEUE": "q", "AWS_ENDPOINT_URL": "nonsense"}, "Invalid endpoint: nonsense"),
        ("factory.mail", {**MAIL, "MAIL_HTTP_HOST": "192.0.2.1"}, "MAIL_HTTP_HOST="),
        ("factory.local_aws", {"LOCAL_AWS_DATA_DIR": "{dir}/file"}, "LOCAL_AWS_DATA_DIR="),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    program: str, settings: dict[str, str], said: str, tmp_path: Path
) -> None:
    """Files instead of directories, a region that nobody told, an address of another machine."""
    assert said in refused(program, tmp_path, **settings)


@pytest.mark.parametrize("listener", ["MAIL_SMTP", "MAIL_HTTP"])
def test_a_port_that_is_taken_is_named(listener: str, tmp_path: Path) -> None:
    """By the setting that changes it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"{listener}_PORT={port}" in refused("factory.mail", tmp_path, **MAIL | {f"{listener}_PORT": port})


@pytest.mark.parametrize(
    ("program", "settings", "said"),
    [
        ("rules", {"RULES_IDENTITIES_DIR": "{dir}/closed"}, "Permission denied"),
        ("rules", {"RULES_IDENTITIES_DIR": "{dir}", "RULES_CATALOG_DIR": "{dir}/closed"}, "none that may be read"),
        ("factory.mail", {**MAIL, "MAIL_DIRECTORY": "{dir}/closed"}, "MAIL_DIRECTORY="),
        ("factory.local_aws", {"LOCAL_AWS_DATA_DIR": "{dir}/closed"}, "LOCAL_AWS_DATA_DIR="),
        ("simulator", {**SIMULATOR, "SIMULATOR_DATA_DIR": "{dir}/closed"}, "SIMULATOR_DATA_DIR="),
    ],
)
def test_a_directory_that_is_closed_to_it_is_named(
    program: str, settings: dict[str, str], said: str, tmp_path: Path
) -> None:
    """Another user's, for instance."""
    (tmp_path / "closed").mkdir(mode=0)
    assert said in refused(program, tmp_path, **settings)


def test_identities_that_may_not_be_read_are_a_failure(tmp_path: Path) -> None:
    """Whoever laid them down can mend it; the call may be right."""
    (tmp_path / "closed").mkdir(mode=0)
    settings = {**SIMULATOR, "SIMULATOR_IDENTITIES_DIR": "{dir}/closed"}
    assert "closed cannot be read: Permission denied" in refused("simulator", tmp_path, 1, **settings)
