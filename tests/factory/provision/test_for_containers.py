"""What containers are given as files."""

from __future__ import annotations

import stat
from pathlib import Path

import boto3
import pytest

from factory.provision import AccessKey, ProvisionError, draw_secrets, write_profiles


def test_boto3_finds_the_key_of_a_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is of the form that AWS's own libraries read; no other program's key is in it."""
    keys = {"rules": AccessKey("AKIARULES", "one+/="), "simulator": AccessKey("AKIASIMULATOR", "two")}
    write_profiles(tmp_path, keys)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "rules" / "credentials"))

    found = boto3.session.Session().get_credentials()

    assert found is not None
    assert (found.access_key, found.secret_key) == ("AKIARULES", "one+/=")


def test_a_profile_is_its_owners_alone(tmp_path: Path) -> None:
    """Mode 0600, in a directory of mode 0700."""
    write_profiles(tmp_path, {"rules": AccessKey("AKIARULES", "one")})

    file = tmp_path / "rules" / "credentials"

    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent)] == [0o600, 0o700]


def test_a_password_is_drawn_once(tmp_path: Path) -> None:
    """The second time it stays, for Grafana has it in its database."""
    assert draw_secrets(tmp_path) == ["grafana_admin_password"]
    first = (tmp_path / "grafana_admin_password").read_text()

    assert draw_secrets(tmp_path) == []
    assert (tmp_path / "grafana_admin_password").read_text() == first
    assert len(first) >= 24  # 18 random bytes are 24 characters of base64: 144 bits


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """With the path and the reason."""
    (tmp_path / "file").write_text("")

    with pytest.raises(ProvisionError, match=r"file/grafana_admin_password cannot be written"):
        draw_secrets(tmp_path / "file")
