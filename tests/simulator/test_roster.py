"""What the init container laid down, as the simulator reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.identity import Envelope, Identity, Manifest, PlantConfiguration, certificate_file, key_file
from simulator.errors import IdentitiesError, ReplayError, ScenarioError
from simulator.roster import read_roster, shard_directories

REPLAY = """
name: x
replays:
  - device_id: {device_id}
    file: /nowhere.csv
    signals:
      temp:
        column: value
"""


@pytest.fixture
def shard(tmp_path: Path) -> Path:
    """A shard with a machine and a replay; its certificates are empty, since nobody connects."""
    directory = tmp_path / "shard-0000"
    (directory / "identities").mkdir(parents=True)
    one = Identity(device_id="M001", plant="plant1", line="line1", model="conveyor")
    two = Identity(device_id="R001", plant="plant1", line="line1", model="replay")
    for identity in (one, two):
        (directory / certificate_file(identity.device_id)).touch()
        (directory / key_file(identity.device_id)).touch()
    manifest = Manifest(
        plant="plant1",
        shard="shard-0000",
        issued_at=datetime(2026, 1, 1, tzinfo=UTC),
        issuer="plant",
        identities=(one, two),
        files={},
        envelope=Envelope(key_id="k", encrypted_key=b"aaaa", nonce=b"aaaa", encryption_context={}),
    )
    (directory / "manifest.json").write_text(manifest.model_dump_json())
    (directory / "ca.pem").touch()
    _configure(directory, "name: calm\n")
    return directory


def test_a_shard_of_machines_and_vehicles_is_refused(shard: Path) -> None:
    """Nobody could play it: plant and fleet are stepped by other laws."""
    text = (shard / "manifest.json").read_text().replace('"model":"replay"', '"model":"van"')
    (shard / "manifest.json").write_text(text)

    with pytest.raises(IdentitiesError, match="the vehicle R001 and the machine M001"):
        read_roster(shard)


def _configure(directory: Path, scenario: str) -> None:
    (directory / "configuration.json").write_text(PlantConfiguration(seed=7, scenario=scenario).model_dump_json())


def test_a_shard_is_read(shard: Path) -> None:
    """Identities, configuration and scenario come from their files."""
    roster = read_roster(shard)

    assert [identity.device_id for identity in roster.identities] == ["M001", "R001"]
    assert (roster.shard, roster.configuration.seed, roster.scenario.name) == ("shard-0000", 7, "calm")


def test_only_whole_shards_are_found(shard: Path) -> None:
    """The engine's identity and a shard without configuration are not played."""
    for name in ("rules-engine", "shard-0001"):
        (shard.parent / name).mkdir()
        (shard.parent / name / "manifest.json").touch()

    assert list(shard_directories(shard.parent)) == [shard]


def test_a_missing_key_is_named(shard: Path) -> None:
    """The message says which file, before anything is played."""
    (shard / key_file("M001")).unlink()

    with pytest.raises(IdentitiesError, match=r"lacks identities/M001\.key\.pem\. Run the init container"):
        read_roster(shard)


def test_a_broken_manifest_is_named(shard: Path) -> None:
    """The message says which file and which key."""
    (shard / "manifest.json").write_text('{"plant": "plant1"}')

    with pytest.raises(IdentitiesError, match=r"manifest\.json is not what it should be: shard"):
        read_roster(shard)


def test_a_wrong_scenario_is_named(shard: Path) -> None:
    """An error in the scenario is told with its line, as where the scenario was written."""
    _configure(shard, "name: x\nfaults:\n  - kind: drift\n    target: M001\n")

    with pytest.raises(ScenarioError, match="line 3"):
        read_roster(shard)


def test_a_missing_file_of_readings_is_named(shard: Path) -> None:
    """A replay of this shard is looked through before anything is played."""
    _configure(shard, REPLAY.format(device_id="R001"))
    with pytest.raises(ReplayError, match=r"/nowhere\.csv"):
        read_roster(shard)


def test_replays_of_other_shards_are_not_ours(shard: Path) -> None:
    """A scenario may name machines that stand in another shard."""
    _configure(shard, REPLAY.format(device_id="R999"))
    assert read_roster(shard).replays == ()
