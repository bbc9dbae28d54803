"""The box: every caught mail a file on disk, the newest of them in memory."""

from __future__ import annotations

import re
import secrets
import threading
from collections import OrderedDict
from datetime import UTC, datetime
from pathlib import Path

from contracts.files import write_whole
from factory.mail.message import Mail, parse_mail

_TIME_FORMAT = "%Y%m%dT%H%M%S.%fZ"
_NAME = re.compile(r"(?P<time>\d{8}T\d{6}\.\d{6}Z)-[0-9a-f]{8}\.eml")


class MailBox:
    r"""Mails in a directory, oldest first, never more than `keep`.

    A file's name is the moment of its arrival and a random part, so that the names sort by time and a box that is
    opened again needs no index. Safe for use from several threads.

    Args:
        directory: where the `.eml` files lie; made if need be.
        keep: how many mails are kept; the oldest goes when another comes.

    Example:
        >>> import tempfile
        >>> box = MailBox(Path(tempfile.mkdtemp()), keep=2)
        >>> for subject in ("one", "two", "three"):
        ...     _ = box.put(f"Subject: {subject}\r\n\r\n".encode())
        >>> [mail.subject for mail in box.mails()]
        ['two', 'three']
    """

    def __init__(self, directory: Path, keep: int = 1000) -> None:
        self._directory = directory
        self._keep = keep
        self._lock = threading.Lock()
        self._mails: OrderedDict[str, Mail] = OrderedDict()
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in sorted(directory.glob("*.eml")):
            if found := _NAME.fullmatch(path.name):
                received_at = datetime.strptime(found["time"], _TIME_FORMAT).replace(tzinfo=UTC)
                self._mails[path.stem] = parse_mail(path.stem, received_at, path.read_bytes())
        self._drop_oldest()

    def put(self, raw: bytes) -> Mail:
        """Keep a mail; when this returns it is on the disk."""
        received_at = datetime.now(UTC)
        name = f"{received_at.strftime(_TIME_FORMAT)}-{secrets.token_hex(4)}"
        write_whole(self._path(name), raw, sync=True)  # SMTP's 250 means that the mail is safe
        mail = parse_mail(name, received_at, raw)
        with self._lock:
            self._mails[name] = mail
            self._drop_oldest()
        return mail

    def mails(self) -> list[Mail]:
        """All mails, oldest first."""
        with self._lock:
            return list(self._mails.values())

    def get(self, mail_id: str) -> Mail | None:
        """The mail of that id."""
        with self._lock:
            return self._mails.get(mail_id)

    def raw(self, mail_id: str) -> bytes | None:
        """A mail as it was caught."""
        # Only ids that the box gave out become paths: a request cannot name a file outside.
        return self._path(mail_id).read_bytes() if self.get(mail_id) else None

    def clear(self) -> int:
        """Throw all mails away; how many there were."""
        with self._lock:
            count = len(self._mails)
            for name in list(self._mails):
                self._drop(name)
        return count

    def __len__(self) -> int:
        with self._lock:
            return len(self._mails)

    def _drop_oldest(self) -> None:
        while len(self._mails) > self._keep:
            self._drop(next(iter(self._mails)))

    def _drop(self, name: str) -> None:
        del self._mails[name]
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._directory / f"{name}.eml"
