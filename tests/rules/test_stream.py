"""Bytes come and go as over the bare socket, in fewer calls."""

from __future__ import annotations

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.stream import RecordStream


class Records:
    """A TLS socket that holds records, and takes some bytes at a time."""

    def __init__(self, records: list[bytes], takes: int = 3) -> None:
        self.records = list(records)
        self.written = b""
        self.reads = 0
        self.closed = False
        self._takes = takes
        self._busy = False

    def recv(self, size: int) -> bytes:
        """The next record."""
        self.reads += 1
        if not self.records:
            raise ssl.SSLWantReadError
        return self.records.pop(0)

    def send(self, data: bytes) -> int:
        """Some bytes, and then a refusal."""
        self._busy = not self._busy
        if not self._busy:
            raise ssl.SSLWantWriteError
        self.written += data[: self._takes]
        return min(len(data), self._takes)

    def pending(self) -> int:
        """Nothing decrypted."""
        return 0

    def close(self) -> None:
        """Note it."""
        self.closed = True


@given(st.lists(st.binary(min_size=1, max_size=20), max_size=5), st.lists(st.integers(1, 8), min_size=30))
def test_pieces_of_any_size_make_up_the_records(records, sizes):
    """Nothing lost, nothing twice, and each record is fetched once."""
    socket = Records(records)
    stream = RecordStream(socket)
    got = b""
    for size in sizes * 5:
        try:
            piece = stream.recv(size)
        except ssl.SSLWantReadError:
            break
        assert len(piece) <= size
        got += piece

    assert got == b"".join(records)
    assert socket.reads == len(records) + 1


def test_what_is_held_counts_as_pending():
    """Else the engine would wait for the socket with a message in hand."""
    stream = RecordStream(Records([b"abc"]))
    stream.recv(1)

    assert stream.pending() == 2


def test_writes_are_collected_and_flushed_as_far_as_the_socket_takes_them():
    """What it refuses goes with the next flush."""
    socket = Records([])
    stream = RecordStream(socket)
    assert stream.send(b"abcd") == 4
    assert socket.written == b""

    while stream.unsent:
        stream.flush()

    assert socket.written == b"abcd"


def test_closing_writes_what_is_left():
    """A DISCONNECT is the last packet, and must go out."""
    socket = Records([], takes=10)
    stream = RecordStream(socket)
    stream.send(b"\xe0\x00")
    stream.close()

    assert (socket.written, socket.closed) == (b"\xe0\x00", True)


def test_a_lost_connection_shows():
    """When flushing; closing is quiet."""

    class Gone(Records):
        def send(self, data: bytes) -> int:
            """Refuse for good."""
            raise ConnectionResetError

    stream = RecordStream(Gone([]))
    stream.send(b"x")
    with pytest.raises(ConnectionResetError):
        stream.flush()
    stream.close()
