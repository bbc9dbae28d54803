"""`factory provision` on a mocked real account."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

from factory.commands.provision import provision

CALL = ["--machines", "1", "--issuer", "plant"]


@pytest.fixture
def mocked(account: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An account whose credentials are in the environment, as on a person's machine."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return account


def test_a_real_account_is_not_touched_without_a_yes(mocked: Any) -> None:
    """The question names the account."""
    refused = CliRunner().invoke(provision, CALL, input="n\n")
    assert refused.exit_code == 1
    assert "Do this in account 123456789012, us-east-1?" in refused.output
    assert mocked.client("s3").list_buckets()["Buckets"] == []


def test_yes_skips_the_question(mocked: Any) -> None:
    """For pipelines."""
    done = CliRunner().invoke(provision, [*CALL, "--yes"], standalone_mode=False, catch_exceptions=False)
    assert "Do this" not in done.output
    assert len(mocked.client("s3").list_buckets()["Buckets"]) == 3


def test_the_smtp_password_does_not_stand_on_the_command_line(mocked: Any) -> None:
    """It is read from standard input and lies in Secrets Manager."""
    smtp = ["--smtp-host", "mail.example.com", "--smtp-username", "me", "--smtp-password-file", "-"]
    call = [*CALL, "--yes", *smtp]
    CliRunner().invoke(provision, call, input="geheim\n", standalone_mode=False, catch_exceptions=False)
    text = mocked.client("secretsmanager").get_secret_value(SecretId=mocked.names.smtp_secret)["SecretString"]
    assert '"password": "geheim"' in text
    assert '"port": 587' in text
