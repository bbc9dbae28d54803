"""The card of the fleet's model."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maintenance.fleet_model import Readings, Settings, fleet_card


def test_what_is_usual_is_that_of_vehicles_that_need_nothing(make_readings: Callable[..., Readings]) -> None:
    """Twenty of forty stand at 90 °C and the others, which are due, at 110: explanations start from 90."""
    card = fleet_card(make_readings(hotter_k=20.0), Settings(), [], description="Forty.", seeds=[1], scenario="calm")
    references = {feature.name: feature.reference for feature in card.features}
    assert references["engine_temp_c"] == pytest.approx(90.0, abs=0.5)
    assert references["speed_kmph"] == pytest.approx(40.0, abs=4.0)  # uniform from 0 to 80
    assert (card.trained_on.rows, card.trained_on.devices, card.trained_on.seeds) == (1600, 40, (1,))
