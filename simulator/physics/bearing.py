"""How a rolling bearing wears out."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats

LIFE_EXPONENT = 3.0
"""Exponent of the life equation of ball bearings (ISO 281:2007, 7.2); roller bearings have 10/3."""

DEGRADATION_RATE = 3.0
"""How much faster degradation shows at the end of life than at its beginning: a factor of e³ = 20."""


def wear_rate(speed: Floats, force: Floats, rating_life_h: Floats) -> Floats:
    """Share of a bearing's life that is used up per hour.

    Basic rating life (ISO 281:2007): a life in revolutions that falls with the third power of the equivalent load. In
    terms of the life at rated load and speed::

        dw/dt = (n / n_rated) · (F / F_rated)³ / L

    Args:
        speed: speed by rated speed [1].
        force: equivalent bearing load by the rated one [1].
        rating_life_h: L, rating life at rated load and speed [h].

    Returns:
        Used share of life per hour [1/h].

    Example:
        >>> print(wear_rate(np.array([1.0]), np.array([0.5]), np.array([20000.0])) * 20000)  # half the load: an eighth
        [0.125]
    """
    return speed * force**LIFE_EXPONENT / rating_life_h


def degradation(wear: Floats, rate: float = DEGRADATION_RATE) -> Floats:
    """How much of a worn bearing's vibration shows at a share of its life.

    Degradation signals of bearings grow exponentially: Gebraeel, Lawley, Li and Ryan, "Residual-life distributions
    from component degradation signals: a Bayesian approach", IIE Transactions 37 (2005),
    doi:10.1080/07408170590929018; normalised to 0 when new and 1 at the end of life::

        d(w) = (exp(r·w) - 1) / (exp(r) - 1)

    Args:
        wear: w, used share of life [1].
        rate: r; larger values show less at first and more in the end.

    Returns:
        Degradation [1].

    Example:
        >>> print(degradation(np.array([0.0, 0.5, 1.0])).round(3))
        [0.    0.182 1.   ]
    """
    scaled: Floats = np.expm1(rate * wear) / np.expm1(rate)
    return scaled
