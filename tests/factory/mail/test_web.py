"""The web page and the JSON of the box."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry

from factory.mail.box import MailBox
from factory.mail.metrics import MailMetrics
from factory.mail.web import make_app

HOSTILE = (
    "From: a@x.example\nSubject: <script>alert(1)</script>\nContent-Type: text/html\n\n"
    "<script>parent.location='http://x.example'</script><p>M003</p>\n"
)


@pytest.fixture
def box(tmp_path: Path) -> MailBox:
    """A box with one mail that means harm."""
    box = MailBox(tmp_path)
    box.put(HOSTILE.encode())
    return box


@pytest.fixture
def client(box: MailBox) -> TestClient:
    """A client of the box's pages."""
    return TestClient(make_app(box, MailMetrics(CollectorRegistry()), list))


def test_the_list_shows_subjects_as_text(client: TestClient) -> None:
    """Markup in a subject is shown, not run."""
    page = client.get("/").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>" not in page


def test_html_is_shown_in_a_sandbox(client: TestClient, box: MailBox) -> None:
    """A mail's own HTML runs no script and reaches nothing outside."""
    mail_id = box.mails()[0].id
    assert f'<iframe sandbox title="The mail" src="{mail_id}/html">' in client.get(f"/messages/{mail_id}").text
    policy = client.get(f"/messages/{mail_id}/html").headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")


def test_json_lists_and_deletes(client: TestClient) -> None:
    """Programs read the mails as JSON and can empty the box."""
    (mail,) = client.get("/api/messages").json()
    assert client.get(f"/api/messages/{mail['id']}").json() == mail
    assert client.delete("/api/messages").json() == {"deleted": 1}
    assert client.get("/api/messages").json() == []


def test_an_unknown_mail_is_404(client: TestClient) -> None:
    """An id that is not there is said so."""
    assert client.get("/messages/none").status_code == 404


def test_metrics_tell_how_many_are_stored(client: TestClient) -> None:
    """Prometheus sees the number of mails in the box."""
    assert "mail_messages_stored 1.0" in client.get("/metrics").text


def test_health_tells_what_is_wrong(box: MailBox) -> None:
    """A problem makes the check fail and is named."""
    sick = TestClient(make_app(box, MailMetrics(CollectorRegistry()), lambda: ["subscriber has ended."]))
    answer = sick.get("/healthz")
    assert (answer.status_code, answer.text) == (503, "subscriber has ended.")
