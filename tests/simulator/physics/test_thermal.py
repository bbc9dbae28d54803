"""Heat of a bearing housing, against hand calculation."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.physics import steady_rise


def test_steady_rise_is_proportional_to_power() -> None:
    """Half the rated power gives half the rated rise."""
    # The pump: 38 K at 33.333 kW. At 16.667 kW: 38 · 16.667 / 33.333 = 19.0 K.
    assert steady_rise(np.array([16.6667]), np.array([33.3333]), np.array([38.0])) == pytest.approx([19.0], abs=1e-3)


def test_lost_cooling_raises_it() -> None:
    """With half the heat carried off per kelvin the rise doubles."""
    assert steady_rise(np.array([10.0]), np.array([20.0]), np.array([30.0]), np.array([0.5])) == pytest.approx([30.0])
