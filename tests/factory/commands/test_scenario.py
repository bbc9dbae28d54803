"""`factory scenario`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from factory.cli import run
from simulator.scenario import scenario_names
from simulator.scenario_schema import schema_text


def test_all_scenarios_are_listed_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """Name, length and what happens."""
    assert run(["scenario", "list"]) == 0
    told = capsys.readouterr().out

    assert all(f"{name} " in told for name in scenario_names())
    assert "bearing-run-to-failure     60 d  An accelerated life test." in told


def test_the_page_has_the_same_lengths(capsys: pytest.CaptureFixture[str]) -> None:
    """What docs/simulator.md says of lengths is what the list says."""
    assert run(["scenario", "list"]) == 0
    listed = dict(re.findall(r"^(\S+) +(\d+ (?:min|h|d)) ", capsys.readouterr().out, re.MULTILINE))
    page = (Path(__file__).parents[3] / "docs" / "simulator.md").read_text("utf-8")

    assert {name: f"| `{name}` | {length} |" in page for name, length in listed.items()} == dict.fromkeys(
        scenario_names(), True
    )


def test_the_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """What a script wants to know of each."""
    assert run(["scenario", "list", "--json"]) == 0
    told = {one["name"]: one for one in json.loads(capsys.readouterr().out)}

    assert set(told) == set(scenario_names())
    assert told["two-shift-plant"]["plant"]["shifts"] == "two_shift"
    assert (told["two-shift-plant"]["length_s"], told["drift"]["faults"]) == (604_800, ["drift"])


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """As it is committed, so that it can be redirected into a file."""
    assert run(["scenario", "schema"]) == 0
    assert capsys.readouterr().out == schema_text()


def test_a_scenario_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By default into NAME.png, and a line says what is on it."""
    monkeypatch.chdir(tmp_path)
    assert run(["scenario", "show", "drift"]) == 0

    assert capsys.readouterr().out == "drift.png: M003; faults 1, failures, repairs and maintenance 0.\n"
    assert (tmp_path / "drift.png").read_bytes().startswith(b"\x89PNG")


def test_the_truth_is_told_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What, where, from when to when: the drift of the scenario begins after a minute and lasts ten."""
    monkeypatch.chdir(tmp_path)
    assert run(["scenario", "show", "drift", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert told["truth"] == [
        {
            "at": "2026-01-05T06:01:00.000Z",
            "event": "started",
            "device_id": "M003",
            "family": "sensor",
            "kind": "drift",
            "signal": "temp",
            "parameters": {"rate_per_min": 2.0, "ramp_s": 0.0},
            "until": "2026-01-05T06:11:00.000Z",
        }
    ]


def test_a_file_of_ones_own_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Any machines, any time, any length; who is named and not drawn is said."""
    mine = tmp_path / "mine.yaml"
    mine.write_text("name: mine\nfaults:\n  - {kind: stuck, target: M007, signal: temp}\n")
    call = ["scenario", "show", str(mine), "--machine", "M002", "--for", "5min", "--start", "2026-03-01T12:00"]
    assert run([*call, "--seed", "3", "--out", str(tmp_path / "x.svg")]) == 0

    assert capsys.readouterr().out.endswith("Not drawn: M007; name them with --machine.\n")
    assert "from 2026-03-01 12:00 UTC, seed 3" in (tmp_path / "x.svg").read_text().replace("<!-- ", "")


def test_vehicles_are_drawn_by_their_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Asked for, or because the scenario means one; who is named and not drawn is said."""
    mine = tmp_path / "mine.yaml"
    mine.write_text("name: mine\nfaults:\n  - {kind: stuck, target: VHC007, signal: fuel_level_percent}\n")
    for more, told in (([], "VHC007; faults 1,"), (["--machine", "VHC002"], "Not drawn: VHC007;")):
        call = ["scenario", "show", str(mine), "--for", "5min", "--out", str(tmp_path / "x.png")]
        assert run([*call, *more]) == 0
        assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nothing"], "there is no scenario of that name"),
        (["drift", "--machine", "R001"], "'R001' is no numbered machine or vehicle."),
        (["drift", "--machine", "M001", "--machine", "VHC001"], "M001 and VHC001: machines and vehicles have panels"),
        (["drift", "--out", "x.gif"], "--out x.gif is no picture that can be written."),
        (["drift", "--out", "none/x.png"], "there is no directory none."),
        (["drift", "--hours", "2", "--days", "1"], "give one of them"),
        (["drift", "--for", "soon"], "'soon' is not a time"),
        (["drift", "--for", "0.01s"], "0.01 s is no length of a picture."),
        (["drift", "--hours", "1e6"], "3.6e+09 s is no length of a picture."),
        (["drift", "--days", "4000"], "between 10s and 3660d"),
        (["drift", "--start", "yesterday"], "'yesterday' does not match"),
    ],
)
def test_wrong_calls(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 2, a sentence, and no picture."""
    monkeypatch.chdir(tmp_path)
    assert run(["scenario", "show", *words]) == 2
    assert told in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
