"""How components wear out: lives, damage under load, and what of it shows."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats

LOAD_EXPONENTS = (0, 1, 2, 3)
"""Exponents of the load that components may have; ISO 281:2007, 7.2 gives 3 for ball bearings."""

DEGRADATION_RATE = 3.0
"""How much faster degradation shows at the end of life than at its beginning: a factor of e³ = 20."""

GROWTH_STD = 0.6
"""Standard deviation of the logarithm of a day's wear by the usual [1]: dirt, lubrication, temperature."""


def weibull_life(uniform: Floats, life_h: Floats, shape: Floats) -> Floats:
    """Lives of components, by inversion of the Weibull distribution.

    Weibull, "A statistical distribution function of wide applicability", J. Appl. Mech. 18 (1951)::

        L = η · (-ln(1 - u))^(1/β)

    Args:
        uniform: u, random numbers in [0, 1).
        life_h: η, characteristic life: 63 % have failed by then [h].
        shape: β [1].

    Returns:
        Lives [h]; never shorter than a hundredth of the characteristic life, as a new part has been tested.

    Example:
        >>> one = np.ones(1)
        >>> print(weibull_life(one - np.exp(-1.0), 1000 * one, 1.5 * one).round(3))
        [1000.]
    """
    scaled: Floats = (-np.log1p(-uniform)) ** (1.0 / shape)
    return np.maximum(scaled, 0.01) * life_h


def stress(speed: Floats, torque: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """How fast components wear by what they do at rated load and speed, for each of `LOAD_EXPONENTS`.

    Basic rating life (ISO 281:2007): a life in revolutions that falls with a power of the load, so the damage of a
    time goes with the revolutions in it and that power (Palmgren 1924, Miner 1945: damages add up)::

        s_p = (n / n_rated) · (M / M_rated)^p

    Args:
        speed: n, speed by rated speed [1].
        torque: M, torque by rated torque, which stands for the load [1].

    Returns:
        Stress for p = 0, 1, 2, 3 [1].

    Example:
        >>> print([float(one[0]) for one in stress(np.array([1.0]), np.array([0.5]))])  # half the load: an eighth
        [1.0, 0.5, 0.25, 0.125]
    """
    linear = speed * torque
    square = linear * torque
    return speed, linear, square, square * torque


def growth(normal: Floats) -> Floats:
    """How fast a component wears on a day, by how fast it usually does.

    Log-normal with mean 1; a day is as long as lubrication, dirt and cooling stay alike. Stochastic growth makes two
    components of the same life arrive by different ways (van Noortwijk, "A survey of the application of gamma
    processes in maintenance", Reliab. Eng. Syst. Saf. 94, 2009, reviews why it must not be left out).

    Args:
        normal: standard normal random numbers.

    Example:
        >>> print(growth(np.array([0.0])).round(3))  # exp(-0.6² / 2)
        [0.835]
    """
    grown: Floats = np.exp(GROWTH_STD * normal - GROWTH_STD**2 / 2)
    return grown


def degradation(damage: Floats, rate: float = DEGRADATION_RATE) -> Floats:
    """How much of a worn component shows in the signals at a share of its life.

    Degradation signals of bearings grow exponentially: Gebraeel, Lawley, Li and Ryan, "Residual-life distributions
    from component degradation signals: a Bayesian approach", IIE Transactions 37 (2005),
    doi:10.1080/07408170590929018; normalised to 0 when new and 1 at the end of life::

        d(D) = (exp(r·D) - 1) / (exp(r) - 1)

    Args:
        damage: D, used share of life [1].
        rate: r; larger values show less at first and more in the end.

    Returns:
        Degradation [1]; no more than 1.

    Example:
        >>> print(degradation(np.array([0.0, 0.5, 1.0])).round(3))
        [0.    0.182 1.   ]
    """
    scaled: Floats = np.expm1(rate * np.minimum(damage, 1.0)) / np.expm1(rate)
    return scaled
