"""Wrong settings end the program with status 2 and one line."""

from __future__ import annotations

import pytest

from contracts.errors import SettingsError
from rules.__main__ import critical_temperature, main


@pytest.fixture(autouse=True)
def settings(monkeypatch, tmp_path):
    """Settings that lack only the identity's files."""
    monkeypatch.setenv("RULES_IDENTITIES_DIR", str(tmp_path))
    monkeypatch.setenv("RULES_HTTP_PORT", "0")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("RULES_MQTT_PORT", "70000", "RULES_MQTT_PORT='70000'"),
        ("RULES_MAX_PENDING", "65535", "RULES_MAX_PENDING='65535'"),
        ("RULES_BATCH_SECONDS", "never", "RULES_BATCH_SECONDS='never'"),
        ("RULES_CATALOG_DIR", "/nowhere", "/nowhere: no rule (*.json) is there"),
        ("RULES_PLANT", "my plant", "RULES_PLANT='my plant'"),
        ("RULES_LOG_LEVEL", "loud", "RULES_LOG_LEVEL='loud'"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(monkeypatch, capsys, name, value, said):
    """One line on standard error, no traceback."""
    monkeypatch.setenv(name, value)

    assert main() == 2
    told = capsys.readouterr().err
    assert said in told
    assert len(told.splitlines()) == 1


def test_a_missing_setting_is_named_with_its_meaning(monkeypatch, capsys):
    """What it is for."""
    monkeypatch.delenv("RULES_IDENTITIES_DIR")

    assert main() == 2
    assert "RULES_IDENTITIES_DIR is missing (directory of the engine's identity" in capsys.readouterr().err


def test_a_missing_identity_is_named_with_who_lays_it_down(capsys):
    """The first file that is not there."""
    assert main() == 2
    assert "has no ca.pem. The init container lays it down" in capsys.readouterr().err


def test_the_threshold_is_the_plants(tmp_path):
    """From its configuration; the contract's default where there is none; an error where it is broken."""
    assert critical_temperature(tmp_path) == 95.0
    (tmp_path / "configuration.json").write_text('{"critical_temperature_c": 80.5}')
    assert critical_temperature(tmp_path) == 80.5
    (tmp_path / "configuration.json").write_text('{"critical_temperature_c": "hot"}')
    with pytest.raises(SettingsError, match=r"configuration\.json is not a plant's configuration"):
        critical_temperature(tmp_path)
