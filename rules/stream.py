"""A TLS socket that is read a record at a time and written all at once.

paho reads a packet in four or five small pieces and writes every acknowledgement by itself; on a TLS socket each of
these is a call into OpenSSL that gives up the interpreter's lock and has to win it back. Between paho and the socket,
this takes what one record holds and hands out the pieces, and collects what is written until `flush`.
"""

from __future__ import annotations

import contextlib
import ssl
from typing import Any

RECORD_BYTES = 16_384
"""Most that a TLS record holds (RFC 8446, section 5.1)."""


class RecordStream:
    """The socket that paho sees; whatever is not about reading and writing goes to the socket itself.

    Args:
        connection: a TLS socket that does not block.
    """

    def __init__(self, connection: ssl.SSLSocket) -> None:
        self._connection = connection
        self._incoming = b""
        self._read = 0
        self._outgoing = bytearray()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def recv(self, size: int) -> bytes:
        """At most that many bytes, from the present record or the next.

        Raises:
            ssl.SSLWantReadError: nothing is there yet.
        """
        if self._read >= len(self._incoming):
            self._incoming = self._connection.recv(RECORD_BYTES)
            self._read = 0
        piece = self._incoming[self._read : self._read + size]
        self._read += len(piece)
        return piece

    def send(self, data: bytes | bytearray) -> int:
        """Keep bytes for the next `flush`."""
        self._outgoing += data
        return len(data)

    @property
    def unsent(self) -> bool:
        """Whether there is something to flush."""
        return bool(self._outgoing)

    def flush(self) -> None:
        """Write what was collected, as far as the socket takes it.

        Raises:
            OSError: the connection is gone.
        """
        with contextlib.suppress(ssl.SSLWantWriteError, ssl.SSLWantReadError, BlockingIOError):
            while self._outgoing:
                del self._outgoing[: self._connection.send(self._outgoing)]

    def pending(self) -> int:
        """Bytes that can be read without waiting and do not show on the socket."""
        return len(self._incoming) - self._read + self._connection.pending()

    def close(self) -> None:
        """Write what is left, if that can be done at once, and close."""
        with contextlib.suppress(OSError, ValueError):
            self.flush()
        self._connection.close()
