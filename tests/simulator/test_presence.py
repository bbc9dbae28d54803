"""Signs of life on one machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from simulator.presence import Presence


def test_a_living_process_is_not_dead(tmp_path: Path) -> None:
    """As long as the lock is held, nobody can prove anything."""
    with Presence(tmp_path) as mine, Presence(tmp_path) as other:
        assert not other.is_dead(mine.owner)


def test_a_killed_process_is_dead(tmp_path: Path) -> None:
    """The kernel drops the lock of a process that was killed."""
    program = (
        "import os, pathlib, signal, sys\n"
        "from simulator.presence import Presence\n"
        "with Presence(pathlib.Path(sys.argv[1])) as me:\n"
        "    sys.stdout.write(me.owner); sys.stdout.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, check=False)
    with Presence(tmp_path) as mine:
        assert mine.is_dead(killed.stdout.decode())


def test_of_strangers_nothing_is_known(tmp_path: Path) -> None:
    """An owner of another machine, or one whose name leads out of the directory, is never called dead."""
    (tmp_path / "secret.lock").touch()
    with Presence(tmp_path / "presence") as mine:
        assert not mine.is_dead("elsewhere-1-abc")
        assert not mine.is_dead("../secret")


def test_an_orderly_end_leaves_nothing_behind(tmp_path: Path) -> None:
    """The lock file goes with its process."""
    with Presence(tmp_path):
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []
