"""The SMTP side: takes every mail that is sent to it and puts it into the box."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from factory.mail.box import MailBox
from factory.mail.message import ENVELOPE_RECIPIENT, ENVELOPE_SENDER


class _Handler:
    def __init__(self, box: MailBox, caught: Callable[[], None]) -> None:
        self._box = box
        self._caught = caught

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        """Answer 250 when the mail is on the disk, and 451 (come again) when the disk would not have it."""
        raw = _with_envelope(envelope)
        try:
            await asyncio.to_thread(self._box.put, raw)
        except OSError as error:
            return f"451 4.3.0 the mail could not be stored: {error.strerror}"
        self._caught()
        return "250 2.0.0 OK"


def _with_envelope(envelope: Envelope) -> bytes:
    content = envelope.content or b""
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
    noted = [f"{ENVELOPE_SENDER}: <{envelope.mail_from or ''}>"]
    noted += [f"{ENVELOPE_RECIPIENT}: {recipient}" for recipient in envelope.rcpt_tos]
    return "".join(f"{line}\r\n" for line in noted).encode("utf-8", "surrogateescape") + raw


def make_smtp(
    box: MailBox, *, username: str, password: str, size_limit: int, caught: Callable[[], None]
) -> Callable[[], SMTP]:
    """A factory of SMTP sessions for an event loop's server.

    Args:
        box: where the mails go.
        username: with it, a sender must log in so; without, a login is taken as it comes.
        password: the user's password.
        size_limit: largest mail [bytes].
        caught: called after each mail that was kept.
    """

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:  # noqa: ARG001
        if not username:
            return AuthResult(success=True)
        given = data if isinstance(data, LoginPassword) else LoginPassword(b"", b"")
        right = secrets.compare_digest(given.login, username.encode())
        right &= secrets.compare_digest(given.password, password.encode())
        # handled=False lets aiosmtpd answer 535 itself
        return AuthResult(success=right, handled=False)

    def session() -> SMTP:
        return SMTP(
            _Handler(box, caught),
            data_size_limit=size_limit,
            enable_SMTPUTF8=True,
            hostname="mail.smart-factory.example",
            ident="smart-factory mail catcher",
            authenticator=authenticate,
            auth_required=bool(username),
            # Loopback without TLS: a login would otherwise not even be offered.
            auth_require_tls=False,
        )

    return session
