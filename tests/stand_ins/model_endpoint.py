"""A model's server over real HTTP that answers as a test wants, in the place of a trained model."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Judge = Callable[[Mapping[str, Any]], dict[str, Any]]


def hot_is_positive(row: Mapping[str, Any]) -> dict[str, Any]:
    """The verdict of a very simple model."""
    positive = (row.get("engine_temp_c") or 0) > 100
    return {
        "prediction": "POSITIVE" if positive else "NEGATIVE",
        "probability": 0.93 if positive else 0.07,
        "explanation": [{"signal": "engine_temp_c", "contribution": 1.7}],
        "model": "stand-in",
        "version": "1",
    }


class ModelEndpoint:
    """Answers `POST /endpoints/NAME/invocations` as SageMaker's runtime does, until it is stopped.

    Args:
        port: to listen on; 0: any.
        judge: makes a verdict of a row.
    """

    def __init__(self, port: int = 0, judge: Judge = hot_is_positive) -> None:
        self.judge = judge
        self.rows = 0
        self.stopped = False
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                rows = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["instances"]
                if endpoint.stopped:  # a connection of before: it ends without an answer, as with a process
                    self.close_connection = True
                    return
                endpoint.rows += len(rows)
                body = json.dumps({"predictions": [endpoint.judge(row) for row in rows]}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Stop listening; open connections end without an answer."""
        self.stopped = True
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
