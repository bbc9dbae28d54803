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


def refused(program: str, tmp_path: Path, **settings: str) -> str:
    """What a program says of settings that it refuses with status 2; it must have at most two lines."""
    (tmp_path / "file").touch()
    told = {name: value.format(dir=tmp_path) for name, value in (AWS | settings).items()}
    ended = subprocess.run(
        [sys.executable, "-m", program],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **told},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
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
