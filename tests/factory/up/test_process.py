"""Processes that are started, stopped and found again."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from factory.errors import LocalFactoryError
from factory.up.process import ChildProcess, ask_to_stop, kill_with_children, wait_gone
from factory.up.runfile import ProcessMark

STUBBORN = "import signal,time; signal.signal(15, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"


def _python(code: str, log: Path) -> ChildProcess:
    return ChildProcess([sys.executable, "-c", code], {"GIVEN": "yes"}, log)


def test_the_exit_status_and_the_cpu_time_are_told(tmp_path: Path) -> None:
    """What a process used to its last moment is known after its exit."""
    child = _python("sum(range(3_000_000)); raise SystemExit(3)", tmp_path / "log")
    assert child.wait(30) == 3
    assert child.exit_cpu_s is not None
    assert child.exit_cpu_s > 0


def test_the_environment_is_the_given_one_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the caller's environment, such as its credentials, gets through."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-the-caller")
    log = tmp_path / "log"
    _python("import os; print(os.environ.get('GIVEN'), 'AWS_SECRET_ACCESS_KEY' in os.environ)", log).wait(30)
    assert log.read_text() == "yes False\n"


def test_output_is_appended_for_the_owner_alone(tmp_path: Path) -> None:
    """A second life's log follows the first's, and nobody else may read it."""
    log = tmp_path / "log"
    for word in ("one", "two"):
        _python(f"print('{word}')", log).wait(30)
    assert (log.read_text(), log.stat().st_mode & 0o777) == ("one\ntwo\n", 0o600)


def test_a_process_that_will_not_stop_is_killed(tmp_path: Path) -> None:
    """SIGTERM is asked, SIGKILL is not."""
    log = tmp_path / "log"
    child = _python(STUBBORN, log)
    while not log.read_text():
        assert child.wait(0.05) is None
    ask_to_stop(child.mark)
    assert not wait_gone(child.mark, 0.3)
    kill_with_children(child.mark)
    assert child.wait(10) == -9


def test_another_process_with_the_same_pid_is_not_it(tmp_path: Path) -> None:
    """A mark whose process was created at another time finds nothing, and stops nothing."""
    child = _python("import time; time.sleep(60)", tmp_path / "log")
    other = ProcessMark(pid=child.pid, created=child.mark.created - 100)
    assert other.find() is None
    kill_with_children(other)
    assert child.mark.find() is not None
    child.end()


def test_a_program_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    """A missing program is told as one."""
    with pytest.raises(LocalFactoryError, match="/no/such/program cannot be started: No such file"):
        ChildProcess(["/no/such/program"], {}, tmp_path / "log")


def test_two_threads_may_ask_for_the_same_exit(tmp_path: Path) -> None:
    """The kernel tells an exit once: whoever comes second must not fall over it."""

    def status() -> int | None:
        while child.poll() is None:
            pass
        return child.poll()

    with ThreadPoolExecutor(2) as pool:
        for _ in range(100):
            child = ChildProcess(["/bin/true"], {}, tmp_path / "log")
            assert [one.result() for one in [pool.submit(status) for _ in range(2)]] == [0, 0]
