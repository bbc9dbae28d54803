"""Settings that are missing or wrong are named, each in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.errors import SettingsError
from contracts.settings import load_settings


class Oven(BaseSettings):
    """Settings of a program of this test."""

    model_config = SettingsConfigDict(env_prefix="OVEN_")

    heat_c: float = Field(gt=0, description="how hot [°C]")
    name: str = "oven"


def test_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting comes from the variable of its name behind the prefix."""
    monkeypatch.setenv("OVEN_HEAT_C", "180")

    assert load_settings(Oven).heat_c == 180


def test_a_missing_setting_is_named_with_its_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence says which variable is missing and what it is for."""
    monkeypatch.delenv("OVEN_HEAT_C", raising=False)

    with pytest.raises(SettingsError, match=r"OVEN_HEAT_C is missing \(how hot \[°C\]\)"):
        load_settings(Oven)


def test_a_wrong_setting_is_named_with_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence shows the offending value, and the error is a wrong call."""
    monkeypatch.setenv("OVEN_HEAT_C", "warm")

    with pytest.raises(SettingsError, match="OVEN_HEAT_C='warm'") as caught:
        load_settings(Oven)
    assert caught.value.exit_status == 2


def test_a_secret_is_read_from_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The file is called as the variable in small letters; a variable goes before it."""
    monkeypatch.setenv("OVEN_HEAT_C", "180")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    (tmp_path / "oven_name").write_text("kiln\n")

    assert load_settings(Oven).name == "kiln"

    monkeypatch.setenv("OVEN_NAME", "stove")

    assert load_settings(Oven).name == "stove"


def test_a_directory_of_secrets_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A volume that was not mounted must not be taken for one without secrets."""
    monkeypatch.setenv("OVEN_HEAT_C", "180")
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path / "away"))

    with pytest.raises(SettingsError, match=r"SECRETS_DIR='.*away' is not a directory"):
        load_settings(Oven)


def test_what_is_wrong_in_a_file_is_told_by_the_settings_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The sentence is the same as for a variable."""
    monkeypatch.delenv("OVEN_HEAT_C", raising=False)
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    (tmp_path / "oven_heat_c").write_text("warm")

    with pytest.raises(SettingsError, match="OVEN_HEAT_C='warm'"):
        load_settings(Oven)
