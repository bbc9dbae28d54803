"""The local root's key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from factory.local_aws.credentials import ROOT_FILE, root_credentials
from factory.local_aws.errors import LocalAwsError


def test_the_key_stays_the_same(tmp_path: Path) -> None:
    """It is drawn at the first call only."""
    assert root_credentials(tmp_path) == root_credentials(tmp_path)


def test_two_factories_have_two_keys(tmp_path: Path) -> None:
    """No key is known beforehand."""
    assert root_credentials(tmp_path / "a") != root_credentials(tmp_path / "b")


def test_callers_at_the_same_time_agree(tmp_path: Path) -> None:
    """Supervisor and launcher may both be the first."""
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: root_credentials(tmp_path), range(32)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == [ROOT_FILE]


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Whoever reads it is root of the local account."""
    root_credentials(tmp_path)
    assert (tmp_path / ROOT_FILE).stat().st_mode & 0o777 == 0o600


def test_the_secret_is_not_shown() -> None:
    """A log line with the credentials in it does not give them away."""
    from factory.local_aws import RootCredentials

    assert "geheim" not in repr(RootCredentials("AKIA", "geheim"))


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    """Better one sentence than a traceback."""
    (tmp_path / ROOT_FILE).write_text("{}")
    with pytest.raises(LocalAwsError, match=ROOT_FILE):
        root_credentials(tmp_path)
