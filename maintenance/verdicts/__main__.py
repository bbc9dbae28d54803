"""Judges the running plant: `python -m maintenance.verdicts`, set up by variables with the prefix VERDICTS_.

Exit status: 0 stopped in order, 1 a failure, 2 a setting, a model or a port that cannot be used.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Mapping

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from contracts.errors import FactoryError, SettingsError
from contracts.logs import configure_logs
from contracts.resources import REGION
from contracts.settings import load_settings
from maintenance.lake.address import open_store
from maintenance.plant_models import load_models
from maintenance.verdicts.archive import Archive
from maintenance.verdicts.job import JobOptions, VerdictJob
from maintenance.verdicts.measures import Measures
from maintenance.verdicts.memory import Memory
from maintenance.verdicts.publisher import SENDERS, Publisher
from maintenance.verdicts.registry import Machine, MachineRegistry
from maintenance.verdicts.service import VerdictService
from maintenance.verdicts.settings import VerdictSettings
from maintenance.verdicts.web import make_app, serve

_CONFIG = Config(connect_timeout=5, read_timeout=20, max_pool_connections=SENDERS, retries={"total_max_attempts": 3})


def main() -> int:
    """Work until SIGTERM or SIGINT; returns the exit status."""
    try:
        settings = load_settings(VerdictSettings)
        configure_logs("verdicts", level=settings.log_level)
        for library in ("botocore", "uvicorn"):
            logging.getLogger(library).setLevel(logging.WARNING)  # at info they tell of credentials and processes found
        service, measures = build(settings)
        port = serve(make_app(measures, lambda: service.silent_s), settings.http_host, settings.http_port)
    except FactoryError as error:
        sys.stderr.write(f"verdicts: {' '.join(str(error).split())}\n")
        return error.exit_status
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    structlog.get_logger("verdicts").info("started", lake=settings.lake, plant=settings.plant, http_port=port)
    service.run(stop)
    return 0


def build(settings: VerdictSettings) -> tuple[VerdictService, Measures]:
    """The service that the settings describe.

    Raises:
        UsageError: a setting or a model is wrong.
    """
    models = load_models(settings.models_dir)
    store = open_store(settings.lake)
    measures = Measures(settings.plant, models.versions)
    try:
        session = boto3.session.Session()
        region = session.region_name or REGION
        registry = MachineRegistry(session.client("iot", region, config=_CONFIG), settings.plant, models.normal.models)
        publisher = Publisher(session.client("iot-data", region, config=_CONFIG))
    except (BotoCoreError, ValueError) as error:
        raise SettingsError(
            f"AWS cannot be used: {error}.", remedy="AWS_ENDPOINT_URL and the credentials must be right."
        ) from error
    options = JobOptions(settings.plant, settings.settle_seconds, settings.so_far_seconds, settings.look_back_hours)

    def make_job(machines: Mapping[str, Machine]) -> VerdictJob:
        archive, memory = Archive(store, settings.plant), Memory(store, settings.plant)
        return VerdictJob(models, machines, archive, memory, publisher, measures, options)

    return (
        VerdictService(registry.machines, make_job, measures, settings.look_seconds, settings.machines_seconds),
        measures,
    )


if __name__ == "__main__":
    sys.exit(main())
