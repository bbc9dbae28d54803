"""Nameplates hold together physically."""

from __future__ import annotations

import pytest

from contracts.errors import UsageError
from contracts.nameplates import NAMEPLATES, Nameplate, nameplate


@pytest.mark.parametrize("plate", NAMEPLATES.values(), ids=NAMEPLATES)
def test_a_healthy_machine_stays_below_its_limit(plate: Nameplate) -> None:
    """At rated load in a hall of 35 °C a new machine stays below its limit, and in ISO 20816-3 zone A or B."""
    assert 35 + plate.temperature_rise_k < plate.temperature_limit_c
    # ISO 20816-3: zone boundary B/C on rigid foundations is 4.5 mm/s for group 1 and 2.8 mm/s for group 2.
    assert plate.vibration_new_mm_s < {1: 4.5, 2: 2.8}[plate.iso_20816_group]


def test_input_power_is_more_than_output() -> None:
    """Rated input is rated output by efficiency: 30 kW / 0.90 = 33.3 kW for the pump."""
    assert nameplate("centrifugal_pump").rated_input_kw == pytest.approx(33.333, abs=1e-3)


def test_an_unknown_model_is_answered_with_the_known_ones() -> None:
    """The sentence names the wrong model and the right ones."""
    with pytest.raises(UsageError, match=r"'mill'.*cnc_mill"):
        nameplate("mill")
