"""Settings from the environment."""

from __future__ import annotations

import pytest

from contracts.errors import SettingsError
from contracts.settings import load_settings
from simulator.settings import SimulatorSettings


@pytest.fixture(autouse=True)
def needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The two settings without a default."""
    monkeypatch.setenv("SIMULATOR_IDENTITIES_DIR", "/somewhere")
    monkeypatch.setenv("SIMULATOR_LEASES_TABLE", "leases")


def test_two_settings_are_enough() -> None:
    """The rest has defaults: loopback, the ports of the local factory, AWS's default quota of connects."""
    settings = load_settings(SimulatorSettings)

    assert (settings.http_host, settings.http_port, settings.mqtt_port) == ("127.0.0.1", 9100, 8883)
    assert settings.connects_per_second == 100


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PORT", "soon"),
        ("MAX_SHARDS", "0"),
        ("LEASE_SECONDS", "0.5"),
        ("STORE_LIMIT", "-1"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The sentence has the variable and its value."""
    monkeypatch.setenv(f"SIMULATOR_{name}", value)

    with pytest.raises(SettingsError, match=f"SIMULATOR_{name}='{value}' cannot be used"):
        load_settings(SimulatorSettings)


def test_a_missing_setting_is_named_with_its_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not heard of it learns what it is for."""
    monkeypatch.delenv("SIMULATOR_LEASES_TABLE")

    with pytest.raises(SettingsError, match=r"SIMULATOR_LEASES_TABLE is missing \(DynamoDB table"):
        load_settings(SimulatorSettings)
