"""`factory backfill` as it is typed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from factory.cli import run
from factory.commands import backfill as backfill_module

CALL = ["backfill", "--start", "2026-01-01", "--days", "0.1", "--machines", "3", "--interval", "10min"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Missing option '--out'"),
        (["--out", "x", "--days", "0"], "0.0 is not in the range"),
        (["--out", "x", "--days", "nan"], "'nan' is not a finite number"),
        (["--out", "x", "--machines", "-1"], "-1 is not in the range"),
        (["--out", "x", "--vehicles", "-1"], "-1 is not in the range"),
        (["--out", "x", "--machines", "0"], "--machines 0 and --vehicles 0 are nobody"),
        (["--out", "x", "--start", "yesterday"], "'yesterday' is not a time"),
        (["--out", "x", "--start", "0999-01-01"], "not between the years 1970 and 2200"),
        (["--out", "x", "--interval", "0"], "'0' is not a time"),
        (["--out", "x", "--interval", "0.0005"], "not a whole number of milliseconds"),
        (["--out", "x", "--days", "0.0001", "--interval", "1h"], "0.0001 days have no reading"),
        (["--out", "x", "--wear-every", "now"], "'now' is not a time"),
        (["--out", "x", "--format", "csv"], "'csv' is not one of"),
        (["--out", "ftp://x/y"], "neither a folder nor s3://BUCKET/PREFIX"),
        (["--out", "x", "--clean-twin", "./x/"], "are both"),
        (["--out", "x", "--plant", "a/b"], "--plant 'a/b' is no name of a plant"),
        (["--out", "x", "--scenario", "no-such"], "there is no scenario of that name"),
        (["--out", "x", "--openmetrics", "--machines", "1000", "--interval", "1s"], "files of 1.4 GB"),
        (["--out", "x", "--processes", "0"], "0 is not in the range"),
    ],
)
def test_a_wrong_call_is_two_lines_and_status_2(
    arguments: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong and where, before anything is written."""
    monkeypatch.chdir(tmp_path)

    assert run(["backfill", *arguments]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) <= 2
    assert told in "\n".join(lines)
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Fifteen moments of three machines; the digest is that of the manifest."""
    out = tmp_path / "out"
    assert run([*CALL, "--out", str(out), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out).values()
    manifest = json.loads((out / "truth/manifest.json").read_text())

    # 0.1 days are 144 minutes: the nearest whole number of ten-minute readings is 14.
    assert (told["readings"], told["archived"], told["start"]) == (3 * 14, 3 * 14, "2026-01-01T00:00:00+00:00")
    assert told["digest"] == manifest["digest"]
    assert told["files"] == len(manifest["files"])


def test_a_twin_lies_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both places are told of, for people; the twin has as many rows and other bytes."""
    call = [*CALL, "--scenario", "drift", "--out", str(tmp_path / "a"), "--clean-twin", str(tmp_path / "b")]
    assert run(call) == 0
    told = capsys.readouterr().out

    rows = [pq.read_table(tmp_path / name / "raw").num_rows for name in ("a", "b")]
    assert rows == [42, 42]
    digests = [line.split()[-1] for line in told.splitlines() if line.startswith("SHA-256")]
    assert len(set(digests)) == 2


def test_targets_that_are_nobody_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`drift` means M003; a plant of one machine does not have it."""
    call = ["backfill", "--scenario", "drift", "--start", "2026-01-01", "--days", "0.01", "--machines", "1"]
    assert run([*call, "--out", str(tmp_path / "out")]) == 0

    assert "The scenario's target M003 is nobody among 1 machines." in capsys.readouterr().out


def test_a_fleet_alone_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without machines there is no table of machines; vehicles lie in a folder of their own, and are counted."""
    out = tmp_path / "out"
    assert run([*CALL, "--machines", "0", "--vehicles", "2", "--out", str(out), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out).values()

    assert (told["machines"], told["vehicles"], told["readings"]) == (0, 2, 2 * 14)
    assert sorted(path.name for path in out.iterdir()) == ["fleet", "truth"]
    assert set(pq.read_table(out / "fleet")["device_id"].to_pylist()) == {"VHC001", "VHC002"}


def test_a_full_place_is_refused_unless_forced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2 and what to do; with --force an earlier run is replaced, whatever its format was."""
    out = tmp_path / "out"
    assert run([*CALL, "--out", str(out)]) == 0
    assert run([*CALL, "--out", str(out)]) == 2
    assert "--force" in capsys.readouterr().err
    assert run([*CALL, "--out", str(out), "--force", "--format", "jsonl"]) == 0

    assert {path.suffix for path in (out / "raw").rglob("*") if path.is_file()} == {".gz"}


def test_too_small_a_disk_is_told_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the first file: how much there is, how much it takes, and what would be less."""
    out, few = tmp_path / "out", 300_000
    monkeypatch.setattr(backfill_module.open_sink(str(out)).__class__, "free_bytes", lambda _sink: few)

    assert run(["backfill", "--days", "365", "--machines", "1000", "--out", str(out)]) == 1
    told = capsys.readouterr().err
    assert "has room for 0.0 GB, and about 6.0 GB" in told
    assert "Ask for fewer days" in told
    assert not out.exists()


def test_without_a_start_it_ends_last_midnight(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So the newest whole day is in it, and the start is told for the next time."""
    monkeypatch.setattr(backfill_module, "_last_midnight", lambda: datetime(2026, 3, 1, tzinfo=UTC))
    assert run(["backfill", "--days", "1", "--machines", "1", "--json", "--out", str(tmp_path / "out")]) == 0
    (told,) = json.loads(capsys.readouterr().out).values()

    assert (told["start"][:10], told["end"][:10]) == ("2026-02-28", "2026-03-01")


@pytest.mark.e2e
def test_history_in_the_lake_of_a_local_factory(
    local_aws: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Through the real S3 of the local AWS: the same bytes as in a folder, by two processes."""
    session = local_aws.session()
    credentials = session.get_credentials()
    monkeypatch.setenv("AWS_ENDPOINT_URL", local_aws.endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", credentials.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", credentials.secret_key)
    client = session.client("s3", endpoint_url=local_aws.endpoint)
    client.create_bucket(Bucket="history-lake")
    both = []
    for place in (str(tmp_path / "out"), "s3://history-lake/raw-years"):
        assert run([*CALL, "--processes", "2", "--clean-twin", f"{place}-twin", "--out", place, "--json"]) == 0
        both.append([one["digest"] for one in json.loads(capsys.readouterr().out).values()])

    assert both[0] == both[1]
    keys = [found["Key"] for found in client.list_objects_v2(Bucket="history-lake", Prefix="raw-years/")["Contents"]]
    files = sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*"))
    assert sorted(key.removeprefix("raw-years/") for key in keys) == files


@pytest.mark.e2e
def test_stopped_by_hand_it_leaves_whole_files_and_no_manifest(tmp_path: Path) -> None:
    """Ctrl-C reaches all processes of a terminal: one sentence, status 130, no traceback and nothing half written."""
    out = tmp_path / "out"
    call = ["backfill", "--days", "3650", "--machines", "500", "--processes", "2", "--out", str(out)]
    process = subprocess.Popen(
        [sys.executable, "-m", "factory", *call],
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        # As at a terminal, also where the tests run in the background and were told not to hear it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 60
    while len(list(out.rglob("*.parquet"))) < 4:
        assert time.monotonic() < deadline, "nothing was written in a minute"
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    told, _ = process.communicate(timeout=60)

    assert (process.returncode, told.decode().strip()) == (130, "factory: stopped.")
    names = [path.name for path in out.rglob("*") if path.is_file()]
    assert names
    assert all(name.endswith(".parquet") and not name.startswith(".") for name in names)
    assert not (out / "truth/manifest.json").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
