"""Training and judging of the fleet's model."""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from factory.training import fleet, fleet_model_for_up
from factory.training.cache import made_once
from factory.training.histories import FleetHistory
from maintenance.errors import ModelError
from maintenance.fleet_model import Readings, Settings
from maintenance.models import load, save

FAST = Settings(trees=20, readings_in_leaf=30)


def small(seed: int, start: str) -> tuple[FleetHistory, ...]:
    """A few vehicles for some hours."""
    return (
        FleetHistory("fleet-wear", seed, start, 40, days=0.3),
        FleetHistory("calm", seed + 1, start, 40, days=0.3),
    )


@cache
def data() -> fleet.FleetData:
    """Eighty vehicles to learn from, eighty others to be judged by."""
    return fleet.data_by_recipe(small(11, "2026-01-14"), small(21, "2026-03-11"))


def test_a_model_of_few_vehicles_beats_a_coin_and_says_so_in_its_card() -> None:
    """Where the engine is warm; the ceiling is above it."""
    artifact, judged = fleet.train_fleet_model(data(), FAST)
    warm = judged[0]
    assert warm.on == "unattended fleet, engine warm"
    assert warm.metrics[0].value > warm.due_share + 0.1
    assert warm.metrics[0].value < warm.ceiling.value
    assert artifact.card.metrics[0] == warm.metrics[0]
    assert artifact.card.trained_on.seeds == (11, 12)
    assert artifact.card.trained_on.devices == 80


def test_no_vehicle_is_learnt_from_and_judged_by() -> None:
    """Each has its fleet's seed in its name, and the fleets of the two sides have others."""
    learnt = set(data().training.device)
    assert len(learnt) == 80
    for name, judged in data().judged.items():
        assert not learnt & set(judged.device), name
    unattended, maintained = (
        {vehicle.split("/")[0] for vehicle in data().judged[name].device}
        for name in ("unattended fleet, all readings", "maintained fleet, engine warm")
    )
    assert (unattended, maintained) == ({"fleet-wear of seed 21"}, {"calm of seed 22"})


def test_the_same_data_give_the_same_version(tmp_path: Path) -> None:
    """Twice trained, once known."""
    versions = set()
    for name in ("first", "second"):
        artifact, _ = fleet.train_fleet_model(data(), FAST)
        versions.add(save(artifact, tmp_path / name).version)
    assert len(versions) == 1


def made(vehicles: int, moments: int) -> Readings:
    """Vehicles at moments of ten minutes; of even numbers due."""
    number = np.repeat(np.arange(vehicles), moments)
    columns = np.zeros((vehicles * moments, 7))
    columns[:, 0] = np.tile(600.0 * np.arange(moments), vehicles)
    columns[:, 3] = 90.0
    due = number % 2 == 0
    return Readings(np.char.add("VHC", number.astype(str)), columns, due, due, "0" * 64)


def test_a_lake_is_split_by_vehicle_and_by_time() -> None:
    """No vehicle and no moment is on both sides; about a quarter of the vehicles is kept apart."""
    learnt, kept = fleet.split(made(200, 30))
    assert not set(learnt.device) & set(kept.device)
    assert learnt.columns[:, 0].max() < kept.columns[:, 0].min()
    assert 30 < kept.vehicles < 70


def test_a_vehicle_stays_on_its_side_when_there_are_more() -> None:
    """So a model that is trained again is judged by the same."""
    _, few = fleet.split(made(100, 3))
    _, many = fleet.split(made(200, 3))
    assert set(few.device) <= set(many.device)


def test_a_lake_of_one_vehicle_is_refused() -> None:
    """With how to make a larger one."""
    with pytest.raises(ModelError, match=r"history has 1 vehicles: too few.*factory backfill"):
        fleet.data_of_lake(made(1, 30), "history")


def test_the_model_for_up_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it lies in the cache; a spoilt one is made anew."""
    played: list[int] = []

    def play(*_: object) -> fleet.FleetData:
        played.append(1)
        return data()

    monkeypatch.setattr("factory.training.cache.data_by_recipe", play)
    monkeypatch.setattr("factory.training.cache.QUICK_SETTINGS", FAST)
    first = fleet_model_for_up(tmp_path)
    assert fleet_model_for_up(tmp_path) == first
    assert len(played) == 1
    (first / "model.skops").write_bytes(b"spoilt")
    assert load(fleet_model_for_up(tmp_path)).card.name == "fleet"
    assert len(played) == 2
    monkeypatch.setattr("factory.training.cache.QUICK_SETTINGS", Settings(trees=21, readings_in_leaf=30))
    assert fleet_model_for_up(tmp_path) != first


def test_drafts_of_killed_trainings_are_removed(tmp_path: Path) -> None:
    """One of yesterday is nobody's any more; one of an hour ago may still be written, and models are no drafts."""
    day_s = 86_400
    for name, age_s in ((".fleet-dead", day_s + 60), (".plant-alive", 3600), ("fleet-0123", 30 * day_s)):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (time.time() - age_s,) * 2)

    made = made_once("plant", ["a"], read=lambda _path: None, make=Path.mkdir, cache=tmp_path)

    assert {one.name for one in tmp_path.iterdir()} == {".plant-alive", "fleet-0123", made.name}


def test_the_cache_is_where_the_desktop_standard_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """XDG Base Directory Specification: $XDG_CACHE_HOME, else ~/.cache."""
    from factory.training.cache import default_cache

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == tmp_path / "smart-factory/models"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/somebody")
    assert default_cache() == Path("/home/somebody/.cache/smart-factory/models")
