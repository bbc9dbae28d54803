"""The measurements against a real broker, at the size of a toy."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.identity import PlantConfiguration
from factory.bench.site import lay_down
from factory.commands.bench import bench
from factory.provision.certificates import PlantCa
from simulator.roster import read_roster, shard_directories


def test_shards_are_laid_down_as_the_init_container_does(tmp_path: Path) -> None:
    """Five machines in twos are three shards that the simulator reads."""
    now = datetime.now(UTC)
    lay_down(tmp_path, PlantCa.make("bench", now), 5, 2, PlantConfiguration(plant="bench", interval_s=2.0))
    rosters = [read_roster(directory) for directory in shard_directories(tmp_path)]

    assert [[one.device_id for one in roster.identities] for roster in rosters] == [
        ["M001", "M002"], ["M003", "M004"], ["M005"],
    ]  # fmt: skip
    assert {roster.configuration.interval_s for roster in rosters} == {2.0}


@pytest.mark.e2e
def test_publishing_is_measured_beside_a_bare_loop() -> None:
    """Both sides send over a real broker, and all of it is acknowledged."""
    done = CliRunner().invoke(bench, ["publish", "--connections", "10", "--seconds", "0.3", "--rounds", "2", "--json"])
    told = json.loads(done.stdout)

    assert (done.exit_code, told["connections"], told["rounds"]) == (0, 10, 2)
    assert told["ours"]["rate"] > 0
    assert told["bare"]["rate"] > 0
    assert told["broker"].startswith(("mosquitto", "the broker of the local AWS"))


@pytest.mark.e2e
@pytest.mark.slow
def test_a_fleet_is_watched_from_its_start_to_its_end() -> None:
    """Twenty machines of two workers lose nothing, and every figure is there."""
    arguments = ["--machines", "20", "--shard-size", "10", "--seconds", "3", "--workers", "2", "--interval", "0.5"]
    done = CliRunner().invoke(bench, ["fleet", *arguments, "--json"])
    told = json.loads(done.stdout)

    assert done.exit_code == 0, told
    assert told["published"] == told["acknowledged"] >= 20 * 3
    assert (told["overflowed"], told["lost"]) == (0, 0)
    assert told["steps_left_out"] == 0
    assert 0 < told["memory_bytes"] < 2**30
    assert told["ledger_bytes_an_hour"] > 0


@pytest.mark.parametrize(
    "arguments", [["publish", "--connections", "0"], ["fleet", "--workers", "many"], ["fleet", "--seconds", "nan"]]
)
def test_a_wrong_call_is_refused(arguments: list[str]) -> None:
    """Numbers that cannot be used are exit status 2, before anything is started."""
    assert CliRunner().invoke(bench, arguments).exit_code == 2
