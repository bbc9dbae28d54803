"""The run file and the lock."""

import os
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from factory.errors import LocalFactoryUsageError
from factory.up.runfile import ProcessMark, ProgramRecord, RunFile, only_supervisor, read_run_file, supervisor_of

ME = ProcessMark(pid=os.getpid(), created=psutil.Process().create_time())
GONE = ProcessMark(pid=ME.pid, created=0.0)


def _run_file() -> RunFile:
    programs = [ProgramRecord(name="rules", process=ME), ProgramRecord(name="mail", process=GONE)]
    return RunFile(
        supervisor=ME,
        started_at=datetime(2026, 1, 2, tzinfo=UTC),
        plant="plant1",
        account="000000000000",
        machines=20,
        host="127.0.0.1",
        ports={"aws": 4566},
        programs=programs,
    )


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Another terminal sees what the supervisor wrote."""
    path = tmp_path / "factory.json"
    _run_file().write(path)
    assert read_run_file(path) == _run_file()


def test_the_living_programs_are_found() -> None:
    """A program is alive when its pid is still the process that was started."""
    assert _run_file().living() == {"rules": ME}


def test_where_nothing_ran_there_is_none(tmp_path: Path) -> None:
    """A directory without a run file is no error."""
    assert read_run_file(tmp_path / "factory.json") is None


def test_a_foreign_file_is_told(tmp_path: Path) -> None:
    """A file that is not ours is named."""
    path = tmp_path / "factory.json"
    path.write_text("{}")
    with pytest.raises(LocalFactoryUsageError, match=r"factory\.json is not the run file"):
        read_run_file(path)


def test_there_is_one_supervisor_at_a_time(tmp_path: Path) -> None:
    """A second one is refused with the pid of the first, and let in when that is gone."""
    lock = tmp_path / "factory.lock"
    assert supervisor_of(lock) is None
    with only_supervisor(lock):
        assert supervisor_of(lock) == ME
        refused = pytest.raises(LocalFactoryUsageError, match=f"already running in .* \\(pid {os.getpid()}\\)")
        with refused, only_supervisor(lock):
            pass
        assert supervisor_of(lock) == ME
    with only_supervisor(lock):
        assert supervisor_of(lock) == ME
    assert supervisor_of(lock) is None
