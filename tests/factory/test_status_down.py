"""`factory status` and `factory down` where nothing runs, or only the programs do."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from factory.cli import run
from factory.up.process import ChildProcess
from factory.up.runfile import ProcessMark, ProgramRecord, RunFile


def _run_file(root: Path, *programs: ProgramRecord) -> None:
    gone = ProcessMark(pid=os.getpid(), created=psutil.Process().create_time() - 1000)
    RunFile(
        supervisor=gone,
        started_at=datetime.now(UTC),
        plant="plant1",
        account="000000000000",
        machines=1,
        host="127.0.0.1",
        ports={"aws": 1, "simulator": 1, "rules": 1, "mail": 1},
        programs=list(programs),
    ).write(root / "factory.json")


def test_where_nothing_ever_ran(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status says so with 1; down has nothing to do."""
    assert run(["status", "--data-dir", str(tmp_path)]) == 1
    assert run(["status", "--json", "--data-dir", str(tmp_path)]) == 1
    assert run(["down", "--data-dir", str(tmp_path)]) == 0
    first, second, third = capsys.readouterr().out.splitlines()
    assert first == f"No factory has run in {tmp_path}."
    assert json.loads(second) == {"running": False}
    assert third == f"No factory runs in {tmp_path}."


def test_after_a_run_what_was_used_is_still_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CPU time, memory and counters of a run that ended are in the JSON."""
    ended = ProgramRecord(name="simulator", cpu_s=1.25, peak_memory_bytes=7, carried={"published": 20.0})
    _run_file(tmp_path, ended)
    assert run(["status", "--json", "--data-dir", str(tmp_path)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["running"], told["published"], told["archived"]) == (False, 20, None)
    assert (told["programs"][0]["cpu_s"], told["programs"][0]["peak_memory_bytes"]) == (1.25, 7)


def test_programs_without_a_supervisor_are_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Down finds what a killed supervisor left behind, and ends it."""
    child = ChildProcess([sys.executable, "-c", "import time; time.sleep(600)"], {}, tmp_path / "log")
    _run_file(tmp_path, ProgramRecord(name="simulator", process=child.mark))
    assert run(["status", "--data-dir", str(tmp_path)]) == 0
    assert "Its supervisor is gone" in capsys.readouterr().out
    assert run(["down", "--data-dir", str(tmp_path)]) == 0
    assert child.wait(10) == -15
    assert run(["status", "--data-dir", str(tmp_path)]) == 1
