"""Identities of all machines: which are missing, and how each shard is made whole.

A shard's bundle is written when all its machines are enrolled, so what a bundle holds was enrolled to the end. Keys and
certificates in it are kept; a certificate that ends within 30 days is replaced, and the old one stays valid until the
next provisioning, so that machines can fetch the new one without haste.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from contracts.identity import (
    CA_FILE,
    CONFIGURATION_FILE,
    ENGINE_SHARD,
    PLANT_CA_FILE,
    Identity,
    PlantConfiguration,
    certificate_file,
    key_file,
)
from contracts.resources import RULES_ENGINE
from factory.provision.bundle import Bundle, BundleStore
from factory.provision.certificates import KeyedCertificate, certificate_id
from factory.provision.clients import WORKERS
from factory.provision.invalid import files_of_invalid, invalid_in
from factory.provision.issuers import CertificateIssuer, Invalid
from factory.provision.registry import Enrolled, Registry
from factory.provision.request import Issuer, ProvisionRequest
from factory.provision.scenarios import merged, replayed

Result = TypeVar("Result")
_EMPTY = Enrolled({}, frozenset(), frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs, as a bundle tells it.

    Args:
        kind: AWS or the plant.
        certificate: the plant CA's, if it is the signer.
    """

    kind: Issuer
    certificate: str | None

    def signed(self, bundle: Bundle) -> bool:
        """Whether a bundle's certificates are this signer's; another's are all replaced."""
        ca = bundle.files.get(PLANT_CA_FILE)
        return bundle.manifest.issuer == self.kind and (ca.decode() if ca else None) == self.certificate


@dataclass(frozen=True, slots=True)
class ShardPlan:
    """What is to be done for a shard.

    Args:
        shard: its name.
        members: who shall be in it.
        kept: keys and certificates that stay, by device.
        renewed: devices whose certificate ends soon.
        repaired: devices whose certificate stays but whose enrolment is not whole.
        stale: whether the bundle must be written even if no certificate is new.
    """

    shard: str
    members: tuple[Identity, ...]
    kept: Mapping[str, KeyedCertificate]
    renewed: frozenset[str]
    repaired: frozenset[str]
    stale: bool

    @property
    def new(self) -> tuple[Identity, ...]:
        """Who needs a certificate."""
        return tuple(one for one in self.members if one.device_id not in self.kept)

    @property
    def needed(self) -> bool:
        """Whether there is something to do."""
        return bool(self.new or self.repaired or self.stale)


@dataclass(frozen=True, slots=True)
class FleetPlan:
    """What is to be done for the identities of a plant.

    Args:
        shards: what is to be done for each.
        surplus: shards that are no longer wanted.
        retired: ARNs of certificates that are no longer in use.
        configuration: what the programs shall agree on.
        enrolled: what the registry knows.
        invalid: certificates that no broker may accept; None: they must be made.
    """

    shards: tuple[ShardPlan, ...]
    surplus: tuple[str, ...] = ()
    retired: frozenset[str] = frozenset()
    configuration: PlantConfiguration = field(default_factory=PlantConfiguration)
    enrolled: Enrolled = _EMPTY
    invalid: Invalid | None = None

    @property
    def lacks_invalid(self) -> bool:
        """Whether the certificates that no broker may accept must be made."""
        return self.invalid is None and any(_has_machines(shard.shard) for shard in self.shards)

    @property
    def needed(self) -> bool:
        """Whether there is something to do."""
        return bool(self.surplus or self.retired or any(shard.needed for shard in self.shards))

    @property
    def work(self) -> int:
        """Single pieces of work, for a progress bar."""
        return (
            sum(len(shard.new) + len(shard.repaired) for shard in self.shards) + len(self.retired) + self.lacks_invalid
        )


def plan_fleet(
    request: ProvisionRequest,
    store: BundleStore,
    registry: Registry,
    issuer: CertificateIssuer,
    anchor: bytes,
    now: datetime,
) -> FleetPlan:
    """Compare what is asked for with what lies there."""
    bundles = {shard: store.read(shard) for shard in store.shards()}
    enrolled = registry.enrolled()
    before = next((_configuration(bundle) for bundle in bundles.values()), None)
    configuration = request.configuration(before)
    if configuration.started_at is None:
        configuration = configuration.model_copy(update={"started_at": now})
    signer = Signer(request.signer, issuer.ca_certificate())
    common = _common_files(configuration, anchor, signer.certificate)
    wanted = _wanted(request, configuration)
    signed = [bundle for bundle in bundles.values() if signer.signed(bundle)]
    invalid = invalid_in(signed, issuer.invalid_kinds, registry, enrolled)
    shards = tuple(
        _plan_shard(
            shard, members, bundles.get(shard), signer, common | _invalid_files(shard, invalid), registry, enrolled, now
        )
        for shard, members in wanted.items()
    )
    if invalid is None:
        shards = tuple(replace(shard, stale=shard.stale or _has_machines(shard.shard)) for shard in shards)
    in_use = {
        registry.certificate_arn(certificate_id(pair.certificate))
        for shard, members in wanted.items()
        if shard in bundles
        for pair in _pairs(bundles[shard], members).values()
    }
    return FleetPlan(
        shards=shards,
        surplus=tuple(shard for shard in bundles if shard not in wanted),
        retired=(enrolled.trusted & enrolled.active) - in_use,
        configuration=configuration,
        enrolled=enrolled,
        invalid=invalid,
    )


def carry_out(
    plan: FleetPlan,
    request: ProvisionRequest,
    store: BundleStore,
    registry: Registry,
    issuer: CertificateIssuer,
    anchor: bytes,
    now: datetime,
    advance: Callable[[int], None],
) -> None:
    """Do what the plan says; may be repeated after a failure.

    Args:
        plan: what to do.
        request: what was asked for.
        store: of the bundles.
        registry: of the things.
        issuer: signs certificates.
        anchor: CA of the broker.
        now: time of issue.
        advance: is told how many pieces of work are done.
    """
    common = _common_files(plan.configuration, anchor, issuer.ca_certificate())
    invalid = plan.invalid

    def enrol(identity: Identity) -> KeyedCertificate:
        arn, pair = issuer.issue(identity.device_id)
        registry.enrol(identity, arn, plan.enrolled)
        advance(1)
        return pair

    def repair(identity: Identity, pair: KeyedCertificate) -> None:
        registry.enrol(identity, registry.certificate_arn(certificate_id(pair.certificate)), plan.enrolled)
        advance(1)

    def retire(certificate_arn: str) -> None:
        registry.retire(certificate_arn)
        advance(1)

    with ThreadPoolExecutor(WORKERS, thread_name_prefix="provision") as pool:
        for shard in plan.shards:
            broken = [one for one in shard.members if one.device_id in shard.repaired]
            _all(pool, repair, broken, [shard.kept[one.device_id] for one in broken])
            pairs = _all(pool, enrol, shard.new)
            if invalid is None and _has_machines(shard.shard):
                invalid = issuer.issue_invalid()
                advance(1)
            if pairs or shard.stale:
                made = dict(zip((one.device_id for one in shard.new), pairs, strict=True))
                files = common | _invalid_files(shard.shard, invalid) | _identity_files({**shard.kept, **made})
                store.write(request.plant, shard.shard, request.signer, shard.members, files, now)
        for surplus in plan.surplus:
            store.remove(surplus)
        _all(pool, retire, sorted(plan.retired))


def begin(store: BundleStore, moment: datetime, now: datetime) -> int:
    """Let the plant's time and its scenario begin anew, for all shards alike; returns how many there are.

    Args:
        store: of the bundles.
        moment: the plant's new epoch.
        now: time of issue.
    """
    shards = store.shards()
    for shard in shards:
        bundle = store.read(shard)
        configuration = _configuration(bundle).model_copy(update={"started_at": moment})
        files = {**bundle.files, CONFIGURATION_FILE: _text_of(configuration)}
        manifest = bundle.manifest
        store.write(manifest.plant, shard, manifest.issuer, manifest.identities, files, now)
    return len(shards)


def _all(pool: ThreadPoolExecutor, work: Callable[..., Result], *things: Iterable[object]) -> list[Result]:
    """Do it for all; the first failure ends what has not begun."""
    futures = [pool.submit(work, *group) for group in zip(*things, strict=True)]
    try:
        return [future.result() for future in futures]
    finally:
        for future in futures:
            future.cancel()


def _wanted(request: ProvisionRequest, configuration: PlantConfiguration) -> dict[str, tuple[Identity, ...]]:
    # Whoever changes the scenario, or leaves it as it was, need not know which machines it replays.
    devices = merged(request.devices, replayed(configuration.scenario, request.plant))
    wanted = request.model_copy(update={"devices": devices, "shard_size": configuration.shard_size}).shards()
    if request.local:
        # On AWS the rules are AWS IoT's own, and no engine is deployed.
        engine = Identity(device_id=RULES_ENGINE, plant=request.plant, line="none", model="rules-engine")
        wanted[ENGINE_SHARD] = (engine,)
    return wanted


def _plan_shard(
    shard: str,
    members: tuple[Identity, ...],
    bundle: Bundle | None,
    signer: Signer,
    common: Mapping[str, bytes],
    registry: Registry,
    enrolled: Enrolled,
    now: datetime,
) -> ShardPlan:
    pairs = _pairs(bundle, members) if bundle is not None and signer.signed(bundle) else {}
    renewed = {device for device, pair in pairs.items() if pair.due(now)}
    arns = {device: registry.certificate_arn(certificate_id(pair.certificate)) for device, pair in pairs.items()}
    # One that AWS IoT does not hold as active, be it lost or revoked, is of no use to its machine.
    kept = {device: pair for device, pair in pairs.items() if device not in renewed and arns[device] in enrolled.active}
    repaired = {
        one.device_id
        for one in members
        if one.device_id in kept and not (registry.complete(one, enrolled) and arns[one.device_id] in enrolled.trusted)
    }
    stale = (
        bundle is None
        or bundle.manifest.identities != members
        or any(bundle.files.get(path) != content for path, content in common.items())
    )
    return ShardPlan(shard, members, kept, frozenset(renewed), frozenset(repaired), stale)


def _pairs(bundle: Bundle, members: tuple[Identity, ...]) -> dict[str, KeyedCertificate]:
    held = {one.device_id for one in bundle.manifest.identities}
    return {
        one.device_id: KeyedCertificate(
            _text(bundle, certificate_file(one.device_id)), _text(bundle, key_file(one.device_id))
        )
        for one in members
        if one.device_id in held
    }


def _identity_files(pairs: Mapping[str, KeyedCertificate]) -> dict[str, bytes]:
    files = {}
    for device, pair in pairs.items():
        files[certificate_file(device)] = pair.certificate.encode()
        files[key_file(device)] = pair.key.encode()
    return files


def _has_machines(shard: str) -> bool:
    return shard != ENGINE_SHARD


def _invalid_files(shard: str, invalid: Invalid | None) -> dict[str, bytes]:
    return files_of_invalid(invalid) if invalid is not None and _has_machines(shard) else {}


def _common_files(configuration: PlantConfiguration, anchor: bytes, plant_ca: str | None) -> dict[str, bytes]:
    files = {CA_FILE: anchor, CONFIGURATION_FILE: _text_of(configuration)}
    return files | ({PLANT_CA_FILE: plant_ca.encode()} if plant_ca else {})


def _text_of(configuration: PlantConfiguration) -> bytes:
    return configuration.model_dump_json(indent=1).encode()


def _configuration(bundle: Bundle) -> PlantConfiguration:
    return PlantConfiguration.model_validate_json(bundle.files[CONFIGURATION_FILE])


def _text(bundle: Bundle, path: str) -> str:
    return bundle.files[path].decode()
