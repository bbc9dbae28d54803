"""`factory inject`, `clear` and `machines`: what they send, and what they say when it is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from contracts.identity import Identity
from factory.cli import run
from factory.commands.simulator_api import simulator_url
from factory.up.runfile import ProcessMark, RunFile
from simulator.faults import FAULTS, ActiveFault, FaultRequest
from simulator.http_api import create_api
from simulator.http_server import HttpServer
from simulator.plant import Plant
from simulator.playing import Playing
from simulator.scenario import parse_scenario


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
        (["inject", "M003", "stuck", "--signal", "temp", "--duration", "0s"], "'0s' is not a time"),
        (["inject", "M003", "stuck", "--signal", "temp", "--ramp", "-1s"], "'-1s' is not a time"),
        (["inject", "*", "stuck", "--signal", "temp", "--share", "0"], "'0' is no part of the machines"),
        (["inject", "*", "stuck", "--signal", "temp", "--share", "120%"], "'120%' is no part of the machines"),
        (["inject", "*", "stuck", "--signal", "temp", "--every", "daily"], "'daily' is not a rate."),
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


def test_machines_and_vehicles_are_listed_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A table each, with the signals that they have."""
    common = {"connected": True, "state": "running", "unsettled": 0}
    found = [
        {"device_id": "M001", "line": "line1", "model": "conveyor", "readings": {"temp": 41.5}} | common,
        {"device_id": "VHC001", "line": "fleet", "model": "van", "readings": {"speed_kmph": 73.0}} | common,
    ]
    monkeypatch.setattr(httpx, "request", lambda *_, **__: httpx.Response(200, json=found))
    assert run(["machines", "--url", "http://127.0.0.1:9"]) == 0
    lines = capsys.readouterr().out.splitlines()

    assert [line.split()[0] for line in lines] == ["machine", "M001", "vehicle", "VHC001"]
    assert "vibration" in lines[0]
    assert "41.5" in lines[1]
    assert "odometer" in lines[2]
    assert "73" in lines[3]


@pytest.mark.parametrize("words", [["inject", "--list"], ["clear", "--all"]])
def test_no_faults_are_said_so(url: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """An empty list is a sentence, not an empty table."""
    assert run([*words, "--url", url]) == 0
    assert capsys.readouterr().out == "There are no faults.\n"


class _OnePlant:
    """A plant as the HTTP door knows it, as far as faults are concerned."""

    def __init__(self) -> None:
        start = datetime(2026, 1, 2, tzinfo=UTC)
        identities = [Identity(device_id=name, plant="plant1", line="line1", model="conveyor") for name in ("M1", "M2")]
        self.plant = Plant(identities, parse_scenario("name: calm"), seed=1, start=start, interval_s=1.0)
        repeats = {"duration_s": 1000, "repeats": {"rate_per_day": 80}}
        request = FaultRequest(kind="stuck", target="*", signal="temp", **repeats)
        self.plant.inject(request, start, "injected")
        self.now = start + timedelta(seconds=500)  # by then the first have come
        self.plant.step(self.now)

    def faults(self) -> list[ActiveFault]:
        return self.plant.active_faults()

    def clear(self, fault_id: str) -> ActiveFault:
        return self.plant.clear(fault_id, self.now)


def test_faults_that_repeat_are_all_cleared(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever clears one also clears those to come on its machine; `--all` is not stopped by their being gone."""
    door = _OnePlant()
    stages = [fault.stage for fault in door.faults()]
    with HttpServer(create_api(door, lambda: b""), "127.0.0.1", 0) as server:  # type: ignore[arg-type]
        assert run(["clear", "--all", "--url", f"http://127.0.0.1:{server.port}"]) == 0

    assert {"active", "pending"} <= set(stages)
    assert all(fault.stage == "ended" for fault in door.faults())
    assert len(capsys.readouterr().out.splitlines()) == len(stages)


def test_all_kinds_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """Each kind of fault stands in the list, and no simulator is asked."""
    assert run(["inject", "--kinds"]) == 0
    told = capsys.readouterr().out
    assert all(kind in told for kind in FAULTS)
    assert "Rate at full strength [unit of the signal per minute]." in told
    assert "What the hall's air gains in the end [K]." in told


def test_kinds_tell_family_models_and_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    """A program gets the same as people do, and what the kinds are like."""
    assert run(["inject", "--kinds", "--json"]) == 0
    told = {one["kind"]: one for one in json.loads(capsys.readouterr().out)}
    assert list(told) == list(FAULTS)
    assert (told["cavitation"]["family"], told["cavitation"]["models"]) == ("process", ["centrifugal_pump"])
    assert told["spikes"]["parameters"][1]["default"] == 0.02
    run(["inject", "--kinds"])
    shown = capsys.readouterr().out
    assert "cnc_mill, conveyor, industrial_fan" in shown
    assert "wear_factor (default 3)" in shown


def _sent(words: list[str], monkeypatch: pytest.MonkeyPatch, answer: list[object]) -> dict[str, object]:
    """What `factory inject` sends to a simulator that answers so."""
    sent: list[dict[str, object]] = []

    def take(method: str, url: str, **request: object) -> httpx.Response:
        sent.append(request["json"])
        return httpx.Response(201, json=answer)

    monkeypatch.setattr(httpx, "request", take)
    assert run(["inject", *words, "--url", "http://127.0.0.1:9"]) == 0
    return sent[0]


def test_options_of_time_become_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """Share, repeats and bursts are sent in the words of the simulator, in seconds and days, and nothing else is."""
    words = (
        "robot_arm spikes --signal power --set magnitude=5 --share 20% --every 3/day --duration 15min --on 9 --off 1"
    )
    sent = _sent(words.split(), monkeypatch, [])

    assert sent == {
        "target": "robot_arm",
        "kind": "spikes",
        "signal": "power",
        "parameters": {"magnitude": 5.0},
        "start_s": 0.0,
        "duration_s": 900.0,
        "share": 0.2,
        "repeats": {"rate_per_day": pytest.approx(3.0)},
        "on_s": 9.0,
        "off_s": 1.0,
    }
    assert FaultRequest.model_validate(sent).repeats is not None


@pytest.mark.parametrize("kind", FAULTS)
def test_each_kind_can_be_asked_for(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of each kind, written as options, is a request that a simulator takes."""
    definition = FAULTS[kind]
    settings = [word for name, value in definition.example.items() for word in ("--set", f"{name}={value}")]
    signal = ["--signal", "temp"] if definition.family == "sensor" else []
    request = FaultRequest.model_validate(_sent(["*", kind, *signal, *settings], monkeypatch, []))

    assert request.parameters == definition.example


def test_a_share_that_hits_nobody_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty answer is a sentence."""
    _sent(["*", "stuck", "--signal", "temp", "--share", "0.01"], monkeypatch, [])
    assert "each of * was drawn with a chance of 0.01, and none was hit." in capsys.readouterr().out


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
