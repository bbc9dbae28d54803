"""Wrong calls of the command line: at most two lines on standard error, and status 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from factory.cli import run

CALLS = {
    "up --for nan": "not a finite number",
    "up --interval nan": "not a finite number",
    "up --plant A_B": "'A_B' is not a name of a-z, 0-9 and -",
    "bench step --seconds nan": "not a finite number",
    "bench step --write /nowhere/page.md": "--write /nowhere/page.md cannot be written",
    "provision --machines 1 --critical-temperature -300": "-300.0 is not in the range",
    "inject M003 bias --signal temp --set magnitude=nan": "'magnitude=nan' is not NAME=NUMBER",
    "inject M003 bias --signal temp --set =3": "'=3' is not NAME=NUMBER",
    "machines --url nonsense": "missing an 'http://' or 'https://' protocol.\n",
    "rules test archive --topic a/b --payload - --plant a/b": "'a/b' is not a name of letters",
    "rules test archive --topic a/b --payload - --account 5": "'5' is not twelve digits",
}


@pytest.mark.parametrize(("call", "said"), CALLS.items())
def test_a_wrong_call_is_told_before_anything_is_done(
    call: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was written and what would be right; and no file is left."""
    monkeypatch.chdir(tmp_path)
    assert run(call.split()) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert len(told.err.splitlines()) <= 2
    assert told.out == ""
    assert list(tmp_path.iterdir()) == []
