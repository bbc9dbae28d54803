"""Features to verdicts: label, probability, and which signals moved it by how much.

A signal's contribution is the change of the log-odds when it is replaced by its reference, the value of a healthy one,
and the others stay: the difference of evidence of Robnik-Šikonja and Kononenko, "Explaining classifications for
individual instances", IEEE Trans. Knowl. Data Eng. 20 (2008), p. 589, doi:10.1109/TKDE.2007.190734. It is exact for the
model as it is, and contributions of signals that act together need not sum up.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from maintenance.errors import ModelError
from maintenance.models import Artifact

Floats = NDArray[np.float64]
Verdict = dict[str, Any]

POSITIVE, NEGATIVE = "POSITIVE", "NEGATIVE"
TOP = 3
_LEAST = 1e-9
"""Probabilities are kept so far from 0 and 1: their log-odds stay finite."""


class Scorer:
    """A model that answers.

    Args:
        artifact: a classifier with its card.

    Raises:
        ModelError: it is no classifier, or for other features than its card says.
    """

    def __init__(self, artifact: Artifact) -> None:
        self.card, self._model = artifact.card, artifact.model
        if not hasattr(self._model, "predict_proba"):
            raise ModelError(
                f"The model {self.card.name} ({self.card.question}) is no classifier: {type(self._model).__name__}.",
                remedy="This server answers with classes and their probabilities.",
            )
        takes = getattr(self._model, "n_features_in_", len(self.card.features))
        if takes != len(self.card.features):
            raise ModelError(
                f"The model {self.card.name} takes {takes} features; its card has {len(self.card.features)}."
            )
        self._classes = [_label(one) for one in self._model.classes_]
        self._binary = len(self._classes) == 2 and self.card.question in ("maintenance_needed", "anomalous")
        # A batch is too small to share among cores, and handing it to threads takes longer than the work.
        self._threads = ThreadpoolController()

    @property
    def labels(self) -> list[str]:
        """What it may answer."""
        return [NEGATIVE, POSITIVE] if self._binary else self._classes

    def warm_up(self) -> None:
        """Answer once for nobody, so that the first request does not pay for what is only done once."""
        self.verdicts(np.array([[one.reference or 0.0 for one in self.card.features]]))

    def verdicts(self, features: Floats) -> list[Verdict]:
        """A verdict a row.

        Args:
            features: columns as in the card, shape (N, K).
        """
        if not len(features):
            return []
        explained = [number for number, one in enumerate(self.card.features) if one.reference is not None]
        probabilities = self._probabilities(self._with_replaced(features, explained)).reshape(
            1 + len(explained), len(features), -1
        )
        chosen = self._chosen(probabilities[0])
        odds = _log_odds(np.take_along_axis(probabilities, chosen[None, :, None], axis=2)[:, :, 0])
        names = [self.card.features[number].name for number in explained]
        told = probabilities[0][np.arange(len(features)), chosen]
        explanations = _explanations(odds[0] - odds[1:], names)
        return [self._verdict(*row) for row in zip(chosen.tolist(), told.tolist(), explanations, strict=True)]

    def _with_replaced(self, features: Floats, explained: list[int]) -> Floats:
        """The rows, and below them the same with one feature after the other at its reference."""
        blocks = [features]
        for number in explained:
            block = features.copy()
            block[:, number] = self.card.features[number].reference
            blocks.append(block)
        return np.concatenate(blocks)

    def _probabilities(self, rows: Floats) -> Floats:
        with self._threads.limit(limits=1):
            told: Floats = self._model.predict_proba(rows)
        return told

    def _chosen(self, probabilities: Floats) -> NDArray[np.int64]:
        """Class whose probability is told: of two, the positive one, whatever the verdict; else the most probable."""
        if self._binary:
            return np.ones(len(probabilities), dtype=np.int64)
        most: NDArray[np.int64] = probabilities.argmax(axis=1)
        return most

    def _verdict(self, chosen: int, probability: float, explanation: list[dict[str, Any]]) -> Verdict:
        positive = POSITIVE if probability >= self.card.threshold else NEGATIVE
        return {
            "prediction": positive if self._binary else self._classes[chosen],
            "probability": round(probability, 6),
            "explanation": explanation,
            "model": self.card.name,
            "version": self.card.short_version,
        }


def _explanations(contributions: Floats, names: list[str]) -> list[list[dict[str, Any]]]:
    """The largest contributions of each row, by name.

    Args:
        contributions: shape (K, N).
        names: of the K features.
    """
    order = np.argsort(-np.abs(contributions), axis=0, kind="stable")[:TOP].T
    values = np.take_along_axis(contributions.T, order, axis=1).round(4)
    return [
        [{"signal": names[number], "contribution": value} for number, value in zip(numbers, row, strict=True)]
        for numbers, row in zip(order.tolist(), values.tolist(), strict=True)
    ]


def _log_odds(probability: Floats) -> Floats:
    kept = np.clip(probability, _LEAST, 1 - _LEAST)
    odds: Floats = np.log(kept) - np.log1p(-kept)
    return odds


def _label(value: Any) -> str:
    return str(value.item() if isinstance(value, np.generic) else value)
