"""Serves a model: `python -m maintenance.server`, set up by variables with the prefix MODEL_SERVER_.

Exit status: 0 stopped in order, 1 a failure, 2 a setting, a model or a port that cannot be used.
"""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
from zoneinfo import ZoneInfo

import uvicorn
from fastapi import FastAPI

from contracts.errors import FactoryError
from contracts.logs import configure_logs
from contracts.settings import load_settings
from maintenance.listening import listen
from maintenance.models import load, other_libraries
from maintenance.server.app import create_app
from maintenance.server.judge import Judge
from maintenance.server.scoring import Scorer
from maintenance.server.settings import ModelServerSettings


def main() -> int:
    """Serve until SIGTERM or SIGINT; returns the exit status."""
    try:
        settings = load_settings(ModelServerSettings)
        log = configure_logs("model_server", level=settings.log_level)
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
        # First the model, then the port: who gets an answer from /ping can ask for verdicts.
        scorer = Scorer(load(settings.model_dir))
        scorer.warm_up()
        endpoint = settings.endpoint or scorer.card.name
        listener = listen(settings.http_host, settings.http_port, "MODEL_SERVER")
    except FactoryError as error:
        sys.stderr.write(f"model_server: {' '.join(str(error).split())}\n")
        return error.exit_status
    app = create_app(Judge(scorer, ZoneInfo(settings.timezone)), endpoint)
    host, port = listener.getsockname()[:2]
    log.info(
        "started", model=scorer.card.name, version=scorer.card.short_version, host=host, port=port, endpoint=endpoint
    )
    if others := other_libraries(scorer.card.libraries):
        log.warning("trained with other versions of libraries", **others)
    stopped_in_order = serve(app, listener, settings.drain_seconds)
    log.info("stopped", in_order=stopped_in_order)
    return 0 if stopped_in_order else 1


def serve(app: FastAPI, listener: socket.socket, drain_seconds: float) -> bool:
    """Serve until SIGTERM or SIGINT, then finish the requests that are under way; whether that came to an end."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
    )
    server = uvicorn.Server(config)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    # Beside the main thread uvicorn leaves signals alone, and a stop is the end of `main` and its status.
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="http", daemon=True)
    thread.start()
    while thread.is_alive() and not stop.wait(0.2):
        pass
    server.should_exit = True
    thread.join(drain_seconds)
    in_order = not thread.is_alive()
    server.force_exit = True
    thread.join(5)
    return in_order


if __name__ == "__main__":
    sys.exit(main())
