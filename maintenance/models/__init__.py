"""Models as files: what is kept of a trained model, how it is read without risk, and where it goes.

An artifact is a directory with two files: `model.skops`, the estimators, and `card.json`, everything that people and
programs need to know of them. Its version is the digest of both, so the same data, seed and code give the same version,
and whoever reads it notices a changed byte. No pickle is read or written: skops builds only types that stand in a list.
"""

from maintenance.models.artifact import CARD_FILE, MODEL_FILE, Artifact, load, read_card, save
from maintenance.models.card import Feature, Metric, ModelCard, Question, TrainedOn
from maintenance.models.provenance import code_version, library_versions, other_libraries

__all__ = [
    "CARD_FILE",
    "MODEL_FILE",
    "Artifact",
    "Feature",
    "Metric",
    "ModelCard",
    "Question",
    "TrainedOn",
    "code_version",
    "library_versions",
    "load",
    "other_libraries",
    "read_card",
    "save",
]
