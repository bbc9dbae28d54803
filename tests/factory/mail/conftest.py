"""A real catcher on a free port, for the tests of the post office."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from factory.mail.box import MailBox
from factory.mail.catcher import make_smtp


class Catcher(NamedTuple):
    """A catcher that runs."""

    port: int
    box: MailBox


def run_catcher(box: MailBox, username: str = "", password: str = "") -> Iterator[Catcher]:
    """Serve SMTP from a thread until the iterator is closed."""
    loop = asyncio.new_event_loop()
    smtp = make_smtp(box, username=username, password=password, size_limit=4096, caught=lambda: None)
    with_loop = asyncio.run_coroutine_threadsafe
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def serve() -> asyncio.Server:
        return await loop.create_server(smtp, "127.0.0.1", 0)

    server = with_loop(serve(), loop).result()
    yield Catcher(int(server.sockets[0].getsockname()[1]), box)
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[Catcher]:
    """A catcher that takes mail from anyone."""
    yield from run_catcher(MailBox(tmp_path / "box"))


@pytest.fixture
def guarded_catcher(tmp_path: Path) -> Iterator[Catcher]:
    """A catcher that asks for a login."""
    yield from run_catcher(MailBox(tmp_path / "box"), "operator", "right")
