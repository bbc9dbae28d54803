"""What the programs need before they can run: resources and identities in the local AWS."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import boto3

from contracts.resources import REGION
from factory.local_aws.credentials import root_credentials
from factory.provision import (
    AccessKey,
    CredentialFiles,
    FleetRequest,
    Provisioned,
    Provisioner,
    ProvisionRequest,
    SmtpAccount,
    parse_device,
    provision,
)
from factory.up.layout import Layout
from factory.up.options import UpOptions


class Supply:
    """Provisioning of a local factory, as often as need be.

    Args:
        options: what the caller asked for.
        layout: where things lie.
    """

    def __init__(self, options: UpOptions, layout: Layout) -> None:
        self._options = options
        self._layout = layout
        self._files = CredentialFiles(layout.root / "credentials")
        self._keys: dict[str, AccessKey] = {}
        self._started_at: datetime | None = None
        self._lock = threading.Lock()

    def request(self) -> ProvisionRequest:
        """What is asked of the local AWS.

        Raises:
            ProvisionUsageError: an option cannot be granted.
        """
        options = self._options
        return ProvisionRequest(
            plant=options.plant,
            machines=options.machines,
            vehicles=options.vehicles,
            devices=tuple(parse_device(text, options.plant) for text in options.devices),
            seed=options.seed,
            shard_size=options.shard_size,
            interval_s=options.interval_s,
            scenario=options.scenario,
            started_at=self._started_at,
            speed=options.speed,
            endpoint_url=options.url("aws"),
            more_rights=options.own_rules.rights if options.own_rules else (),
            smtp=SmtpAccount(host=options.dial_host, port=options.ports["smtp"]),
            fleet=self._fleet() if options.fleet else None,
        )

    def _fleet(self) -> FleetRequest:
        # Without administrators: whom the SMTP secret names is told, as of all other alerts.
        return FleetRequest(model_url=self._options.url("model"), zone=self._options.fleet_zone)

    def provide(self, advance: Callable[[int, str], None] = lambda _done, _what: None) -> tuple[Provisioned, set[str]]:
        """Make what is missing; also tells the programs whose access key has changed.

        Args:
            advance: is told how many pieces of work are done, and on what.

        Raises:
            ProvisionError: the local AWS refuses.
        """
        with self._lock:
            before = self._files.load()
            made = provision(self.request(), self._session(), credentials=before, advance=advance)
            self._files.save(made.credentials)
            self._keys = dict(made.credentials)
        return made, {program for program, key in self._keys.items() if program in before and before[program] != key}

    def begin(self, moment: datetime) -> None:
        """Let the plant's time and its scenario begin anew.

        It is not done with the rest: making many identities takes minutes, by which a scenario would be over.

        Args:
            moment: the plant's epoch.

        Raises:
            ProvisionError: the local AWS refuses.
        """
        with self._lock:
            self._started_at = moment
            Provisioner(self.request(), self._session()).begin(moment)

    def _session(self) -> boto3.session.Session:
        root = root_credentials(self._layout.aws)
        return boto3.session.Session(root.access_key_id, root.secret_access_key, region_name=REGION)

    def keys(self, program: str) -> tuple[str, str]:
        """Access key id and secret of a program's user."""
        key = self._keys[program]
        return key.access_key_id, key.secret_access_key
