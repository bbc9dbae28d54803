"""Heat of a bearing housing: one lump, one time constant.

The housing is a body of one temperature that stores heat, takes in a share of the electrical power as loss and gives
it to the hall's air: the lumped capacitance of Incropera, DeWitt, Bergman and Lavine, "Fundamentals of Heat and Mass
Transfer", 6th ed. 2007, section 5.3. In terms of the rise θ over the air::

    τ dθ/dt = θ∞ - θ,      θ∞ = θ_rated · P / P_rated

How the rise follows is `simulator.physics.lag`'s matter.
"""

from __future__ import annotations

from simulator.arrays import Floats


def steady_rise(
    power_kw: Floats, rated_input_kw: Floats, rated_rise_k: Floats, cooling: Floats | float = 1.0
) -> Floats:
    """Temperature rise that a power leads to, in the end.

    The heat that a kelvin carries off is the housing's conductance; with half of it the rise doubles.

    Args:
        power_kw: electrical power taken in [kW].
        rated_input_kw: electrical power at rated load [kW].
        rated_rise_k: steady rise at that power [K].
        cooling: heat carried off per kelvin, by what it should be [1].

    Returns:
        Steady rise over the hall's air [K].

    Example:
        >>> import numpy as np
        >>> float(steady_rise(np.array([20.0]), np.array([40.0]), np.array([38.0]))[0])
        19.0
    """
    return rated_rise_k * power_kw / (rated_input_kw * cooling)
