"""Taking a plant's machines away: things, certificates and bundles, all that provisioning made for them.

It goes before `terraform destroy`: AWS IoT deletes no policy that a certificate has, and no thing type that a thing is
of. Buckets, table, topic, secrets, group and policy are left, since Terraform has made them; so is a CA of the plant's
own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import boto3
from botocore.exceptions import ClientError

from contracts.identity import InvalidCertificate, invalid_certificate_file
from contracts.resources import Resources
from factory.provision.bundle import BundleStore
from factory.provision.certificates import certificate_id
from factory.provision.clients import WORKERS, Clients
from factory.provision.foundations import error_code
from factory.provision.provisioning import Advance, refusals
from factory.provision.registry import Registry
from factory.provision.request import ProvisionRequest

_STILL_ATTACHED: Final = ("InvalidRequestException", "DeleteConflictException")
_PATIENCE_S: Final = 30.0
_PAUSE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is to be taken away.

    Args:
        things: names, with the ARNs of the certificates of each, those in force and those of before.
        certificates: ARNs of those that no thing has: revoked on purpose, or left by a run that failed.
        shards: whose bundles lie in the bucket.
    """

    things: dict[str, tuple[str, ...]]
    certificates: tuple[str, ...]
    shards: tuple[str, ...]

    @property
    def work(self) -> int:
        """How many pieces of work it is."""
        return len(self.things) + len(self.certificates) + len(self.shards)


class Remover:
    """Surveys what a plant's machines have in an account, and takes it away.

    Args:
        request: whose machines: plant, region and address count.
        session: credentials.

    Raises:
        ProvisionError: AWS cannot be reached, or refuses.
    """

    def __init__(self, request: ProvisionRequest, session: boto3.session.Session) -> None:
        self._clients = Clients(session, request.endpoint_url, request.region)
        with refusals("ask whose account this is"):
            account = self._clients.sts.get_caller_identity()["Account"]
        self.names = Resources(request.plant, account, request.region)
        self._registry = Registry(self._clients, self.names)
        self._store = BundleStore(
            self._clients.s3, self._clients.kms, self.names.identities_bucket, self.names.key_alias
        )

    def survey(self) -> Leaving:
        """What is there; nothing is changed."""
        with refusals("survey the account"), ThreadPoolExecutor(WORKERS) as pool:
            enrolled, shards = self._registry.enrolled(), self._store.shards()
            names = sorted(enrolled.things)
            things = dict(zip(names, pool.map(self._certificates_of, names), strict=True))
            held = {arn for arns in things.values() for arn in arns}
            others = (set(enrolled.trusted) | self._revoked_on_purpose(shards)) & (enrolled.known)
        return Leaving(things, tuple(sorted(others - held)), shards)

    def carry_out(self, leaving: Leaving, advance: Advance = lambda _done, _what: None) -> None:
        """Take it away; a run that failed may be repeated.

        Bundles go last: in them stands which certificates were revoked on purpose.
        """
        with refusals("take the machines away"), ThreadPoolExecutor(WORKERS) as pool:
            _each(pool, self._remove_thing, leaving.things.items(), lambda: advance(1, "machines"))
            _each(pool, self._remove_certificate, leaving.certificates, lambda: advance(1, "certificates"))
            _each(pool, self._store.remove, leaving.shards, lambda: advance(1, "bundles"))

    def _certificates_of(self, thing: str) -> tuple[str, ...]:
        pages = self._clients.iot.get_paginator("list_thing_principals").paginate(thingName=thing)
        return tuple(arn for page in pages for arn in page["principals"])

    def _revoked_on_purpose(self, shards: Iterable[str]) -> set[str]:
        path = invalid_certificate_file(InvalidCertificate.REVOKED)
        # Each shard has the same.
        for shard in shards:
            if (pem := self._store.read(shard).files.get(path)) is not None:
                return {self._registry.certificate_arn(certificate_id(pem.decode()))}
        return set()

    def _remove_thing(self, thing: tuple[str, tuple[str, ...]]) -> None:
        name, certificates = thing
        for arn in certificates:
            self._clients.iot.detach_thing_principal(thingName=name, principal=arn)
            self._remove_certificate(arn)
        patiently(lambda: self._clients.iot.delete_thing(thingName=name))

    def _remove_certificate(self, arn: str) -> None:
        self._registry.retire(arn)
        patiently(lambda: self._clients.iot.delete_certificate(certificateId=arn.rpartition("/")[2]))


def patiently(
    delete: Callable[[], object],
    sleep: Callable[[float], None] = time.sleep,
    patience_s: float = _PATIENCE_S,
) -> None:
    """Delete what may still be attached for a moment: AWS IoT detaches some seconds after it has said so.

    Args:
        delete: the call.
        sleep: waits so many seconds.
        patience_s: how long the refusal is taken for that [s].

    Raises:
        ClientError: refused for another reason, or for longer.
    """
    waited_s = 0.0
    while True:
        try:
            delete()
        except ClientError as error:
            if error_code(error) not in _STILL_ATTACHED or waited_s >= patience_s:
                raise
            sleep(_PAUSE_S)
            waited_s += _PAUSE_S
        else:
            return


def _each(
    pool: ThreadPoolExecutor, do: Callable[..., object], things: Iterable[object], done: Callable[[], None]
) -> None:
    for future in [pool.submit(do, thing) for thing in things]:
        future.result()
        done()
