"""The web side: a list of mails for people, JSON for programs, and how the post office is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from fastapi.templating import Jinja2Templates
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from factory.mail.box import MailBox
from factory.mail.message import Mail
from factory.mail.metrics import MailMetrics

_TEMPLATES = Jinja2Templates(directory=Path(__file__).parent / "templates")

# A mail's HTML comes from anywhere: no script, no request to anywhere, no access to this page.
_MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'"
)


def make_app(box: MailBox, mail_metrics: MailMetrics, problems: Callable[[], list[str]]) -> FastAPI:
    """The web application of a box.

    Args:
        box: the mails.
        mail_metrics: what `/metrics` tells.
        problems: what is wrong now, a sentence each; `/healthz` is 503 while there is any.
    """
    app = FastAPI(title="smart-factory mail", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/", response_class=HTMLResponse)
    def index(request: Request) -> Response:
        return _page(request, "list.html", {"mails": list(reversed(box.mails()))})

    @app.get("/messages/{mail_id}", response_class=HTMLResponse)
    def view(request: Request, mail_id: str) -> Response:
        return _page(request, "mail.html", {"mail": _found(box, mail_id)})

    @app.get("/messages/{mail_id}/html", response_class=HTMLResponse)
    def html(mail_id: str) -> Response:
        headers = {"Content-Security-Policy": _MAIL_POLICY, "X-Content-Type-Options": "nosniff"}
        return HTMLResponse(_found(box, mail_id).html, headers=headers)

    @app.get("/messages/{mail_id}/raw")
    def raw(mail_id: str) -> Response:
        return PlainTextResponse(box.raw(_found(box, mail_id).id) or b"", headers={"X-Content-Type-Options": "nosniff"})

    @app.get("/api/messages")
    def messages() -> list[dict[str, object]]:
        return [mail.as_json() for mail in box.mails()]

    @app.get("/api/messages/{mail_id}")
    def message(mail_id: str) -> dict[str, object]:
        return _found(box, mail_id).as_json()

    @app.delete("/api/messages")
    def clear() -> dict[str, int]:
        return {"deleted": box.clear()}

    @app.get("/metrics")
    def scrape() -> Response:
        mail_metrics.stored.set(len(box))
        return Response(generate_latest(mail_metrics.registry), media_type=CONTENT_TYPE_LATEST)

    @app.get("/healthz")
    def healthz() -> Response:
        wrong = problems()
        return PlainTextResponse("\n".join(wrong) or "ok", status_code=503 if wrong else 200)

    return app


def _page(request: Request, template: str, values: dict[str, object]) -> Response:
    headers = {"Content-Security-Policy": _PAGE_POLICY, "Referrer-Policy": "no-referrer"}
    return _TEMPLATES.TemplateResponse(request, template, values, headers=headers)


def _found(box: MailBox, mail_id: str) -> Mail:
    mail = box.get(mail_id)
    if mail is None:
        raise HTTPException(404, f"No mail has the id {mail_id}.")
    return mail
