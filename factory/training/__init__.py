"""What models are trained on here: histories by recipe, their split, and the model that `factory up` needs."""

from factory.training.cache import QUICK_SETTINGS, fleet_model_for_up
from factory.training.fleet import FleetData, data_by_recipe, data_of_lake, judge, judged_parts, train_fleet_model
from factory.training.histories import (
    EVALUATION,
    QUICK_EVALUATION,
    QUICK_TRAINING,
    TRAINING,
    FleetHistory,
    play,
    readings_of,
)

__all__ = [
    "EVALUATION",
    "QUICK_EVALUATION",
    "QUICK_SETTINGS",
    "QUICK_TRAINING",
    "TRAINING",
    "FleetData",
    "FleetHistory",
    "data_by_recipe",
    "data_of_lake",
    "fleet_model_for_up",
    "judge",
    "judged_parts",
    "play",
    "readings_of",
    "train_fleet_model",
]
