"""Small plants with their models: played once, for all tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from factory.plant_training.recipe import Play, play
from factory.plant_training.sources import PlantData, sets_of
from factory.plant_training.training import Trained, train_plant
from maintenance.lake import open_lake
from maintenance.plant_models import QUESTIONS, History, PlantModels, load_models, read_history
from maintenance.plant_models.bundle import learn_normal, prepare_one

PLAYS = (
    Play("calm", 31, 16, 9, 600.0),
    Play("wear", 11, 16, 60, 1200.0),
    Play("faults", 51, 16, 16, 600.0),
    Play("calm", 41, 8, 5, 600.0),
    Play("wear", 21, 16, 60, 1200.0),
    Play("faults", 61, 8, 16, 600.0),
)
LEARNT = 3


@dataclass(frozen=True)
class SmallPlants:
    """Histories, and the models that came of the first of them."""

    histories: dict[str, History]
    data: PlantData
    trained: list[Trained]
    models: PlantModels
    directory: Path


@pytest.fixture(scope="session")
def plants(tmp_path_factory: pytest.TempPathFactory) -> SmallPlants:
    """Plays, reads, prepares, trains, saves and loads."""
    folder = tmp_path_factory.mktemp("plants")
    histories = {}
    for one in PLAYS:
        address = play(one, folder)
        open_lake(address).compact()
        histories[one.name] = read_history(address)
    normal = learn_normal([histories["calm-31"]])
    named = [(one.purpose, prepare_one(histories[one.name], normal, one.purpose)) for one in PLAYS]
    data = PlantData(normal, sets_of(named[:LEARNT]), sets_of(named[LEARNT:]), "Small plants.", (11, 31, 51), "several")
    trained = train_plant(data, QUESTIONS, folder / "models", trees=20)
    return SmallPlants(histories, data, trained, load_models(folder / "models"), folder / "models")
