"""The four questions on machines: is maintenance needed, is it anomalous, which fault is it, how long does it last?

`source` reads a history with its truth from the lake, `prepared` makes features and answers of it, a module a question
trains and scores, each beside a plain baseline; `bundle` keeps them together, and `online` answers for a running plant.
"""

from maintenance.plant_models.bundle import NAMES, QUESTIONS, PlantModels, Sets, load_models
from maintenance.plant_models.online import PlantScorer, PlantVerdict
from maintenance.plant_models.source import History, read_history

__all__ = [
    "NAMES",
    "QUESTIONS",
    "History",
    "PlantModels",
    "PlantScorer",
    "PlantVerdict",
    "Sets",
    "load_models",
    "read_history",
]
