"""Heat of a bearing housing: one lump, one time constant.

The housing is a body of one temperature that stores heat, takes in a share of the electrical power as loss and gives
it to the hall's air: the lumped capacitance of Incropera, DeWitt, Bergman and Lavine, "Fundamentals of Heat and Mass
Transfer", 6th ed. 2007, section 5.3. In terms of the rise θ over the air::

    τ dθ/dt = θ∞ - θ,      θ∞ = θ_rated · P / P_rated
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats


def steady_rise(power_kw: Floats, rated_input_kw: Floats, rated_rise_k: Floats) -> Floats:
    """Temperature rise that a power leads to, in the end.

    Args:
        power_kw: electrical power taken in [kW].
        rated_input_kw: electrical power at rated load [kW].
        rated_rise_k: steady rise at that power [K].

    Returns:
        Steady rise over the hall's air [K].

    Example:
        >>> float(steady_rise(np.array([20.0]), np.array([40.0]), np.array([38.0]))[0])
        19.0
    """
    return rated_rise_k * power_kw / rated_input_kw


def rise_step(rise_k: Floats, steady_rise_k: Floats, elapsed_s: float, time_constant_s: Floats) -> Floats:
    """Temperature rise of a housing after one time step.

    The exact solution for a power that is constant within the step, so that it is stable for any step::

        θ(t + Δt) = θ∞ + (θ(t) - θ∞) · exp(-Δt / τ)

    Args:
        rise_k: rise over the hall's air before the step [K].
        steady_rise_k: rise that the present power leads to [K].
        elapsed_s: length of the step [s].
        time_constant_s: time to 63 % of a step [s]; larger values warm more slowly.

    Returns:
        Rise after the step [K].

    Example:
        >>> cold, warm = np.array([0.0]), np.array([40.0])
        >>> print(rise_step(cold, warm, 1200.0, np.array([1200.0])).round(2))  # 40 K · (1 - 1/e)
        [25.28]
    """
    return steady_rise_k + (rise_k - steady_rise_k) * np.exp(-elapsed_s / time_constant_s)
