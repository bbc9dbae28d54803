"""Prometheus's and Alertmanager's own checkers, as the tests call them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Checker = Callable[..., subprocess.CompletedProcess[str]]


def _checker(program: str) -> Checker:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed: apt-get install prometheus prometheus-alertmanager")

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        words = [program, *(str(argument) for argument in arguments)]
        return subprocess.run(words, capture_output=True, text=True, timeout=500, check=False)

    return run


@pytest.fixture(scope="session")
def promtool() -> Checker:
    """Promtool with arguments."""
    return _checker("promtool")


@pytest.fixture(scope="session")
def amtool() -> Checker:
    """Amtool with arguments."""
    return _checker("amtool")


@pytest.fixture
def write_files(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Lays rendered files down in a directory of the test's own."""

    def write(files: dict[str, str]) -> Path:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
        return tmp_path

    return write
