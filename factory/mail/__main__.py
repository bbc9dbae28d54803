"""`python -m factory.mail`: catch mail, show it, and send the SNS topic's notifications on."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator

import boto3
import uvicorn
from botocore.config import Config
from prometheus_client import CollectorRegistry

from contracts.aws import aws_settings
from contracts.errors import FactoryError
from contracts.logs import configure_logs
from contracts.settings import load_settings
from factory.mail.box import MailBox
from factory.mail.catcher import make_smtp
from factory.mail.cool_off import CoolOff
from factory.mail.errors import MailSettingsError
from factory.mail.metrics import MailMetrics
from factory.mail.settings import MailSettings, Outbox, outbox
from factory.mail.subscriber import LONGEST_PAUSE_S, POLL_S, Subscriber
from factory.mail.web import make_app

STOP_S = 6.5
"""How long a stop waits for the subscriber [s]: supervisors grant ten. What it could not send stays in the queue."""


class _Server(uvicorn.Server):
    """A server that leaves signals alone: uvicorn would raise them again at its end, before the mails are sent."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Catch nothing."""
        yield


def main() -> int:
    """Run until SIGTERM or SIGINT; return the exit status."""
    log = configure_logs("mail")
    try:
        settings = load_settings(MailSettings)
        asyncio.run(_serve(settings))
    except FactoryError as error:
        log.error("cannot_run", error=str(error))  # noqa: TRY400 - a sentence for people, not a traceback
        return error.exit_status
    return 0


async def _serve(settings: MailSettings) -> None:
    log = configure_logs("mail")
    # The SMTP library tells every line of a session, logins among them; botocore tells where it found credentials.
    for library in ("mail.log", "botocore"):
        logging.getLogger(library).setLevel(logging.WARNING)
    box = _open_box(settings)
    page = _listen("HTTP", settings.http_host, settings.http_port)
    counted = MailMetrics(CollectorRegistry())
    loop = asyncio.get_running_loop()
    smtp = make_smtp(
        box,
        username=settings.smtp_username,
        password=settings.smtp_password,
        size_limit=settings.size_limit,
        caught=counted.caught.inc,
    )
    catcher = await loop.create_server(smtp, sock=_listen("SMTP", settings.smtp_host, settings.smtp_port))
    smtp_port = int(catcher.sockets[0].getsockname()[1])

    stopping = threading.Event()
    threads: list[threading.Thread] = []
    app = make_app(box, counted, lambda: [f"{thread.name} has ended." for thread in threads if not thread.is_alive()])
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
        )
    )
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, lambda: setattr(server, "should_exit", True))
    # After the signals: a stop in this moment shall end in order as well.
    threads += _start_subscriber(settings, outbox(settings, smtp_port), counted, stopping)
    log.info("catching", smtp_port=smtp_port, http_port=page.getsockname()[1], mails=len(box), queue=settings.queue)
    try:
        await server.serve(sockets=[page])
    finally:
        stopping.set()
        # The catcher last: what the subscriber held back, it sends now.
        for thread in threads:
            await asyncio.to_thread(thread.join, STOP_S)
        catcher.close()
    log.info("stopped")


def _open_box(settings: MailSettings) -> MailBox:
    try:
        box = MailBox(settings.directory, settings.keep)
        # A directory that was there is looked at now, and not when the first mail comes.
        with tempfile.TemporaryFile(dir=settings.directory):
            return box
    except OSError as error:
        raise MailSettingsError(
            f"MAIL_DIRECTORY={str(settings.directory)!r} cannot be used: {error.strerror}."
        ) from None


def _listen(what: str, host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise MailSettingsError(
            f"MAIL_{what}_HOST={host!r} MAIL_{what}_PORT={port} cannot be used: {error.strerror}."
        ) from None
    return listener


def _start_subscriber(
    settings: MailSettings, to: Outbox, counted: MailMetrics, stopping: threading.Event
) -> list[threading.Thread]:
    if not settings.queue:
        return []
    patience = Config(connect_timeout=3, read_timeout=POLL_S + 10, retries={"total_max_attempts": 2})
    with aws_settings():
        client = boto3.client("sqs", config=patience)
    sender = Subscriber(
        settings.queue,
        client,
        to,
        CoolOff(settings.cool_off_seconds, LONGEST_PAUSE_S),
        counted.forwarded.inc,
        counted.failures.inc,
    )
    thread = threading.Thread(target=sender.run, args=(stopping,), name="subscriber", daemon=True)
    thread.start()
    return [thread]


if __name__ == "__main__":
    sys.exit(main())
