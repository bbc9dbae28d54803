"""`/metrics`, `/healthz` and `/verdicts` of the job."""

from __future__ import annotations

import threading
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from maintenance.listening import listen
from maintenance.verdicts.measures import Measures

FROZEN_AFTER_S = 120.0
"""No piece of the job's work takes so long [s]: neither an attempt at AWS with its repeats nor an hour of the plant."""


def make_app(measures: Measures, silent_s: Callable[[], float]) -> FastAPI:
    """The three pages.

    Args:
        measures: metrics, and the last verdicts.
        silent_s: how long the job has done nothing [s].
    """
    app = FastAPI(title="smart-factory verdicts", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(measures.registry), media_type=CONTENT_TYPE_LATEST)

    @app.get("/healthz")
    def healthz() -> JSONResponse:
        silent = silent_s()
        if silent > FROZEN_AFTER_S:
            return JSONResponse({"status": f"the job has not moved for {silent:.0f} s"}, status_code=503)
        return JSONResponse({"status": "ok", "silent_seconds": round(silent, 1)})

    @app.get("/verdicts")
    def verdicts() -> JSONResponse:
        return JSONResponse({"verdicts": measures.verdicts.as_json()})

    return app


def serve(app: FastAPI, host: str, port: int) -> int:
    """Serve the pages from a daemon thread; the port it got.

    Raises:
        UsageError: the address is taken, or is not ours.
    """
    listener = listen(host, port, "VERDICTS")
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    # Signals belong to the job; uvicorn takes none outside the main thread.
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="http", daemon=True).start()
    taken: int = listener.getsockname()[1]
    return taken
