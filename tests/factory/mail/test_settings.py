"""Settings of the post office."""

import json
from pathlib import Path

import pytest

from factory.mail.errors import MailSettingsError
from factory.mail.settings import MailSettings, outbox


def test_without_a_secret_the_catcher_gets_the_mails(tmp_path: Path) -> None:
    """The default outbox is the catcher on the port that it really has."""
    to = outbox(MailSettings(directory=tmp_path), 1234)
    assert (to.host, to.port, to.starttls) == ("127.0.0.1", 1234, "auto")


def test_the_secret_names_a_real_server(tmp_path: Path) -> None:
    """The file that the init container laid down decides."""
    secret = tmp_path / "smtp.json"
    content = {"host": "smtp.x.example", "port": 587, "username": "u", "password": "p"}
    secret.write_text(json.dumps({**content, "sender": "a@x.example", "recipient": "b@x.example"}))
    to = outbox(MailSettings(directory=tmp_path, smtp_secret_file=secret), 1)
    assert (to.host, to.port, to.username, to.password) == ("smtp.x.example", 587, "u", "p")
    assert "password" not in repr(to)


@pytest.mark.parametrize("content", ["no json", '{"host":"h","port":0,"password":"hush"}', "[]"])
def test_a_wrong_secret_is_told_without_its_values(tmp_path: Path, content: str) -> None:
    """The sentence names the file and what is wrong, and keeps the password to itself."""
    secret = tmp_path / "smtp.json"
    secret.write_text(content)
    with pytest.raises(MailSettingsError, match=r"smtp\.json") as error:
        outbox(MailSettings(directory=tmp_path, smtp_secret_file=secret), 1)
    assert "hush" not in str(error.value)
