"""Electrical power, against hand calculation."""

from __future__ import annotations

import numpy as np
import pytest

from contracts.nameplates import NAMEPLATES, Nameplate
from simulator.physics import electrical_power, torque_fraction


@pytest.mark.parametrize("plate", NAMEPLATES.values(), ids=lambda plate: plate.model)
@pytest.mark.parametrize("fixed_share", [0.0, 0.4, 1.0])
def test_rated_load_takes_rated_power(plate: Nameplate, fixed_share: float) -> None:
    """At rated torque and speed a machine takes what its nameplate says, however its losses are split."""
    one = np.ones(1)
    power = electrical_power(one, one, plate.rated_power_kw * one, plate.efficiency * one, fixed_share * one)

    assert power == pytest.approx([plate.rated_power_kw / plate.efficiency])


def test_part_load_of_the_compressor() -> None:
    """Half throughput of a modulated compressor takes well over half the power."""
    # Torque 0.25 + 0.75 · 0.5 = 0.625; speed (3000 - 30 · 0.625) / 2970 = 1.003788; losses at rated load
    # 55 · (1/0.91 - 1) = 5.43956 kW. P = 55 · 0.625 · 1.003788 + 5.43956 · (0.4 + 0.6 · 0.390625)
    #   = 34.50521 + 3.45072 = 37.95593 kW, 63 % of 60.44 kW.
    torque = torque_fraction(np.array([0.5]), np.array([0.25]))
    power = electrical_power(torque, np.array([1.003788]), np.array([55.0]), np.array([0.91]), np.array([0.4]))

    assert power == pytest.approx([37.95593], abs=1e-4)


def test_standing_machine_takes_its_fixed_losses() -> None:
    """A spindle that stands still without torque takes control, coolant and fans only."""
    # 15 · (1/0.84 - 1) = 2.857143 kW of losses, 60 % of them fixed: 1.714286 kW.
    power = electrical_power(np.zeros(1), np.zeros(1), np.array([15.0]), np.array([0.84]), np.array([0.6]))

    assert power == pytest.approx([1.714286], abs=1e-6)


def test_low_voltage_costs_copper_losses() -> None:
    """At 80 % of the voltage, copper losses grow by 1/0.8² at the same torque."""
    # Losses at rated load 30 · (1/0.9 - 1) = 3.333333 kW, 60 % of them copper: 2 kW / 0.64 = 3.125 kW; fixed 1.333333.
    one = np.ones(1)
    power = electrical_power(one, one, 30 * one, 0.9 * one, 0.4 * one, 0.8 * one)

    assert power == pytest.approx([30 + 3.125 + 1.333333], abs=1e-5)
