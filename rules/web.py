"""`/metrics`, `/healthz` and `/readyz`, served from a thread."""

from __future__ import annotations

import socket
import threading
import time

import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from contracts.errors import UsageError
from rules.engine import Engine
from rules.measures import Measures

FROZEN_AFTER_S = 20.0
"""A turn of the engine takes at most a connection attempt of five seconds, twice with TLS."""
DISCONNECTED_AFTER_S = 30.0


def health(engine: Engine, now: float) -> tuple[int, dict[str, object]]:
    """Status and answer of `/healthz`.

    Args:
        engine: whom to ask.
        now: time [s, monotonic].
    """
    silent = now - engine.alive_at
    away = 0.0 if engine.broker.lost_at is None else now - engine.broker.lost_at
    answer: dict[str, object] = {"status": "ok", "connected": engine.broker.ready, "silent_seconds": round(silent, 1)}
    if silent > FROZEN_AFTER_S:
        answer["status"] = f"the worker has not moved for {silent:.0f} s"
    elif away > DISCONNECTED_AFTER_S:
        answer["status"] = f"not connected to the broker for {away:.0f} s"
    return (200 if answer["status"] == "ok" else 503), answer


def make_app(engine: Engine, measures: Measures) -> FastAPI:
    """The three pages of an engine."""
    app = FastAPI(title="smart-factory rules engine", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(measures.registry), media_type=CONTENT_TYPE_LATEST)

    @app.get("/healthz")
    def healthz() -> JSONResponse:
        status, answer = health(engine, time.monotonic())
        return JSONResponse(answer, status_code=status)

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        # Who must not speak before it is heard waits for this: for a session that has never been there, the broker
        # keeps nothing.
        ready = engine.broker.ready
        return JSONResponse({"status": "ok" if ready else "not subscribed"}, status_code=200 if ready else 503)

    return app


def serve(app: FastAPI, host: str, port: int) -> int:
    """Serve the app from a daemon thread; the port it got.

    Raises:
        UsageError: the address is taken, or is not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # TCP by name: only then does asyncio send small pieces at once.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        raise UsageError(
            f"RULES_HTTP_HOST={host!r} RULES_HTTP_PORT={port} cannot be used: {error.strerror}.",
            remedy="Choose another port.",
        ) from None
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    # Signals belong to the engine; uvicorn takes none outside the main thread.
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="http", daemon=True).start()
    taken: int = listener.getsockname()[1]
    return taken
