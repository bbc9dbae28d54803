"""Where the vehicles of a lake come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from factory.cli import run
from factory.training.lakes import Origin, origin_of_lake
from maintenance.errors import DataError


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hours of sixty vehicles that nobody looks after, in a folder."""
    folder = tmp_path_factory.mktemp("history") / "out"
    words = ["backfill", "--scenario", "fleet-wear", "--machines", "0", "--vehicles", "60", "--seed", "901"]
    words += ["--start", "2026-03-11", "--days", "0.5", "--interval", "60s", "--wear-every", "600s"]
    assert run([*words, "--out", str(folder), "--json"]) == 0
    return folder


def test_a_backfill_tells_its_seed(history: Path) -> None:
    """By its manifest, also where nothing happened that the ground truth would name."""
    assert origin_of_lake(str(history)) == Origin((901,), "fleet-wear")


def test_a_lake_without_manifest_tells_the_seeds_of_its_truth(tmp_path: Path) -> None:
    """A live plant's truth has its seed in each line; another may have been added to it."""
    line = (
        '{{"schema_version": 2, "fault_id": "f", "event": "failed", "at": "2026-01-01T00:00:00Z", "plant": "p", '
        '"line": "fleet", "device_id": "VHC001", "family": "wear", "kind": "coolant", "label": "Coolant", '
        '"cause": "wear", "scenario": "{}", "seed": {}, "run": 1}}\n'
    )
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth/ground_truth.jsonl").write_text(line.format("calm", 8) + line.format("fleet-wear", 7))
    assert origin_of_lake(str(tmp_path)) == Origin((7, 8), "calm, fleet-wear")


def test_a_lake_without_either_tells_nothing(tmp_path: Path) -> None:
    """Nobody knows, then."""
    assert origin_of_lake(str(tmp_path)) == Origin()


def test_what_is_no_manifest_is_named(tmp_path: Path) -> None:
    """Instead of being taken for a lake of no seed."""
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth/manifest.json").write_text("{}")
    with pytest.raises(DataError, match=r"manifest\.json: this is no manifest of a backfill"):
        origin_of_lake(str(tmp_path))


def test_a_model_of_a_lake_is_not_judged_by_the_same_vehicles(
    history: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Seed 901 is one of those that `factory evaluate fleet` plays by default."""
    assert run(["train", "fleet", "--lake", str(history), "--out", str(tmp_path / "fleet"), "--json"]) == 0
    capsys.readouterr()
    assert run(["evaluate", "fleet", "--model", str(tmp_path / "fleet"), "--quick"]) == 2
    assert "The model was trained on fleets of seed 901." in capsys.readouterr().err


def test_a_wrong_place_is_told_before_the_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not after the minute that it takes."""
    monkeypatch.setattr("factory.commands.train_fleet.train_fleet_model", lambda *_: pytest.fail("it was trained"))
    monkeypatch.setattr("factory.commands.train_fleet.data_by_recipe", lambda *_: pytest.fail("it was played"))
    (tmp_path / "photo.jpg").write_bytes(b"photo")
    assert run(["train", "fleet", "--out", str(tmp_path)]) == 2
    assert "is not empty and has no model in it" in capsys.readouterr().err
