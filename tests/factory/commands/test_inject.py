"""`factory inject`, `clear` and `machines`: what they send, and what they say when it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from factory.cli import run
from factory.commands.simulator_api import simulator_url
from factory.up.runfile import ProcessMark, RunFile
from simulator.faults import FAULTS
from simulator.http_api import create_api
from simulator.http_server import HttpServer
from simulator.playing import Playing


@pytest.fixture
def url() -> Iterator[str]:
    """A simulator that plays nothing: it knows no machine and no fault."""
    with HttpServer(create_api(Playing(), lambda: b""), "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["inject"], "TARGET or KIND is missing."),
        (["inject", "M003", "rust"], "'rust' is not one of"),
        (["inject", "M003", "drift", "--signal", "heat"], "'heat' is not one of"),
        (["inject", "M003", "drift", "--signal", "temp", "--rate", "fast"], "'fast' is not a rate."),
        (["inject", "M003", "bias", "--set", "magnitude"], "'magnitude' is not NAME=NUMBER"),
        (["inject", "M003", "stuck", "--signal", "temp", "--duration", "soon"], "'soon' is not a time"),
        (["clear"], "Name one or more faults, or --all."),
        (["clear", "x", "--all"], "Name one or more faults, or --all."),
        (["machines", "--url", "nonsense"], "--url nonsense is not an address"),
        (["machines", "--data-dir", "no-such-directory"], "--data-dir no-such-directory does not exist."),
    ],
)
def test_wrong_calls_exit_2_with_a_sentence(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One or two lines on standard error, no traceback."""
    assert run(words) == 2
    said = capsys.readouterr().err
    assert told in said
    assert len(said.splitlines()) <= 2


def test_a_refusal_of_the_simulator_is_told(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What the simulator says is shown as it is, and the status is 2: another call would be right."""
    assert run(["inject", "M003", "drift", "--signal", "temp", "--rate", "2/min", "--url", url]) == 2
    assert "No machine and no line 'M003' is played here." in capsys.readouterr().err


def test_a_missing_parameter_is_told_by_name(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A drift needs a rate."""
    assert run(["inject", "M003", "drift", "--signal", "temp", "--url", url]) == 2
    assert "rate_per_min" in capsys.readouterr().err


def test_nobody_answers(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a simulator the status is 1, and the way out is named."""
    assert run(["machines", "--url", "http://127.0.0.1:9"]) == 1
    assert "No simulator answers at http://127.0.0.1:9" in capsys.readouterr().err


@pytest.mark.parametrize(("status", "answer"), [(200, "<html>"), (200, '{"a": 1}'), (500, "[1]")])
def test_what_is_no_simulator_is_told(
    status: int, answer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another server on the port, whatever it answers."""
    monkeypatch.setattr(httpx, "request", lambda *_, **__: httpx.Response(status, text=answer))
    for words in (["machines"], ["inject", "--list"], ["clear", "--all"]):
        assert run([*words, "--url", "http://127.0.0.1:9"]) == 1
        assert "What answers at http://127.0.0.1:9 is not a simulator." in capsys.readouterr().err


@pytest.mark.parametrize("words", [["inject", "--list"], ["clear", "--all"]])
def test_no_faults_are_said_so(url: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """An empty list is a sentence, not an empty table."""
    assert run([*words, "--url", url]) == 0
    assert capsys.readouterr().out == "There are no faults.\n"


def test_all_kinds_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """Each kind of fault stands in the list, and no simulator is asked."""
    assert run(["inject", "--kinds"]) == 0
    told = capsys.readouterr().out
    assert all(kind in told for kind in FAULTS)
    assert "Rate at full strength [unit of the signal per minute]." in told
    assert "What the hall's air gains in the end [K]." in told


def _run_file(directory: Path, port: int) -> Path:
    """What `factory up --simulator-port PORT` leaves in its data directory."""
    RunFile(
        supervisor=ProcessMark(pid=1, created=0.0),
        started_at=datetime(2026, 1, 2, tzinfo=UTC),
        plant="plant1",
        account="000000000000",
        machines=20,
        host="0.0.0.0",
        ports={"simulator": port},
    ).write(directory / "factory.json")
    return directory


@pytest.mark.parametrize("words", [["inject", "--list"], ["clear", "--all"]])
def test_the_data_directory_tells_where_the_simulator_is(
    url: str, tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A factory on other ports is found by its run file."""
    directory = _run_file(tmp_path, int(url.rpartition(":")[2]))
    assert run([*words, "--data-dir", str(directory)]) == 0
    assert capsys.readouterr().out == "There are no faults.\n"


def test_an_address_goes_before_the_data_directory(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who names both is answered from --url."""
    directory = _run_file(tmp_path, 9)
    assert run(["machines", "--data-dir", str(directory), "--url", url]) == 0
    assert "plays no machine" in capsys.readouterr().out


def test_the_usual_directory_is_looked_into(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without options, ./var says where the simulator is."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "var").mkdir()
    _run_file(tmp_path / "var", int(url.rpartition(":")[2]))
    assert simulator_url(None, None) == url


def test_where_no_factory_ran_the_usual_address_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither ./var nor a directory without a run file is needed."""
    monkeypatch.chdir(tmp_path)
    assert simulator_url(None, None) == simulator_url(tmp_path, None) == "http://127.0.0.1:9100"
