"""The secrets that Terraform leaves empty, as its state would tell them: the mail account and Grafana's password.

Values come from files or from the keyboard and go to Secrets Manager; nothing here prints, logs or keeps one.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.resources import PREFIX
from factory.deploy.errors import DeployUsageError
from factory.deploy.plant import Plant
from factory.deploy.walk import Look, State

SMTP_FIELDS = ("host", "port", "username", "password", "sender", "recipient")


@dataclass(frozen=True)
class Given:
    """Where values come from.

    Args:
        smtp: file with the mail account in JSON.
        grafana: file with the password of Grafana's administrator.
        ask: asks a person for the fields of the mail account; None where nobody is there.
    """

    smtp: Path | None
    grafana: Path | None
    ask: Callable[[], dict[str, Any]] | None


class Secrets:
    """Both secrets, with a value.

    Args:
        plant: whose they are.
        given: values, if they were.
    """

    name = "secrets"

    def __init__(self, plant: Plant, given: Given) -> None:
        self._plant, self._given = plant, given
        self._smtp = plant.names.smtp_secret
        self._names = (self._smtp, f"{PREFIX}/{plant.name}/grafana-admin")

    def look(self) -> Look:
        """Whether they have values, and those of the files if there are files."""
        if absent := [name for name in self._names if not self._exists(name)]:
            return Look(State.HIDDEN, f"{', '.join(absent)} is not there before the step foundation")
        todo = self._to_fill()
        return Look(State.MISSING, f"fill {', '.join(todo)}") if todo else Look(State.THERE, "both have a value")

    def do(self) -> str:
        """Fill those that are empty, and those for which there is a file that says something else."""
        todo = self._to_fill()
        for name in todo:
            # Without a file Grafana's is drawn: it is to be read from Secrets Manager alone.
            value = self._mail_account() if name == self._smtp else self._from_file(name) or secrets.token_urlsafe(24)
            self._plant.client("secretsmanager").put_secret_value(SecretId=name, SecretString=value)
        return f"filled {', '.join(todo)}"

    def _to_fill(self) -> list[str]:
        found = {name: (self._value(name), self._from_file(name)) for name in self._names}
        return [name for name, (there, given) in found.items() if there is None or given not in (None, there)]

    def _mail_account(self) -> str:
        text = self._from_file(self._smtp)
        if text is not None:
            return text
        if self._given.ask is None:
            raise DeployUsageError(
                f"{self._smtp} is empty, and nobody is there to be asked.",
                remedy=f"Give --smtp FILE, a JSON object with {', '.join(SMTP_FIELDS)}.",
            )
        return json.dumps(self._given.ask())

    def _from_file(self, name: str) -> str | None:
        if name == self._smtp:
            return None if self._given.smtp is None else read_mail_account(self._given.smtp)
        return None if self._given.grafana is None else read_password(self._given.grafana)

    def _exists(self, name: str) -> bool:
        client = self._plant.client("secretsmanager")
        try:
            client.describe_secret(SecretId=name)
        except client.exceptions.ResourceNotFoundException:
            return False
        return True

    def _value(self, name: str) -> str | None:
        """What it holds, to be compared and never told; None where it is empty."""
        client = self._plant.client("secretsmanager")
        try:
            return str(client.get_secret_value(SecretId=name)["SecretString"])
        except client.exceptions.ResourceNotFoundException:
            return None


def read_mail_account(path: Path) -> str:
    """The text of a mail account, in the one form in which two are compared.

    Raises:
        DeployUsageError: the file is no such account; what it holds is not told.
    """
    try:
        account = json.loads(_text(path))
    except ValueError:
        account = None
    if not isinstance(account, dict) or set(account) != set(SMTP_FIELDS):
        raise DeployUsageError(
            f"{path} is no mail account.", remedy=f"Write a JSON object with {', '.join(SMTP_FIELDS)}, and no more."
        )
    if not isinstance(account["port"], int) or not all(
        isinstance(account[name], str) for name in SMTP_FIELDS if name != "port"
    ):
        raise DeployUsageError(f"{path}: port must be a number, and all else text.", remedy='Write "port": 587.')
    return json.dumps({name: account[name] for name in SMTP_FIELDS})


def read_password(path: Path) -> str:
    """A password from a file, without the end of its line.

    Raises:
        DeployUsageError: there is none in it.
    """
    text = _text(path).rstrip("\r\n")
    if not text:
        raise DeployUsageError(f"{path} is empty.", remedy="Write the password of Grafana's administrator into it.")
    return text


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DeployUsageError(f"{path} cannot be read: {error}.") from None
