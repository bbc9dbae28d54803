"""What of a reading the model sees."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.telemetry import VehicleTelemetry
from maintenance.fleet_model.features import READING_FIELDS, features, solar_hour_h, unix_s


def test_noon_at_greenwich_is_twelve() -> None:
    """And 75° further east it is five hours later."""
    noon = np.array([datetime(2026, 3, 20, 12, tzinfo=UTC).timestamp()])
    assert solar_hour_h(noon, np.array([0.0])).tolist() == [12.0]
    assert solar_hour_h(noon, np.array([75.0])).tolist() == [17.0]
    assert solar_hour_h(noon, np.array([-180.0])).tolist() == [0.0]
    assert solar_hour_h(np.array([0.0]), np.array([-1e-300])).tolist() == [0.0]


@given(st.floats(0, 4e9), st.floats(-180, 180))
def test_an_hour_is_within_a_day(moment_s: float, longitude: float) -> None:
    """Wherever and whenever."""
    hour = float(solar_hour_h(np.array([moment_s]), np.array([longitude]))[0])
    assert 0 <= hour < 24


def test_fields_are_those_of_the_telemetry_with_its_ranges() -> None:
    """What the broker lets through the model does not refuse, and the other way round."""
    for field in READING_FIELDS[1:]:
        limits = {type(one).__name__: one for one in VehicleTelemetry.model_fields[field.name].metadata}
        assert (field.minimum, field.maximum) == (limits["Ge"].ge, limits["Le"].le)


def test_only_temperature_speed_and_hour_are_seen() -> None:
    """Where fuel, latitude and odometer differ, the model sees the same."""
    one = [1.0e9, 50.0, 80.0, 91.0, 12.0, 80.0, 1000.0]
    other = [1.0e9, 50.0, 10.0, 91.0, 13.0, 80.0, 9999.0]
    assert features(np.array([one, other])).tolist()[0] == features(np.array([other])).tolist()[0]


@pytest.mark.parametrize("told", ["", "yesterday", "2026-01-02T03:04:05", 5, None])
def test_what_is_no_moment_with_a_zone_is_refused(told: object) -> None:
    """A reading without a zone could be of any hour."""
    with pytest.raises(ValueError, match=r"."):
        unix_s(told)
