"""The process that makes models and becomes their program, with an interpreter of the test's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from factory.up import trained

CODE = "import sys; from factory.up import trained as m; sys.executable = sys.argv[1]; sys.exit(m.main(sys.argv[2:]))"


def interpreter(tmp_path: Path, script: str) -> Path:
    """A program in the place of Python: it is called to make the model, then to serve it."""
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return path


def launched(program: Path, what: str = "fleet") -> subprocess.Popen[str]:
    """The launcher in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", CODE, str(program), what], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@pytest.mark.parametrize(
    ("what", "variable", "module"),
    [
        ("fleet", "MODEL_SERVER_MODEL_DIR", "maintenance.server"),
        ("plant", "VERDICTS_MODELS_DIR", "maintenance.verdicts"),
    ],
)
def test_it_becomes_the_program_of_what_was_made(what: str, variable: str, module: str, tmp_path: Path) -> None:
    """The same process: the supervisor knows it by its number."""
    script = f'case "$*" in *make) echo /models/of;; *) echo "$$ ${variable} $*";; esac'

    process = launched(interpreter(tmp_path, script), what)
    told, _ = process.communicate(timeout=60)

    assert 0 == process.returncode, told
    assert f"{process.pid} /models/of -P -m {module}" == told.splitlines()[-1]


def test_a_model_that_cannot_be_made(tmp_path: Path) -> None:
    """Is a failure of the program, which the supervisor tries again; no server runs without a model."""
    process = launched(interpreter(tmp_path, 'case "$*" in *make) exit 3;; *) echo served;; esac'))
    told, _ = process.communicate(timeout=60)

    assert (1, False) == (process.returncode, "served" in told)


def test_a_stop_while_the_model_is_made(tmp_path: Path) -> None:
    """Ends the making as well, so that nothing is left behind."""
    process = launched(interpreter(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 600"))
    until = time.monotonic() + 60
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < until
        time.sleep(0.05)

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)

    assert 1 == process.returncode
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


def test_the_environment_names_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the server reads it."""
    called: list[list[str]] = []
    monkeypatch.setattr(trained, "_made_by_a_child", lambda _what: "/models/fleet")
    monkeypatch.setattr(os, "execv", lambda _path, words: called.append(words))
    monkeypatch.delenv("MODEL_SERVER_MODEL_DIR", raising=False)

    trained.main(["fleet"])

    assert "/models/fleet" == os.environ.pop("MODEL_SERVER_MODEL_DIR")
    assert ["-P", "-m", "maintenance.server"] == called[0][1:]
