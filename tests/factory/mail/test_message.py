"""Mails taken apart."""

from datetime import UTC, datetime
from email.message import EmailMessage

from hypothesis import given
from hypothesis import strategies as st

from factory.mail.message import parse_mail

NOW = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)


def test_text_and_html_of_a_multipart_mail() -> None:
    """Both alternatives are found, in any character set."""
    message = EmailMessage()
    message["Subject"] = "Temperatur zu hoch: 81,2 °C"
    message["From"] = "alerts@smart-factory.example"
    message["To"] = "a@x.example, b@x.example"
    message.set_content("M003: 81,2 °C\n", charset="iso-8859-1")
    message.add_alternative("<b>M003</b>", subtype="html")
    mail = parse_mail("1", NOW, message.as_bytes())
    assert (mail.subject, mail.text, mail.html.strip()) == (
        "Temperatur zu hoch: 81,2 °C",
        "M003: 81,2 °C\n",
        "<b>M003</b>",
    )
    assert mail.recipients == ("a@x.example", "b@x.example")


def test_json_has_the_promised_keys() -> None:
    """The JSON of a mail has the keys that its readers rely on."""
    told = parse_mail("1", NOW, b"From: a@x.example\nTo: b@x.example\nSubject: s\n\nt\n").as_json()
    assert list(told) == ["id", "received_at", "from", "to", "subject", "text", "html", "headers"]
    assert (told["received_at"], told["from"], told["to"]) == (
        "2026-01-02T03:04:05.678Z",
        "a@x.example",
        ["b@x.example"],
    )


def test_envelope_recipients_win_over_the_header() -> None:
    """A blind copy shows whom it really went to."""
    mail = parse_mail("1", NOW, b"X-Original-To: c@x.example\nX-Original-To: d@x.example\nTo: a@x.example\n\n")
    assert mail.recipients == ("c@x.example", "d@x.example")


@given(st.binary(max_size=300))
def test_no_bytes_break_the_parser(raw: bytes) -> None:
    """Whatever is sent becomes a mail that can be shown."""
    mail = parse_mail("1", NOW, raw)
    assert isinstance(mail.subject + mail.text + mail.html, str)


@given(st.text(max_size=40), st.sampled_from(["Content-Type", "To", "Subject", "Date", "Content-Transfer-Encoding"]))
def test_no_header_breaks_the_parser(value: str, name: str) -> None:
    """Nor does any header value."""
    parse_mail("1", NOW, f"{name}: {value}\n\nbody".encode("utf-8", "surrogateescape"))
