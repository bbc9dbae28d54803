"""boto3's own settings that are wrong are told as ours are."""

from __future__ import annotations

import boto3
import pytest

from contracts.aws import aws_settings
from contracts.errors import SettingsError


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AWS_DEFAULT_REGION", None, "You must specify a region"),
        ("AWS_ENDPOINT_URL", "nonsense", "Invalid endpoint: nonsense"),
        ("AWS_PROFILE", "nobody", "nobody"),
    ],
)
def test_what_boto3_cannot_use_is_a_wrong_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, said: str
) -> None:
    """The sentence has what boto3 says and the variables that it reads."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    if value is None:
        monkeypatch.delenv(name)
    else:
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{said}.*See AWS_DEFAULT_REGION") as caught, aws_settings():
        boto3.session.Session().client("kms")
    assert caught.value.exit_status == 2
