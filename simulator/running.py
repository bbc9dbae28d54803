"""The program: one process that plays and serves, or one that serves and several that play."""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager, ExitStack, nullcontext

import structlog

from simulator.crew import Crew
from simulator.http_api import create_api
from simulator.http_server import HttpServer
from simulator.load_line import LoadLine
from simulator.settings import SimulatorSettings
from simulator.shipping import Routine, Shipper, ShippingMeters, bucket_of


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
        stack.enter_context(_shipping(settings, assembly.shipping_meters))
        assembly.application.run(stop)
    return 0


def _run_crew(settings: SimulatorSettings, stop: threading.Event) -> int:
    crew = Crew(settings)
    with HttpServer(create_api(crew, crew.render), settings.http_host, settings.http_port) as server:
        structlog.get_logger("simulator").info(
            "simulator started", http=f"http://{settings.http_host}:{server.port}", workers=settings.workers
        )
        # Whoever serves ships for all that play: they write into one directory.
        with LoadLine(crew.snapshots), _shipping(settings, crew.shipping_meters):
            return crew.run(stop)


def _shipping(settings: SimulatorSettings, meters: ShippingMeters) -> AbstractContextManager[object]:
    """Ships ledger and truth while it is entered, if they are to be shipped."""
    if not settings.truth_bucket:
        return nullcontext()
    directory, put = settings.data_dir, bucket_of(settings.truth_bucket)
    return Routine(
        directory, lambda: Shipper(directory, put, remove=settings.ship_and_remove), settings.ship_seconds, meters
    )
