"""`python -m rules`: the rules engine, settings from the environment (`RULES_…`)."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from pathlib import Path

from pydantic import ValidationError

from contracts.aws import aws_settings
from contracts.errors import FactoryError, SettingsError
from contracts.identity import CONFIGURATION_FILE, PlantConfiguration
from contracts.logs import configure_logs
from contracts.resources import Resources
from contracts.settings import load_settings
from rules.actions import Clients, Publication, Toolbox
from rules.broker import Broker, BrokerOptions
from rules.engine import Engine, EngineOptions
from rules.loading import load_catalog
from rules.lookups import AwsServices, look_up_clients
from rules.measures import Measures
from rules.placeholders import placeholders
from rules.settings import RulesSettings
from rules.tls import tls_context
from rules.web import make_app, serve


class _Publisher:
    """The connection that actions publish over; it is made after them, as it needs their rules' filters."""

    broker: Broker

    def publish(self, publication: Publication) -> None:
        self.broker.publish(publication)


def critical_temperature(identities_dir: Path) -> float:
    """The plant's threshold [°C], from the configuration that lies beside the identity.

    Raises:
        SettingsError: the file is there and is none.
    """
    file = identities_dir / CONFIGURATION_FILE
    try:
        if not file.exists():
            return PlantConfiguration().critical_temperature_c
        return PlantConfiguration.model_validate_json(file.read_bytes()).critical_temperature_c
    except (ValidationError, OSError) as error:
        said = " ".join(str(error).split())[:200]
        raise SettingsError(f"{file} is not a plant's configuration: {said}.") from None


def build(settings: RulesSettings, measures: Measures) -> Engine:
    """The engine that the settings describe.

    Raises:
        UsageError: a setting, a file or a rule is wrong.
    """
    resources = Resources(settings.plant, settings.account)
    publisher = _Publisher()
    known = placeholders(resources, critical_temperature_c=critical_temperature(settings.identities_dir))
    clients = Clients()
    rules = load_catalog(
        settings.catalog_dir, known, Toolbox(resources, clients, publisher), more=settings.more_rules_dir
    )
    context = tls_context(settings.identities_dir)
    with aws_settings():
        clients.check()
    options = BrokerOptions(
        host=settings.mqtt_host,
        port=settings.mqtt_port,
        plant=settings.plant,
        keep_alive_s=settings.keep_alive_s,
        session_expiry_s=settings.session_expiry_s,
        receive_maximum=settings.max_pending,
    )
    engine = Engine(
        rules,
        lambda filters, on_message, on_lost: Broker(options, context, filters, on_message, on_lost),
        EngineOptions(
            batch_seconds=settings.batch_seconds,
            batch_bytes=settings.batch_bytes,
            max_pending=settings.max_pending,
            account=settings.account,
            look_up_threads=settings.look_up_threads,
        ),
        measures,
        AwsServices(look_up_clients(connections=settings.look_up_threads), measures),
    )
    publisher.broker = engine.broker
    return engine


def main() -> int:
    """Work until stopped; 0 after an orderly stop, 1 after a failure, 2 for wrong settings."""
    try:
        settings = load_settings(RulesSettings)
        log = configure_logs("rules", level=settings.log_level)
        for library in ("botocore", "uvicorn"):
            logging.getLogger(library).setLevel(logging.WARNING)  # at info they tell of credentials and processes found
        measures = Measures()
        engine = build(settings, measures)
        port = serve(make_app(engine, measures), settings.http_host, settings.http_port)
    except FactoryError as error:
        sys.stderr.write(f"rules: {' '.join(str(error).split())}\n")
        return error.exit_status
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info("started", catalog=str(settings.catalog_dir), http_port=port)
    engine.run(stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
