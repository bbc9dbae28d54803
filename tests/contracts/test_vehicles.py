"""Data sheets of vehicles."""

from __future__ import annotations

import pytest

from contracts.errors import UsageError
from contracts.nameplates import NAMEPLATES
from contracts.topics import topic
from contracts.vehicles import FLEET_LINE, VEHICLES, vehicle_sheet


def test_no_vehicle_is_called_as_a_machine_is() -> None:
    """By its model a device is one or the other."""
    assert set(VEHICLES).isdisjoint(NAMEPLATES)


def test_the_fleets_line_is_a_level_of_a_topic() -> None:
    """By which rules know whose message it is."""
    assert topic("plant1", FLEET_LINE, "VHC001") == "factory/plant1/fleet/VHC001/telemetry"


@pytest.mark.parametrize("model", VEHICLES)
def test_data_are_those_of_such_vehicles(model: str) -> None:
    """A thermostat opens at 82 to 90 °C and below the limit; heavier ones have more power; the load can be carried."""
    sheet = vehicle_sheet(model)

    assert 82 <= sheet.thermostat_opens_c <= 90
    assert sheet.thermostat_opens_c < sheet.thermostat_open_c < sheet.coolant_limit_c
    assert 5 < 1000 * sheet.rated_power_kw / (sheet.empty_mass_kg + sheet.payload_kg) < 40  # [W/kg]


def test_another_model_is_refused() -> None:
    """With the models that there are."""
    with pytest.raises(UsageError, match="'bus' is not a vehicle model"):
        vehicle_sheet("bus")
