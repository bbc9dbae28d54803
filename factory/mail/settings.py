"""Settings of the post office, from the environment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from factory.mail.errors import MailSettingsError


class MailSettings(BaseSettings):
    """What `python -m factory.mail` is told, each with the prefix `MAIL_`."""

    model_config = SettingsConfigDict(env_prefix="MAIL_", extra="ignore")

    directory: Path = Field(description="where mails are kept, a file each")
    keep: int = Field(default=1000, ge=1, description="mails kept; the oldest goes when another comes")
    size_limit: int = Field(default=10 * 1024 * 1024, ge=1024, description="largest mail that is taken [bytes]")
    smtp_host: str = Field(default="127.0.0.1", description="address on which mail is caught")
    smtp_port: int = Field(default=1025, ge=0, le=65535, description="port on which mail is caught")
    smtp_username: str = Field(default="", description="with it, senders must log in; without, anyone may")
    smtp_password: str = Field(default="", description="password of that sender")
    http_host: str = Field(default="127.0.0.1", description="address of the web page")
    http_port: int = Field(default=8025, ge=0, le=65535, description="port of the web page")
    queue: str = Field(default="", description="SQS queue that the SNS topic feeds; empty: no subscriber")
    cool_off_seconds: float = Field(
        default=300.0,
        ge=0,
        le=36_000,  # the queue keeps nothing invisible for more than 12 hours
        description="between two mails of a kind; what comes meanwhile is told in a digest [s]; 0: each its own mail",
    )
    smtp_secret_file: Path | None = Field(default=None, description="JSON with the SMTP server to send through")
    send_host: str = Field(default="", description="SMTP server to send through; empty: the catcher itself")
    send_port: int = Field(default=0, ge=0, le=65535, description="port of that server; 0: the catcher's")
    send_username: str = Field(default="", description="user at that server; empty: no login")
    send_password: str = Field(default="", description="password at that server")
    send_starttls: Literal["auto", "always", "never"] = Field(
        default="auto",
        description="TLS by STARTTLS: auto, where the server offers it; always, or refuse to send; never",
    )
    sender: str = Field(default="factory@smart-factory.example", description="who the mails are from")
    recipient: str = Field(default="operators@smart-factory.example", description="who the mails are for")


class Outbox(BaseModel):
    """The SMTP server that notifications go through: the shape of the SMTP secret."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65535)
    username: str = ""
    password: str = Field(default="", repr=False)
    sender: str = Field(min_length=3)
    recipient: str = Field(min_length=3)
    starttls: Literal["auto", "always", "never"] = "auto"


def outbox(settings: MailSettings, catcher_port: int) -> Outbox:
    """Where notifications are sent: the secret's server, the settings' server, or the catcher itself.

    Raises:
        MailSettingsError: the secret's file cannot be used.
    """
    if settings.smtp_secret_file is not None:
        return _read_secret(settings.smtp_secret_file)
    return Outbox(
        host=settings.send_host or settings.smtp_host,
        port=settings.send_port or catcher_port,
        username=settings.send_username or settings.smtp_username,
        password=settings.send_password or settings.smtp_password,
        sender=settings.sender,
        recipient=settings.recipient,
        starttls=settings.send_starttls,
    )


def _read_secret(path: Path) -> Outbox:
    try:
        return Outbox.model_validate(json.loads(path.read_text()))
    except OSError as error:
        raise MailSettingsError(f"MAIL_SMTP_SECRET_FILE={path} cannot be read: {error.strerror}.") from None
    except ValidationError as error:
        # The values stay out of the sentence: one of them is a password.
        wrong = ", ".join(sorted({".".join(map(str, problem["loc"])) for problem in error.errors()}))
        raise MailSettingsError(f"{path} is not an SMTP secret: see {wrong}.") from None
    except ValueError:
        raise MailSettingsError(f"{path} is not JSON.") from None
