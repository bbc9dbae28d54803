"""The fleet's model: does this vehicle need maintenance, judged by one reading of the six signals of its sentence.

`readings` brings telemetry and truth together, `features` says what of a reading the model sees, `training` learns,
`evaluation` measures on vehicles never seen, and `card` writes down what came out.
"""

from contracts.models import FLEET_MODEL
from maintenance.fleet_model.card import fleet_card
from maintenance.fleet_model.evaluation import Evaluation, evaluate
from maintenance.fleet_model.readings import Readings, join, read_history
from maintenance.fleet_model.training import Settings, train

__all__ = [
    "FLEET_MODEL",
    "Evaluation",
    "Readings",
    "Settings",
    "evaluate",
    "fleet_card",
    "join",
    "read_history",
    "train",
]
