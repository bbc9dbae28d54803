"""The program: one process that plays and serves, or one that serves and several that play."""

from __future__ import annotations

import threading
from contextlib import ExitStack

import structlog

from simulator.crew import Crew
from simulator.http_api import create_api
from simulator.http_server import HttpServer
from simulator.load_line import LoadLine
from simulator.settings import SimulatorSettings


def run(settings: SimulatorSettings, stop: threading.Event) -> int:
    """Play a plant until `stop` is set; returns the exit status.

    Raises:
        FactoryError: it cannot be played.
    """
    return _run_one(settings, stop) if settings.workers == 1 else _run_crew(settings, stop)


def _run_one(settings: SimulatorSettings, stop: threading.Event) -> int:
    # Here and not above: whoever serves for a crew needs none of what plays, which is 50 MB.
    from simulator.assembly import Assembly
    from simulator.presence import Presence

    with ExitStack() as stack:
        presence = stack.enter_context(Presence(settings.data_dir / "presence"))
        assembly = Assembly(settings, presence)
        api = create_api(assembly.playing, assembly.exporter.render)
        server = stack.enter_context(HttpServer(api, settings.http_host, settings.http_port))
        structlog.get_logger("simulator").info(
            "simulator started", http=f"http://{settings.http_host}:{server.port}", owner=presence.owner
        )
        stack.enter_context(LoadLine(lambda: [assembly.exporter.snapshot()]))
        assembly.application.run(stop)
    return 0


def _run_crew(settings: SimulatorSettings, stop: threading.Event) -> int:
    crew = Crew(settings)
    with HttpServer(create_api(crew, crew.render), settings.http_host, settings.http_port) as server:
        structlog.get_logger("simulator").info(
            "simulator started", http=f"http://{settings.http_host}:{server.port}", workers=settings.workers
        )
        with LoadLine(crew.snapshots):
            return crew.run(stop)
