"""The function's settings, there and back."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import pytest

from contracts.errors import SettingsError
from maintenance.fleet import settings as module
from maintenance.fleet.settings import FleetSettings, environment_of, settings_from, zone_of

SETTINGS = FleetSettings(
    "t", "v", "a", "arn", "e", "r", "d", "a@b.example, c@d.example", "Europe/Berlin", 95.125, 1234567.5
)


def test_there_and_back() -> None:
    """What is deployed is what the function reads."""
    assert SETTINGS == settings_from(environment_of(SETTINGS))
    assert ("a@b.example", "c@d.example") == SETTINGS.recipients


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FLEET_TABLE", "", "FLEET_TABLE is missing"),
        ("FLEET_THRESHOLD_C", "hot", "FLEET_THRESHOLD_C='hot' is not a number above 0"),
        ("FLEET_WINDOW_S", "-1", "FLEET_WINDOW_S='-1' is not a number above 0"),
        ("FLEET_ZONE", "Mars/Base", "FLEET_ZONE='Mars/Base' is not a time zone"),
        ("FLEET_ZONE", "../../etc/passwd", "is not a time zone"),
    ],
)
def test_settings_that_are_wrong(name: str, value: str, said: str) -> None:
    """Refused in a sentence with name and value, when the function starts."""
    with pytest.raises(SettingsError, match=said):
        settings_from(environment_of(SETTINGS) | {name: value})


def test_a_runtime_without_zone_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda's Python has none; boto3's dateutil brings them along, summer time included."""

    def no_zones(name: str) -> None:
        raise module.ZoneInfoNotFoundError(name)

    monkeypatch.setattr(module, "ZoneInfo", no_zones)

    offset = datetime(2026, 7, 1, tzinfo=zone_of("Europe/Berlin")).utcoffset()

    assert timedelta(hours=2) == offset
    assert "dateutil.zoneinfo" in sys.modules
    assert datetime(2026, 1, 1, 5, 30, tzinfo=zone_of("Asia/Kolkata")).astimezone(UTC).hour == 0
