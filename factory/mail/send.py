"""Send a mail through an SMTP server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import getaddresses

from factory.mail.errors import SendError
from factory.mail.settings import Outbox

TIMEOUT_S = 20.0


def send(message: EmailMessage, outbox: Outbox) -> None:
    """Hand a mail to its server; when this returns the server has taken it for every recipient.

    Raises:
        SendError: the server cannot be reached, does not offer what is required, or said no.
    """
    try:
        with smtplib.SMTP(outbox.host, outbox.port, timeout=TIMEOUT_S) as server:
            server.ehlo_or_helo_if_needed()
            if outbox.starttls == "always" or (outbox.starttls == "auto" and server.has_extn("starttls")):
                server.starttls(context=ssl.create_default_context())
            if outbox.username:
                server.login(outbox.username, outbox.password)
            refused = server.send_message(message, from_addr=outbox.sender, to_addrs=_addresses(message, outbox))
    except (smtplib.SMTPException, OSError) as error:
        # smtplib's errors may quote what was sent, never the password: it travels encoded and is not echoed.
        raise SendError(f"{outbox.host}:{outbox.port} did not take the mail: {_told(error)}.") from error
    if refused:
        raise SendError(f"{outbox.host}:{outbox.port} refused the recipients {', '.join(refused)}.")


def _addresses(message: EmailMessage, outbox: Outbox) -> list[str]:
    return [address for _, address in getaddresses([message.get("To", "")]) if address] or [outbox.recipient]


def _told(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return f"{error.smtp_code} {answer.decode(errors='replace') if isinstance(answer, bytes) else answer}"
    return f"{type(error).__name__}: {error}"
