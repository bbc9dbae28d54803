"""The catcher, spoken to as any program would."""

import smtplib
from pathlib import Path

import pytest

MAIL = "From: a@x.example\r\nTo: b@x.example\r\nSubject: Hot\r\n\r\nM003\r\n"


def test_a_mail_is_kept_as_it_was_sent(catcher) -> None:
    """What SMTP brings is in the box, its bytes unchanged below the envelope's headers."""
    with smtplib.SMTP("127.0.0.1", catcher.port) as server:
        server.sendmail("a@x.example", ["b@x.example", "c@x.example"], MAIL)
    (mail,) = catcher.box.mails()
    assert (mail.subject, mail.text, mail.recipients) == ("Hot", "M003\n", ("b@x.example", "c@x.example"))
    assert catcher.box.raw(mail.id).endswith(MAIL.encode())


def test_a_login_is_taken_where_none_is_required(catcher) -> None:
    """A program that insists on logging in can."""
    with smtplib.SMTP("127.0.0.1", catcher.port) as server:
        server.login("anyone", "anything")
        server.sendmail("a@x.example", ["b@x.example"], MAIL)
    assert len(catcher.box) == 1


def test_without_the_required_login_nothing_is_taken(guarded_catcher) -> None:
    """Where a login is required, a mail without is refused."""
    with smtplib.SMTP("127.0.0.1", guarded_catcher.port) as server, pytest.raises(smtplib.SMTPException):
        server.sendmail("a@x.example", ["b@x.example"], MAIL)
    assert len(guarded_catcher.box) == 0


def test_a_wrong_password_is_refused(guarded_catcher) -> None:
    """A wrong password is an authentication error, the right one is let in."""
    with smtplib.SMTP("127.0.0.1", guarded_catcher.port) as server:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            server.login("operator", "wrong")
        server.login("operator", "right")
        server.sendmail("a@x.example", ["b@x.example"], MAIL)
    assert len(guarded_catcher.box) == 1


def test_a_mail_over_the_limit_is_refused(catcher) -> None:
    """A mail larger than the limit gets 552 and is not kept."""
    with smtplib.SMTP("127.0.0.1", catcher.port) as server, pytest.raises(smtplib.SMTPResponseException) as refusal:
        server.sendmail("a@x.example", ["b@x.example"], MAIL + "x" * 70 + "\r\n" + "y" * 60 * 100)
    assert refusal.value.smtp_code in (500, 552)
    assert len(catcher.box) == 0


def test_a_full_disk_asks_the_sender_to_come_again(catcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the mail cannot be stored the answer is temporary, so that the sender keeps it."""

    def no_space(raw: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(catcher.box, "put", no_space)
    with smtplib.SMTP("127.0.0.1", catcher.port) as server, pytest.raises(smtplib.SMTPResponseException) as refusal:
        server.sendmail("a@x.example", ["b@x.example"], MAIL)
    assert refusal.value.smtp_code == 451
