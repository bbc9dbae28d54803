"""From readings to features: hours of a machine, and how it has been over hours, days and weeks.

Readings → `windows.summarise` (an hour as numbers) → `trends.Trends` (features at the end of an hour). `history` does
it for a year of a plant at once; a running plant is given to the same functions hour by hour.
"""

from maintenance.features.history import PlantFeatures, PlantHours, plant_features, plant_hours
from maintenance.features.normal import NormalBehaviour, fit_normal
from maintenance.features.readings import Readings, by_machine, in_order, thinned
from maintenance.features.trends import FEATURE_PLACE, FEATURES, Trends
from maintenance.features.windows import COLUMNS, Column, summarise

__all__ = [
    "COLUMNS",
    "FEATURES",
    "FEATURE_PLACE",
    "Column",
    "NormalBehaviour",
    "PlantFeatures",
    "PlantHours",
    "Readings",
    "Trends",
    "by_machine",
    "fit_normal",
    "in_order",
    "plant_features",
    "plant_hours",
    "summarise",
    "thinned",
]
