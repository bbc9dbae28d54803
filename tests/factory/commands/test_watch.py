"""`factory watch` on a simulator that really plays; only its connections are taken for granted."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
import structlog
from stand_ins import Obliging, OwnTable

from contracts.identity import PlantConfiguration
from factory.cli import run
from factory.provision.request import machine
from simulator.backoff import ConnectLimiter
from simulator.exporter import Exporter
from simulator.http_api import create_api
from simulator.http_server import HttpServer
from simulator.instruments import Instruments
from simulator.lease import Lease
from simulator.playing import Playing
from simulator.roster import Roster
from simulator.scenario import parse_scenario
from simulator.shard import House, Shard
from simulator.store import Budget
from simulator.truth import TruthWriter

SCENARIO = "name: mine\nfaults: [{kind: stuck, target: M004, signal: temp}]"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A simulator with twelve machines at 20 Hz, one of which has a fault."""
    directory = tmp_path_factory.mktemp("watched")
    # On a busy machine the simulator warns of late steps; here it shares its standard output with the command.
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    identities = tuple(machine(number, "plant1") for number in range(1, 13))
    configuration = PlantConfiguration(interval_s=0.05)
    roster = Roster("shard-0000", directory, identities, configuration, parse_scenario(SCENARIO))
    instruments, budget, playing = Instruments(), Budget(1000), Playing()
    house = House(
        lambda _identity, _directory, post: Obliging(post),
        ConnectLimiter(1000),
        budget,
        instruments,
        directory / "ledger",
        TruthWriter(directory / "truth.jsonl"),
        directory / "wear",
        1.0,
    )
    shard = Shard(roster, Lease(OwnTable(), "shard-0000", 3, time.monotonic() + 600), house)
    playing.add(shard)
    shard.start()
    while sum(one.seq is not None for one in playing.machines()) < 12:
        time.sleep(0.01)
    with HttpServer(
        create_api(playing, Exporter(instruments, budget, playing.shards).render), "127.0.0.1", 0
    ) as server:
        yield f"http://127.0.0.1:{server.port}"
    structlog.reset_defaults()
    shard.stop()
    shard.join(10)


def test_one_frame_of_a_real_simulator(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """All machines, the one with a fault on top, and what was published."""
    assert run(["watch", "--once", "--url", url]) == 0
    lines = capsys.readouterr().out.splitlines()

    machines = [line.split()[0] for line in lines if line.startswith("M0")]
    assert machines == ["M004", *(f"M{number:03d}" for number in range(1, 13) if number != 4)]
    assert "12 of 12 connected" in lines[0]
    assert "simulator ok" in lines[0]
    assert lines[1].startswith("published ")
    assert not lines[1].startswith("published 0")
    assert "stuck temp" in next(line for line in lines if line.startswith("M004"))


def test_a_choice_of_machines(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A line, or a model, by name."""
    assert run(["watch", "--once", "--url", url, "--line", "line2", "--sort", "name"]) == 0
    assert [line[:4] for line in capsys.readouterr().out.splitlines() if line.startswith("M0")] == ["M011", "M012"]


def test_watching_for_a_while_draws_trends(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Two seconds with slots of half a second give more than one block."""
    call = ["watch", "--for", "2s", "--interval", "0.2s", "--span", "1min", "--url", url, "--machine", "M002"]
    assert run(call) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("M002"))

    assert any(len(set(word) & set("▁▂▃▄▅▆▇█")) >= 1 and len(word) >= 3 for word in line.split())


def test_a_look_as_json(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What a script wants: machines with their reasons, faults and totals."""
    assert run(["watch", "--json", "--url", url, "--machine", "M004"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert [(one["device_id"], one["level"]) for one in told["machines"]] == [("M004", "look")]
    assert told["machines"][0]["reasons"] == ["stuck temp (active)"]
    assert [one["kind"] for one in told["faults"]] == ["stuck"]
    assert told["totals"]["simulator_machines"] == 12


def test_nobody_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A single look at nobody fails with a sentence."""
    assert run(["watch", "--once", "--url", "http://127.0.0.1:9"]) == 1
    assert "No simulator answers at http://127.0.0.1:9" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--machine", "M999"], "No machine is played here that --machine, --line and --model select."),
        (["--interval", "0"], "'0' is not a time"),
        (["--sort", "best"], "'best' is not one of"),
    ],
)
def test_wrong_calls(url: str, words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2 and a sentence."""
    assert run(["watch", "--once", "--url", url, *words]) == 2
    assert told in capsys.readouterr().err


def test_an_older_simulator_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What answers in another form is no simulator of this version."""
    monkeypatch.setattr("factory.watch.source.ask", lambda *_: [{"device": "M001"}])
    assert run(["watch", "--once", "--url", "http://127.0.0.1:9"]) == 1
    assert "What answers is not this version's simulator" in capsys.readouterr().err
