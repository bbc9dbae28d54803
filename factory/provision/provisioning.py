"""Provisioning from the request to the finished plant: survey, plan, act."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from contracts.identity import PlantConfiguration
from contracts.resources import Resources
from factory.provision.bundle import BundleStore
from factory.provision.clients import Clients
from factory.provision.errors import ProvisionError
from factory.provision.fleet import FleetPlan, begin, carry_out, plan_fleet
from factory.provision.foundations import foundation_steps, key_arn
from factory.provision.issuers import PlantIssuer, issuer_of
from factory.provision.pipeline import pipeline_steps
from factory.provision.plan import Plan
from factory.provision.registry import Registry
from factory.provision.request import ProvisionRequest
from factory.provision.trust import trust_anchor
from factory.provision.users import AccessKey, user_steps

Advance = Callable[[int, str], None]
"""Is told how many pieces of work are done, and on what."""


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What the plant has now.

    Args:
        names: of its resources.
        shards: number of identities by shard, the rules engine's too if it has one.
        configuration: what the programs agree on.
        credentials: access key of each local program; empty on a real account.
        created: how many things were made or changed; 0 when all was there.
    """

    names: Resources
    shards: Mapping[str, int]
    configuration: PlantConfiguration
    credentials: Mapping[str, AccessKey]
    created: int

    @property
    def machines(self) -> int:
        """Machines and other devices that publish."""
        return sum(count for shard, count in self.shards.items() if shard.startswith("shard-"))


class Provisioner:
    """Surveys an account, plans what it lacks, and makes it.

    Args:
        request: what the plant shall have.
        session: credentials.
        credentials: access keys of the local programs that are known from before.

    Raises:
        ProvisionError: AWS cannot be reached, or refuses.
    """

    def __init__(
        self,
        request: ProvisionRequest,
        session: boto3.session.Session,
        credentials: Mapping[str, AccessKey] | None = None,
    ) -> None:
        self._request = request
        self._clients = Clients(session, request.endpoint_url, request.region)
        self._keys = dict(credentials or {})
        with refusals("ask whose account this is"):
            account = self._clients.sts.get_caller_identity()["Account"]
        self.names = Resources(request.plant, account, request.region)
        self._registry = Registry(self._clients, self.names)
        self._issuer = issuer_of(request.signer, self._clients, self.names)
        self._store = BundleStore(
            self._clients.s3, self._clients.kms, self.names.identities_bucket, self.names.key_alias
        )
        self._anchor = trust_anchor(request.endpoint_url)

    def plan(self) -> Plan:
        """What is missing; nothing is changed."""
        request, now = self._request, datetime.now(UTC)
        with refusals("survey the account"):
            steps = foundation_steps(self._clients, self.names, request.smtp, local=request.local)
            if request.fleet is not None:
                steps += pipeline_steps(self._clients, self.names, request)
            steps += self._registry.steps(local=request.local)
            if isinstance(self._issuer, PlantIssuer):
                steps.append(self._issuer.step())
            if request.local:
                steps += user_steps(
                    self._clients, self.names, key_arn(self._clients, self.names), self._keys, request.more_rights
                )
            fleet = plan_fleet(request, self._store, self._registry, self._issuer, self._anchor, now)
        return Plan(request, self.names, tuple(steps), fleet)

    def carry_out(self, plan: Plan, advance: Advance = lambda _done, _what: None) -> Provisioned:
        """Make what the plan says is missing; a run that failed may be repeated."""
        needed = [step for step in plan.steps if step.needed]
        for step in needed:
            with refusals(f"make the {step.kind} {step.name}"):
                step.make()
            advance(1, f"{step.kind} {step.name}")
        with refusals("make the identities"):
            carry_out(
                plan.fleet, self._request, self._store, self._registry, self._issuer, self._anchor,
                datetime.now(UTC), lambda done: advance(done, "identities"),
            )  # fmt: skip
        return Provisioned(
            names=self.names,
            shards={shard.shard: len(shard.members) for shard in plan.fleet.shards},
            configuration=plan.fleet.configuration,
            credentials=dict(self._keys),
            created=len(needed) + _made(plan.fleet),
        )

    def begin(self, moment: datetime) -> None:
        """Let the plant's time and its scenario begin anew; programs that fetch their identities then know of it.

        Args:
            moment: the plant's epoch.
        """
        with refusals("set the plant's epoch"):
            begin(self._store, moment, datetime.now(UTC))


def provision(
    request: ProvisionRequest,
    session: boto3.session.Session,
    *,
    credentials: Mapping[str, AccessKey] | None = None,
    advance: Advance = lambda _done, _what: None,
) -> Provisioned:
    """Give a plant what it asks for, without asking back.

    Args:
        request: what the plant shall have.
        session: credentials of someone who may make all of it.
        credentials: access keys of the local programs that are known from before; the others are made anew.
        advance: is told how many pieces of work are done, and on what.

    Raises:
        ProvisionError: AWS cannot be reached, or refuses.
    """
    provisioner = Provisioner(request, session, credentials)
    return provisioner.carry_out(provisioner.plan(), advance)


def _made(fleet: FleetPlan) -> int:
    written = sum(bool(shard.new) or shard.stale for shard in fleet.shards)
    return fleet.work + written + len(fleet.surplus)


@contextmanager
def refusals(deed: str) -> Iterator[None]:
    """Turn what boto3 raises into a sentence that says what was tried."""
    try:
        yield
    except ClientError as error:
        told = error.response.get("Error", {})
        raise ProvisionError(
            f"AWS refused to {deed}: {error.operation_name}: {told.get('Code')}: {told.get('Message')}"
        ) from error
    except (BotoCoreError, ResponseParserError) as error:
        raise ProvisionError(
            f"Could not {deed}: {error}.", remedy="Check credentials, region and --endpoint-url."
        ) from error
