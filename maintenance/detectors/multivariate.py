"""Whether several signals together are as they use to be: PCA with T² and Q, smoothed over time.

Readings are standardised by what was normal, bounded, and smoothed exponentially, so that a small shift that stays is
seen and a single odd reading is not (Lowry, Woodall, Champ, Rigdon, "A multivariate exponentially weighted moving
average control chart", Technometrics 34, 1992). Of the smoothed readings, T² measures how far they go along the
directions in which normal readings vary, and Q how far they leave these directions (Jackson and Mudholkar, "Control
procedures for residuals associated with principal component analysis", Technometrics 21, 1979). Both in one number,
each by its own limit: Yue and Qin, "Reconstruction-based fault identification using a combined index", Ind. Eng. Chem.
Res. 40, 2001. Other than there, Q counts each direction by its own spread: otherwise the noisiest of the directions
that are left hides the relations that hold most exactly.

The limits are not those of the normal distribution, which readings of machines do not follow: they come from blocks of
the normal readings, each scored by a model that has not seen it. So they hold for readings that hang together in time,
too.

`fit` gives an immutable model; `score` is a function of model, readings and what it remembers, with NumPy alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LEAST_VARIANCE = 1e-3
"""Least variance of a direction, as a part of the mean variance [1]."""


@dataclass(frozen=True, slots=True)
class MultivariateSettings:
    """How a detector is made.

    Attributes:
        smoothing: weight of the newest reading [1]; 1 judges each reading alone.
        bound: standardised readings are cut to plus and minus this [standard deviations], so that the memory of a large
            excursion ends soon after it.
        explained: share of the variance that the directions of T² have to explain [1].
        false_alarm_share: share of normal readings above the limit [1].
        blocks: into how many stretches of time normal readings are cut to find the limits.
    """

    smoothing: float = 0.2
    bound: float = 10.0
    explained: float = 0.9
    false_alarm_share: float = 0.01
    blocks: int = 5


@dataclass(frozen=True, slots=True)
class MultivariateModel:
    """What is normal.

    Attributes:
        center: mean of each signal [its unit], shape [signals].
        scale: standard deviation of each signal [its unit]; infinite for one that never moved, which is left out.
        smoothing: weight of the newest reading [1].
        bound: where standardised readings are cut [standard deviations].
        t2_root: smoothed reading times this, squared and added up, is T²; shape [signals, signals].
        q_root: the same for Q.
        t2_limit: what normal readings hardly exceed.
        q_limit: the same for Q.
        limit: the same for T² by its limit plus Q by its limit.
    """

    center: Floats
    scale: Floats
    smoothing: float
    bound: float
    t2_root: Floats
    q_root: Floats
    t2_limit: float
    q_limit: float
    limit: float


@dataclass(frozen=True, slots=True)
class MultivariateScores:
    """What the detector says of readings.

    Attributes:
        index: how far from normal, shape [readings]; above 1 is an anomaly.
        contributions: parts of the index by signal, which add up to it, shape [readings, signals] (complete
            decomposition: Alcala and Qin, "Reconstruction-based contribution", Automatica 45, 2009).
        memory: the last smoothed reading, to go on with.
    """

    index: Floats
    contributions: Floats
    memory: Floats


def fit(values: Floats, settings: MultivariateSettings | None = None) -> MultivariateModel:
    """What is normal, from readings of a time in which all was well.

    Args:
        values: readings in their order, shape [readings, signals]; NaN where a sensor said nothing.
        settings: how the detector is made.

    Raises:
        ValueError: there are fewer than four readings a block.

    Example:
        >>> normal = np.random.default_rng(1).normal(size=(400, 3))
        >>> model = fit(normal)
        >>> float(np.mean(score(model, normal).index > 1)) < 0.05
        True
    """
    chosen = settings or MultivariateSettings()
    readings = np.asarray(values, dtype=np.float64)
    if len(readings) < 4 * chosen.blocks:
        raise ValueError(
            f"{len(readings)} readings are too few: {4 * chosen.blocks} are needed for {chosen.blocks} blocks"
        )
    t2, q = _of_unseen_blocks(readings, chosen)
    t2_limit, q_limit = _limit(t2, chosen), _limit(q, chosen)
    limit = _limit(t2 / t2_limit + q / q_limit, chosen)
    return _unlimited(readings, chosen, t2_limit, q_limit, limit)


def score(model: MultivariateModel, values: Floats, memory: Floats | None = None) -> MultivariateScores:
    """How far readings are from normal, in one pass.

    Args:
        model: what is normal.
        values: readings in their order, shape [readings, signals]; NaN where a sensor said nothing.
        memory: that of the readings before; without it as if all had been normal so far.

    Example:
        Readings may come one by one; it makes no difference.

        >>> normal = np.random.default_rng(1).normal(size=(400, 3))
        >>> model, together = fit(normal[:300]), []
        >>> memory = None
        >>> for reading in normal[300:]:
        ...     scores = score(model, reading[None, :], memory)
        ...     memory = scores.memory
        ...     together.append(scores.index[0])
        >>> bool(np.allclose(together, score(model, normal[300:]).index))
        True
    """
    smoothed = _smoothed(model, np.asarray(values, dtype=np.float64), memory)
    weight = model.limit
    contributions = (smoothed @ model.t2_root) ** 2 / (model.t2_limit * weight)
    contributions += (smoothed @ model.q_root) ** 2 / (model.q_limit * weight)
    last = smoothed[-1] if len(smoothed) else (np.zeros_like(model.center) if memory is None else memory)
    return MultivariateScores(contributions.sum(axis=1), contributions, last)


def _unlimited(
    readings: Floats, settings: MultivariateSettings, t2_limit: float = 1.0, q_limit: float = 1.0, limit: float = 1.0
) -> MultivariateModel:
    """A model of readings with the limits given."""
    told = np.maximum(np.isfinite(readings).sum(axis=0), 1)
    center = np.nansum(readings, axis=0) / told
    spread = np.sqrt(np.nansum((readings - center) ** 2, axis=0) / told)
    scale = np.where(spread > 1e-9 * np.maximum(np.abs(center), 1e-300), spread, np.inf)
    blank = np.zeros((len(center), len(center)))
    model = MultivariateModel(center, scale, settings.smoothing, settings.bound, blank, blank, t2_limit, q_limit, limit)
    smoothed = _smoothed(model, readings, None)
    t2_root, q_root = _roots(smoothed.T @ smoothed / len(smoothed), settings.explained)
    return MultivariateModel(
        center, scale, settings.smoothing, settings.bound, t2_root, q_root, t2_limit, q_limit, limit
    )


def _roots(covariance: Floats, explained: float) -> tuple[Floats, Floats]:
    """Symmetric roots of the matrices of T² and Q."""
    variances, directions = np.linalg.eigh(covariance)
    variances, directions = np.maximum(variances[::-1], 0.0), directions[:, ::-1]
    total = variances.sum()
    kept = int(np.searchsorted(np.cumsum(variances), explained * total)) + 1 if total > 0 else 0
    # The floor keeps the root of a direction finite in which normal readings did not vary at all.
    floor = _LEAST_VARIANCE * max(total / len(variances), 1e-300)
    weighted = directions / np.sqrt(np.maximum(variances, floor))
    return weighted[:, :kept] @ directions[:, :kept].T, weighted[:, kept:] @ directions[:, kept:].T


def _smoothed(model: MultivariateModel, readings: Floats, memory: Floats | None) -> Floats:
    """Standardised, bounded and exponentially smoothed readings; a silent signal stays where it was."""
    standardised = np.clip((readings - model.center) / model.scale, -model.bound, model.bound)
    state = np.zeros(len(model.center)) if memory is None else memory
    smoothed = np.empty_like(standardised)
    for row, reading in enumerate(standardised):
        state = state + model.smoothing * np.nan_to_num(reading - state)
        smoothed[row] = state
    return smoothed


def _of_unseen_blocks(readings: Floats, settings: MultivariateSettings) -> tuple[Floats, Floats]:
    """T² and Q of each reading by a model that has not seen its block."""
    t2, q = [], []
    edges = np.linspace(0, len(readings), settings.blocks + 1).astype(int)
    for begin, end in pairwise(edges):
        model = _unlimited(np.concatenate([readings[:begin], readings[end:]]), settings)
        smoothed = _smoothed(model, readings[begin:end], None)
        t2.append(((smoothed @ model.t2_root) ** 2).sum(axis=1))
        q.append(((smoothed @ model.q_root) ** 2).sum(axis=1))
    return np.concatenate(t2), np.concatenate(q)


def _limit(statistic: Floats, settings: MultivariateSettings) -> float:
    """What all but the agreed share of normal readings stay below; never 0."""
    return max(float(np.quantile(statistic, 1.0 - settings.false_alarm_share)), 1e-12)
