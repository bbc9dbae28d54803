"""The function's zip: small, the same each time, and complete."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

from maintenance.fleet.zip import ENTRY, FILES, function_zip

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
