"""A socket that a program of this room listens on."""

from __future__ import annotations

import socket

from contracts.errors import UsageError


def listen(host: str, port: int, program: str) -> socket.socket:
    """A socket that listens there.

    Args:
        host: address.
        port: port; 0 takes a free one.
        program: prefix of the settings, for the sentence that says what is wrong.

    Raises:
        UsageError: the port is taken, or the address is not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # asyncio sends without delay only where the socket says that it is TCP: else each answer takes 40 ms more.
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        raise UsageError(
            f"{program}_HTTP_HOST={host!r} {program}_HTTP_PORT={port} cannot be listened on: {error.strerror}.",
            remedy="Choose another port.",
        ) from None
    return listener
