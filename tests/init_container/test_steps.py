"""The whole course of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from contracts.errors import SettingsError
from init_container.errors import VerificationError
from init_container.steps import run


def events(depot: Any, target: Path, shards: str = "all", secret: str = "") -> list[str]:
    """What was told, a line a step."""
    with capture_logs() as lines:
        run(depot.source(), target, shards, secret)
    return [line["event"] for line in lines]


def test_each_step_is_one_line(depot: Any, tmp_path: Path) -> None:
    """Found, decrypted, verified, laid down, done."""
    depot.put()
    assert events(depot, tmp_path) == ["found", "decrypted", "verified", "laid down", "done"]


def test_twice_changes_nothing_and_says_so(depot: Any, tmp_path: Path) -> None:
    """The second run verifies as the first did, and leaves the disk alone."""
    depot.put()
    events(depot, tmp_path)
    assert events(depot, tmp_path)[-2:] == ["unchanged", "done, nothing changed"]


def test_one_bad_shard_leaves_all_as_they_were(depot: Any, tmp_path: Path) -> None:
    """Nothing is written before everything is verified."""
    depot.put(("M001",))
    depot.put(("M009",), shard="shard-0001")
    events(depot, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    depot.put(("M001", "M002"))
    depot.put(("M009",), shard="shard-0001", M009=depot.pair("M010"))
    with pytest.raises(VerificationError):
        run(depot.source(), tmp_path, "all")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_shard_that_is_gone_from_the_bucket_goes_from_the_disk(depot: Any, tmp_path: Path) -> None:
    """A smaller plant is not played with machines of the larger one; what is not a shard is left."""
    depot.put()
    depot.put(("M009",), shard="shard-0001")
    events(depot, tmp_path)
    (tmp_path / "notes").mkdir()
    depot.store.remove("shard-0001")
    assert "removed" in events(depot, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes", "shard-0000"]


def test_named_shards_leave_the_others_alone(depot: Any, tmp_path: Path) -> None:
    """Two init containers may share a target."""
    depot.put()
    depot.put(("M009",), shard="shard-0001")
    events(depot, tmp_path, "shard-0000")
    events(depot, tmp_path, "shard-0001")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shard-0000", "shard-0001"]


def test_certificates_that_end_soon_are_a_warning(depot: Any, tmp_path: Path) -> None:
    """The run succeeds, and the line says how to renew."""
    depot.put(M002=depot.pair("M002", days=10))
    with capture_logs() as lines:
        run(depot.source(), tmp_path, "all")
    warning = next(line for line in lines if line["log_level"] == "warning")
    assert (warning["certificates"], warning["first"]) == (1, "M002")


def test_a_secret_is_laid_down(depot: Any, tmp_path: Path) -> None:
    """It is readable by its owner alone."""
    depot.secrets.create_secret(Name="smtp", SecretString='{"host": "localhost"}')
    events(depot, tmp_path, "none", "smtp")
    file = tmp_path / "secrets" / "smtp.json"
    assert json.loads(file.read_text()) == {"host": "localhost"}
    assert file.stat().st_mode & 0o777 == 0o400
    assert events(depot, tmp_path, "none", "smtp")[-1] == "done, nothing changed"


@pytest.mark.parametrize("text", ["no json", "[]"])
def test_a_secret_of_another_form_is_refused(depot: Any, tmp_path: Path, text: str) -> None:
    """Its content is not shown."""
    depot.secrets.create_secret(Name="smtp", SecretString=text)
    with pytest.raises(VerificationError, match="smtp is not a JSON object") as caught:
        run(depot.source(), tmp_path, "none", "smtp")
    assert text not in str(caught.value)


def test_files_are_filled_in_with_the_secret_and_laid_down(depot: Any, tmp_path: Path) -> None:
    """Alertmanager's file names the server of the secret; the second time nothing is changed."""
    depot.secrets.create_secret(Name="smtp", SecretString='{"host": "mail.example.com", "port": 587}')
    files = {"alertmanager.yml": "smarthost: ${secret.host}:${secret.port}", "who": "${host}"}
    for told in ("done", "done, nothing changed"):
        with capture_logs() as lines:
            run(depot.source(), tmp_path, "none", "smtp", files, {"host": "ip-10-42-0-7"})
        assert lines[-1]["event"] == told
    laid = tmp_path / "files"
    assert (laid / "alertmanager.yml").read_text() == "smarthost: mail.example.com:587"
    assert (laid / "who").read_text() == "ip-10-42-0-7"
    assert (laid / "who").stat().st_mode & 0o777 == 0o400


def test_a_file_that_cannot_be_filled_leaves_all_as_it_was(depot: Any, tmp_path: Path) -> None:
    """Identities are not laid down either: the program would not start."""
    depot.put()
    with pytest.raises(SettingsError):
        run(depot.source(), tmp_path, "all", "", {"a.yml": "${nobody}"}, {})
    assert list(tmp_path.iterdir()) == []
