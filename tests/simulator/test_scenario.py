"""Scenarios."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from simulator.errors import ScenarioError
from simulator.faults import FAULTS
from simulator.scenario import Scenario, load_scenario, parse_scenario, scenario_names, scenario_text

REPLAY = """\
name: mine   # a comment that stays
replays:
  - device_id: R001
    file: readings/one.csv
    signals: {temp: {column: value}}
  - {device_id: R002, file: 'readings/one.csv', signals: {temp: {column: value}}}
"""


@pytest.fixture
def replay_file(tmp_path: Path) -> Path:
    """A scenario that replays a file beside it."""
    (tmp_path / "readings").mkdir()
    (tmp_path / "readings" / "one.csv").write_text("timestamp,value\n2026-01-02,1\n")
    file = tmp_path / "mine.yaml"
    file.write_text(REPLAY)
    return file


@pytest.mark.parametrize("name", scenario_names())
def test_built_in_scenarios_can_be_played(name: str) -> None:
    """Each scenario that comes with the simulator is called as its file, says what it is for, and is right."""
    scenario = load_scenario(name)

    assert scenario.name == name
    assert scenario.description.endswith(".")
    assert parse_scenario(scenario_text(name)) == scenario


def test_the_names_that_others_rely_on() -> None:
    """Calm, drift, bad-sensors and hall-warms-up are there."""
    assert {"calm", "drift", "bad-sensors", "hall-warms-up"} <= set(scenario_names())


def test_bad_sensors_has_the_sensor_faults() -> None:
    """The scenario of bad sensors has the usual kinds of sensor fault, those alone, and one at most on a machine."""
    faults = load_scenario("bad-sensors").faults

    usual = "bias drift dropout exponential_drift gain noise out_of_context quantisation spikes stuck"
    assert {fault.kind for fault in faults} == set(usual.split())
    assert {FAULTS[fault.kind].family for fault in faults} == {"sensor"}
    assert len({fault.target for fault in faults}) == len(faults)


def test_unknown_name_lists_the_names() -> None:
    """A name that is none is refused, with those there are."""
    with pytest.raises(ScenarioError, match=r"'storm': there is no scenario of that name.*bad-sensors, bearing-run"):
        load_scenario("storm")


@pytest.mark.parametrize("name", ["../scenario", "calm.yaml", "", "scenarios/calm"])
def test_names_are_not_paths_into_the_package(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only names lead into the package; what looks like a path is looked for on the disk."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScenarioError):
        load_scenario(name)


def test_file_that_is_not_there(tmp_path: Path) -> None:
    """A file that cannot be read is named with the reason."""
    with pytest.raises(ScenarioError, match=r"none\.yaml: cannot be read: No such file"):
        load_scenario(tmp_path / "none.yaml")


def test_error_names_file_line_and_key(tmp_path: Path) -> None:
    """A wrong parameter is found in its file, at its line, under its key."""
    file = tmp_path / "mine.yaml"
    file.write_text(
        "name: mine\nfaults:\n  - kind: drift\n    target: M003\n    signal: temp\n    parameters:\n      rate: 2\n"
    )

    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    assert (caught.value.where, caught.value.line, caught.value.key) == (str(file), 7, "faults[0].parameters.rate")


def test_files_are_found_beside_the_scenario(replay_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A replay's file is relative to the scenario, wherever the program was started."""
    monkeypatch.chdir("/")
    scenario = load_scenario(replay_file)

    assert [replay.file for replay in scenario.replays] == [replay_file.parent / "readings" / "one.csv"] * 2


def test_text_can_be_carried_elsewhere(replay_file: Path) -> None:
    """The text that travels has absolute file names and is otherwise the same, comments included."""
    text = scenario_text(replay_file)

    assert parse_scenario(text, "elsewhere") == load_scenario(replay_file)
    assert "# a comment that stays" in text
    assert text.count("\n") == REPLAY.count("\n")
    assert yaml.safe_load(text)["replays"][1]["file"] == str(replay_file.parent / "readings" / "one.csv")


def test_missing_replay_file_is_found_at_once(replay_file: Path) -> None:
    """A replay without its file is refused when the scenario is loaded, at its line."""
    (replay_file.parent / "readings" / "one.csv").unlink()

    with pytest.raises(ScenarioError, match=r"mine\.yaml, line 4, replays\[0\]\.file: there is no file /.*one\.csv"):
        scenario_text(replay_file)


def test_machine_is_replayed_once() -> None:
    """Two replays cannot be one machine."""
    with pytest.raises(ScenarioError, match=r"line 6, replays\[1\]\.device_id: R001 is replayed twice"):
        parse_scenario(REPLAY.replace("R002", "R001"))


def test_default_configuration_is_calm() -> None:
    """The text that a plant has without any other is a scenario."""
    assert parse_scenario("name: calm\n") == Scenario(name="calm")
