"""The web server, on a thread of its own."""

from __future__ import annotations

import socket
import threading
from types import TracebackType

import uvicorn
from fastapi import FastAPI

from contracts.errors import UsageError


class HttpServer:
    """Serves an application while the context is open.

    Args:
        api: the application.
        host: address to listen on.
        port: port to listen on; 0 takes a free one.

    Raises:
        UsageError: on entering, if the port is taken or the address is not this machine's.

    Attributes:
        port: port that it listens on, once entered.
    """

    def __init__(self, api: FastAPI, host: str, port: int) -> None:
        self.host, self.port = host, port
        # Logs of requests would be a line a second from Prometheus alone; errors are logged by the application.
        config = uvicorn.Config(
            api, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1, server_header=False
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="http", daemon=True)
        self._socket: socket.socket | None = None

    def __enter__(self) -> HttpServer:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        # TCP by name: only then does asyncio send small pieces at once.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((self.host, self.port))
            listener.listen(128)
        except OSError as error:
            listener.close()
            raise UsageError(
                f"{self.host} port {self.port} cannot be listened on: {error.strerror}.",
                remedy="Set SIMULATOR_HTTP_PORT (and SIMULATOR_HTTP_HOST) to free ones.",
            ) from error
        self._socket, self.port = listener, listener.getsockname()[1]
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=3)

    def _serve(self) -> None:
        assert self._socket is not None  # noqa: S101 - for the type checker
        self._server.run(sockets=[self._socket])
