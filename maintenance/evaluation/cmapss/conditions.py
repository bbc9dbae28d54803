"""Taking the operating conditions out of the sensors, so that what is left tells of wear.

In two of the sets engines fly at six altitudes and speeds, which move the sensors far more than wear does. The
conditions are found by clustering the settings of the training engines; each sensor is then told relative to its mean
under that condition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from maintenance.evaluation.cmapss.data import Engine, Floats

_MOST_CONDITIONS = 8
_CLEAR_SILHOUETTE = 0.9
"""Clusters that are conditions lie this clearly apart; noise around one condition gives about a half."""
_LOOKED_AT = 2000
"""Rows that are clustered: the silhouette needs all distances between them."""
_LEAST_SPREAD = 1e-7
"""A sensor that varies less than this part of its mean is constant but for rounding."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the training engines tell of conditions.

    Attributes:
        centers: settings of each condition, scaled, shape [conditions, 3].
        setting_spans: by which settings are scaled [their units].
        means: of each sensor under each condition, shape [conditions, sensors].
        spreads: standard deviations, alike.
        used: which sensors vary under every condition.
    """

    centers: Floats
    setting_spans: Floats
    means: Floats
    spreads: Floats
    used: NDArray[np.bool_]

    def normalised(self, engine: Engine) -> Floats:
        """Sensors relative to what is usual in their condition [standard deviations], shape [flights, used sensors]."""
        condition = _nearest(engine.settings / self.setting_spans, self.centers)
        relative = engine.sensors[:, self.used] - self.means[condition][:, self.used]
        return relative / self.spreads[condition][:, self.used]


def learn_conditions(engines: tuple[Engine, ...], seed: int) -> Conditions:
    """Conditions, and the sensors under them, from training engines alone.

    Args:
        engines: of the training set.
        seed: of the clustering.
    """
    settings = np.concatenate([engine.settings for engine in engines])
    sensors = np.concatenate([engine.sensors for engine in engines])
    spans = np.ptp(settings, axis=0)
    spans[spans == 0] = 1.0
    centers = _centers(settings / spans, seed)
    condition = _nearest(settings / spans, centers)
    under = [sensors[condition == number] for number in range(len(centers))]
    means = np.array([rows.mean(axis=0) for rows in under])
    spreads = np.array([rows.std(axis=0) for rows in under])
    used = np.all(spreads > _LEAST_SPREAD * np.abs(means), axis=0)
    return Conditions(centers, spans, means, spreads, used)


def _centers(settings: Floats, seed: int) -> Floats:
    """Centers of as many clusters as lie most clearly apart; one, if none do."""
    best, centers = _CLEAR_SILHOUETTE, settings.mean(axis=0, keepdims=True)
    looked_at = settings[np.random.default_rng(seed).permutation(len(settings))[:_LOOKED_AT]]
    different = len(np.unique(looked_at, axis=0))
    for count in range(2, min(_MOST_CONDITIONS, different - 1) + 1):
        clusters = KMeans(count, n_init=3, random_state=seed).fit(looked_at)
        clearness = silhouette_score(looked_at, clusters.labels_)
        if clearness > best:
            best, centers = clearness, clusters.cluster_centers_
    return np.asarray(centers, dtype=np.float64)


def _nearest(settings: Floats, centers: Floats) -> NDArray[np.intp]:
    distances = ((settings[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2)
    nearest: NDArray[np.intp] = np.argmin(distances, axis=1)
    return nearest
