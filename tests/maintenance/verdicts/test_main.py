"""The program `python -m maintenance.verdicts`, from outside."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from maintenance.lake.address import open_store
from maintenance.verdicts.memory import Memory


def environment(**settings: str) -> dict[str, str]:
    """Settings of the program, and credentials that open nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "VERDICTS_"))}
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
    return kept | keys | {f"VERDICTS_{name}": value for name, value in settings.items()}


def start(**settings: str) -> subprocess.Popen[str]:
    """Start it."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "maintenance.verdicts"],
        env=environment(**settings),
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_setting_that_is_missing(tmp_path: Path) -> None:
    """Is told in one line, with exit status 2."""
    done = start(MODELS_DIR=str(tmp_path))
    _, told = done.communicate(timeout=60)

    assert (done.returncode, told.count("\n")) == (2, 1)
    assert "VERDICTS_LAKE is missing" in told


def test_models_that_are_not_there(tmp_path: Path) -> None:
    """Are told in one line, with exit status 2."""
    done = start(MODELS_DIR=str(tmp_path / "none"), LAKE=str(tmp_path))
    _, told = done.communicate(timeout=60)

    assert (done.returncode, told.count("\n")) == (2, 1)
    assert str(tmp_path / "none") in told


@pytest.mark.slow
def test_a_port_that_is_taken(plants: Any, tmp_path: Path) -> None:
    """Is told in one line, with exit status 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = start(MODELS_DIR=str(plants.directory), LAKE=str(tmp_path), HTTP_PORT=str(taken.getsockname()[1]))
        _, told = done.communicate(timeout=60)

    assert (done.returncode, told.count("\n")) == (2, 1)
    assert "VERDICTS_HTTP_PORT" in told


@pytest.mark.slow
def test_without_aws_it_goes_on_trying_and_stops_in_order(plants: Any, tmp_path: Path) -> None:
    """It is alive, says what fails, and ends with 0 when asked to."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = environment(MODELS_DIR=str(plants.directory), LAKE=str(tmp_path), HTTP_PORT=str(port), LOOK_SECONDS="0.2")
    with (tmp_path / "log").open("w") as log:
        program = subprocess.Popen(
            [sys.executable, "-P", "-m", "maintenance.verdicts"],
            env=env | {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
            stderr=log,
        )
    try:
        until = time.monotonic() + 60
        while "turn_failed" not in (tmp_path / "log").read_text():
            assert time.monotonic() < until
            time.sleep(0.1)
        assert httpx.get(f"http://127.0.0.1:{port}/healthz").json()["status"] == "ok"
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=30) == 0
    finally:
        program.kill()
    assert "registry of things does not answer" in (tmp_path / "log").read_text()
    assert list(Memory(open_store(str(tmp_path)), "plant1").days()) == []
