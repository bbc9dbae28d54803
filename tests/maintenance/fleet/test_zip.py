"""The function's zip: small, the same each time, and complete."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from maintenance.fleet.zip import ENTRY, FILES, function_zip, main

FOREIGN = ("pydantic", "structlog", "numpy", "sklearn", "pyarrow", "duckdb", "fastapi", "click")


def test_the_same_bytes_each_time() -> None:
    """Nothing of the machine or the moment is in it."""
    assert function_zip() == function_zip()
    with zipfile.ZipFile(io.BytesIO(function_zip())) as archive:
        assert {(1980, 1, 1, 0, 0, 0)} == {entry.date_time for entry in archive.infolist()}


def test_it_is_small() -> None:
    """Code of our own alone: far from the 3 MB up to which Lambda's console shows a function."""
    assert len(function_zip()) < 150_000


def test_it_has_all_modules_of_the_function() -> None:
    """A module that is added to the package is in the zip, but for what builds the zip."""
    root = Path(__file__).parents[3]
    modules = {path.relative_to(root).as_posix() for path in (root / "maintenance/fleet").glob("*.py")}

    assert modules - set(FILES) == {"maintenance/fleet/zip.py"}


def test_it_runs_by_itself(tmp_path: Path) -> None:
    """Unpacked elsewhere the handler is imported from there, and nothing beside boto3 comes with it."""
    with zipfile.ZipFile(io.BytesIO(function_zip())) as archive:
        archive.extractall(tmp_path)
    module, _, name = ENTRY.rpartition(".")
    program = (
        f"import importlib, json, sys; sys.path.insert(0, {str(tmp_path)!r}); "
        f"found = importlib.import_module({module!r}); assert callable(found.{name}); "
        f"print(json.dumps([found.__file__, sorted(set(sys.modules) & set({FOREIGN!r}))]))"
    )

    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, timeout=60, check=False
    )

    assert 0 == done.returncode, done.stderr
    file, foreign = json.loads(done.stdout)
    assert Path(file).is_relative_to(tmp_path)
    assert [] == foreign


def test_it_is_written_by_a_bare_python(tmp_path: Path) -> None:
    """`make lambda`: two runs, one of them of a Python without any library, write the same bytes."""
    build = tmp_path / "build"
    program = (
        "import runpy, sys; sys.path.insert(0, '.'); sys.argv = sys.argv[1:]; "
        "runpy.run_module('maintenance.fleet.zip', run_name='__main__')"
    )
    for name, switches in (("one.zip", []), ("two.zip", ["-S", "-E"])):
        command = [sys.executable, *switches, "-c", program, "zip", str(build / name)]
        subprocess.run(command, cwd=Path(__file__).parents[3], check=True, capture_output=True, timeout=60)

    first, second = ((build / name).read_bytes() for name in ("one.zip", "two.zip"))
    assert function_zip() == first == second
    assert ["one.zip", "two.zip"] == sorted(path.name for path in build.iterdir())


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence with the file and what is wrong, and exit status 1."""
    out = tmp_path / "build" / "fleet.zip"
    out.parent.write_text("a file, and no directory")

    assert 1 == main([str(out)])

    (line,) = capsys.readouterr().err.splitlines()
    assert f"fleet_zip: The function's zip cannot be written to {out}: File exists." in line
