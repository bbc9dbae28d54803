"""Settings of the init container."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.errors import SettingsError
from contracts.settings import load_settings
from init_container.settings import InitSettings


def settings(monkeypatch: pytest.MonkeyPatch, **values: str) -> InitSettings:
    """Settings from an environment with these and no others."""
    for name in ("TARGET_DIR", "BUCKET", "SHARDS", "SECRET_ID", "ATTEMPTS"):
        monkeypatch.delenv(f"INIT_{name}", raising=False)
    for name, value in values.items():
        monkeypatch.setenv(f"INIT_{name}", value)
    return load_settings(InitSettings)


def test_all_shards_and_five_attempts_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bucket and target are all that must be said."""
    loaded = settings(monkeypatch, BUCKET="identities", TARGET_DIR="/run/identities")
    assert (loaded.shards, loaded.attempts, loaded.target_dir) == ("all", 5, Path("/run/identities"))


def test_a_secret_alone_needs_no_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail program has no identity."""
    assert settings(monkeypatch, SHARDS="none", TARGET_DIR="/run/mail", SECRET_ID="smtp").bucket == ""


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"BUCKET": "b"}, "INIT_TARGET_DIR is missing"),
        ({"TARGET_DIR": "/run/x"}, "INIT_BUCKET is missing"),
        ({"TARGET_DIR": "/run/x", "BUCKET": "b", "SHARDS": "shard-1"}, "'shard-1' is not a shard"),
        ({"TARGET_DIR": "/run/x", "BUCKET": "b", "SHARDS": "../x"}, "'../x' is not a shard"),
        ({"TARGET_DIR": "/run/x", "BUCKET": "b", "ATTEMPTS": "0"}, "INIT_ATTEMPTS='0'"),
        ({"TARGET_DIR": __file__, "BUCKET": "b"}, "it is a file"),
    ],
)
def test_a_wrong_setting_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], told: str
) -> None:
    """Name, value and what would be right."""
    with pytest.raises(SettingsError) as caught:
        settings(monkeypatch, **values)
    assert told in str(caught.value)
    assert caught.value.exit_status == 2


@pytest.mark.parametrize(
    ("files", "said"),
    [("{", "not a JSON object"), ('{"a": 1}', "not a JSON object"), ('{"../a": ""}', "not a path below")],
)
def test_files_that_cannot_be_laid_down_are_refused(
    files: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They are a setting like any other: wrong ones are told before anything is fetched."""
    monkeypatch.setenv("INIT_TARGET_DIR", str(tmp_path))
    monkeypatch.setenv("INIT_SHARDS", "none")
    monkeypatch.setenv("INIT_FILES", files)
    with pytest.raises(SettingsError, match=said):
        load_settings(InitSettings)
