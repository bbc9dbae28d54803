"""Which models stay in the user's cache, with processes that use them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from factory.up.kept_models import KEPT, forget_superseded, hold

HOLD = """
import os, sys
from pathlib import Path
from factory.up.kept_models import hold
hold(Path(sys.argv[1]))
os.execv("/bin/sh", ["/bin/sh", "-c", "echo serving; exec cat"])
"""


def model(cache: Path, name: str, used_at: float) -> Path:
    """A model that was last used at that time [s]."""
    directory = cache / name
    directory.mkdir(parents=True)
    (directory / "card.json").write_text("{}")
    mark = cache / f"{name}.used"
    mark.touch()
    os.utime(mark, (used_at, used_at))
    return directory


@contextmanager
def served(directory: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the model and has become another program."""
    words = [sys.executable, "-c", HOLD, str(directory)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "serving\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def names(cache: Path) -> list[str]:
    """All that lies there, hidden or not."""
    return sorted(path.name for path in cache.iterdir())


def test_the_last_used_stay(tmp_path: Path) -> None:
    """With their marks; of the others nothing is left."""
    for number in range(KEPT + 2):
        model(tmp_path, f"fleet-{number}", used_at=1000 + number)
    own = model(tmp_path, "fleet-own", used_at=0)  # used last longest ago, and about to be served
    assert forget_superseded(own) == ["fleet-0", "fleet-1", "fleet-2"]
    stayed = ["fleet-own", *(f"fleet-{number}" for number in range(3, KEPT + 2))]
    assert len(stayed) == KEPT
    assert names(tmp_path) == sorted(stayed + [f"{name}.used" for name in stayed])


def test_a_model_that_another_factory_serves_stays(tmp_path: Path) -> None:
    """However long ago it was started; when its process is killed it is like any other."""
    old, own = model(tmp_path, "fleet-old", used_at=1), model(tmp_path, "fleet-own", used_at=2)
    with served(old) as process:
        os.utime(tmp_path / "fleet-old.used", (1, 1))
        assert forget_superseded(own, kept=1) == []
        assert (old / "card.json").exists()
        process.kill()
        process.wait()
        assert forget_superseded(own, kept=1) == ["fleet-old"]


def test_use_is_noted(tmp_path: Path) -> None:
    """Who went back to an older version keeps its model, and not the newest."""
    older, newer = model(tmp_path, "fleet-older", used_at=1), model(tmp_path, "fleet-newer", used_at=2)
    own = model(tmp_path, "fleet-own", used_at=3)
    held = hold(older)
    assert held is not None
    os.close(held)
    assert forget_superseded(own, kept=2) == ["fleet-newer"]
    assert older.exists()
    assert not newer.exists()


def test_other_things_in_the_cache_stay(tmp_path: Path) -> None:
    """Models of another kind, one that is just being trained, files."""
    own = model(tmp_path, "fleet-own", used_at=3)
    for name in ("plant-1", ".fleet-2-x7", "notes"):
        model(tmp_path, name, used_at=1)
    (tmp_path / "fleet-file").write_text("no model")
    before = names(tmp_path)
    assert forget_superseded(own, kept=1) == []
    assert names(tmp_path) == before


def test_a_model_from_before_there_were_marks(tmp_path: Path) -> None:
    """Is as old as its folder."""
    own, old = model(tmp_path, "fleet-own", used_at=3), model(tmp_path, "fleet-old", used_at=3)
    (tmp_path / "fleet-old.used").unlink()
    os.utime(old, (1, 1))
    model(tmp_path, "fleet-newer", used_at=2)
    assert forget_superseded(own, kept=2) == ["fleet-old"]


def test_two_at_once_remove_each_model_once(tmp_path: Path) -> None:
    """Neither fails because the other was faster, and what was removed is told once in all."""
    own = model(tmp_path, "fleet-own", used_at=1e9)
    for number in range(40):
        model(tmp_path, f"fleet-{number:02d}", used_at=number)
    code = (
        "import sys; from pathlib import Path; from factory.up.kept_models import forget_superseded;"
        "sys.stdin.read(); print('\\n'.join(forget_superseded(Path(sys.argv[1]), kept=1)))"
    )
    words = [sys.executable, "-c", code, str(own)]
    both = [subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    told = [name for process in both for name in process.communicate()[0].split()]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(told) == [f"fleet-{number:02d}" for number in range(40)]
    assert names(tmp_path) == ["fleet-own", "fleet-own.used"]


def test_a_model_whose_mark_cannot_be_locked_stays(tmp_path: Path) -> None:
    """One cannot tell whether somebody serves it, and nobody is kept from serving another."""
    own, old = model(tmp_path, "fleet-own", used_at=3), model(tmp_path, "fleet-old", used_at=1)
    (tmp_path / "fleet-old.used").unlink()
    (tmp_path / "fleet-old.used").mkdir()
    assert hold(old) is None
    assert forget_superseded(own, kept=1) == []
    assert old.exists()


def test_a_model_of_nowhere_is_no_failure(tmp_path: Path) -> None:
    """There is no mark to be made, and the server will say what is wrong."""
    assert hold(tmp_path / "missing" / "fleet-1") is None
