"""AWS IoT's registry: thing type, group, policies, and what is enrolled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.identity import Identity
from contracts.resources import RULES_ENGINE, THING_TYPE, Resources
from factory.provision.clients import Clients
from factory.provision.policies import Document, engine_policy, machine_policy
from factory.provision.steps import State, Step, found, same_document

if TYPE_CHECKING:
    from mypy_boto3_iot.type_defs import AttributePayloadTypeDef

_ATTRIBUTES = ("plant", "line", "model")
_PAGE = 250


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What the registry knows of a plant.

    Args:
        things: attributes of each thing, by name.
        grouped: names of the things in the plant's group.
        trusted: ARNs of the certificates that have one of the plant's policies.
        active: ARNs of the certificates that are active.
        revoked: ARNs of the certificates that are revoked.
        known: ARNs of all certificates of the account, whatever their status.
    """

    things: dict[str, dict[str, str]]
    grouped: frozenset[str]
    trusted: frozenset[str]
    active: frozenset[str]
    revoked: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()


class Registry:
    """A plant's things and certificates in AWS IoT.

    Args:
        clients: of the account.
        names: of the plant.
    """

    def __init__(self, clients: Clients, names: Resources) -> None:
        self._iot = clients.iot
        self._names = names

    def steps(self, *, local: bool) -> list[Step]:
        """Thing type, group and policies."""
        steps = [
            self._type_step(),
            self._group_step(),
            self._policy_step(self._names.machine_policy, machine_policy(self._names)),
        ]
        if local:
            steps.append(self._policy_step(self._names.engine_policy, engine_policy(self._names)))
        return steps

    def enrolled(self) -> Enrolled:
        """All that is enrolled, from four listings; not a call a machine."""
        things = self._list("list_things", "things", attributeName="plant", attributeValue=self._names.plant)
        certificates = list(self._list("list_certificates", "certificates"))
        return Enrolled(
            things={one["thingName"]: dict(one.get("attributes") or {}) for one in things},
            grouped=frozenset(self._grouped()),
            trusted=frozenset([*self._targets(self._names.machine_policy), *self._targets(self._names.engine_policy)]),
            active=frozenset(one["certificateArn"] for one in certificates if one["status"] == "ACTIVE"),
            revoked=frozenset(one["certificateArn"] for one in certificates if one["status"] == "REVOKED"),
            known=frozenset(one["certificateArn"] for one in certificates),
        )

    def enrol(self, identity: Identity, certificate_arn: str, known: Enrolled) -> None:
        """Make a thing with its certificate and rights; whatever of it is there already is left.

        The policy comes last: a certificate that has it is enrolled to the end.
        """
        self._ensure_thing(identity, known)
        self._iot.attach_thing_principal(thingName=identity.device_id, principal=certificate_arn)
        engine = identity.device_id == RULES_ENGINE
        if not engine and identity.device_id not in known.grouped:
            self._iot.add_thing_to_thing_group(thingGroupName=self._names.thing_group, thingName=identity.device_id)
        self._iot.attach_policy(
            policyName=self._names.engine_policy if engine else self._names.machine_policy, target=certificate_arn
        )

    def complete(self, identity: Identity, known: Enrolled) -> bool:
        """Whether a thing is as it should be, its certificate aside."""
        grouped = identity.device_id == RULES_ENGINE or identity.device_id in known.grouped
        return grouped and known.things.get(identity.device_id) == attributes_of(identity)

    def retire(self, certificate_arn: str) -> None:
        """Take a certificate's rights away; what is connected with it stays so until it connects again."""
        self._iot.update_certificate(certificateId=certificate_arn.rpartition("/")[2], newStatus="INACTIVE")
        for policy in (self._names.machine_policy, self._names.engine_policy):
            try:
                self._iot.detach_policy(policyName=policy, target=certificate_arn)
            except self._iot.exceptions.ResourceNotFoundException:
                continue

    def certificate_arn(self, certificate_id: str) -> str:
        """ARN of a certificate in this account."""
        return f"arn:aws:iot:{self._names.region}:{self._names.account}:cert/{certificate_id}"

    def _ensure_thing(self, identity: Identity, known: Enrolled) -> None:
        name, attributes = identity.device_id, attributes_of(identity)
        payload: AttributePayloadTypeDef = {"attributes": attributes, "merge": False}
        there = known.things.get(name)
        try:
            if there is None:
                self._iot.create_thing(thingName=name, thingTypeName=THING_TYPE, attributePayload=payload)
        except self._iot.exceptions.ResourceAlreadyExistsException:
            there = {}
        if there not in (None, attributes):
            self._iot.update_thing(thingName=name, thingTypeName=THING_TYPE, attributePayload=payload)

    def _type_step(self) -> Step:
        def make() -> None:
            properties = {"thingTypeDescription": "A machine", "searchableAttributes": list(_ATTRIBUTES)}
            self._iot.create_thing_type(thingTypeName=THING_TYPE, thingTypeProperties=properties)  # type: ignore[arg-type]

        return Step(
            "thing type", THING_TYPE, self._state(self._iot.describe_thing_type, thingTypeName=THING_TYPE), make
        )

    def _group_step(self) -> Step:
        group = self._names.thing_group
        state = self._state(self._iot.describe_thing_group, thingGroupName=group)
        return Step("thing group", group, state, lambda: self._iot.create_thing_group(thingGroupName=group))

    def _policy_step(self, name: str, document: Document) -> Step:
        try:
            text = self._iot.get_policy(policyName=name).get("policyDocument")
        except self._iot.exceptions.ResourceNotFoundException:
            return Step("IoT policy", name, "missing", lambda: self._create_policy(name, document))
        state = found(True, same_document(text, document))
        return Step("IoT policy", name, state, lambda: self._replace_policy(name, document))

    def _create_policy(self, name: str, document: Document) -> None:
        self._iot.create_policy(policyName=name, policyDocument=json.dumps(document))

    def _replace_policy(self, name: str, document: Document) -> None:
        # A policy has five versions at most: the oldest that is not in force makes room.
        versions = self._iot.list_policy_versions(policyName=name)["policyVersions"]
        spare = sorted(int(one["versionId"]) for one in versions if not one["isDefaultVersion"])
        if len(versions) >= 5:
            self._iot.delete_policy_version(policyName=name, policyVersionId=str(spare[0]))
        self._iot.create_policy_version(policyName=name, policyDocument=json.dumps(document), setAsDefault=True)

    def _state(self, describe: Any, **arguments: str) -> State:
        try:
            describe(**arguments)
        except self._iot.exceptions.ResourceNotFoundException:
            return "missing"
        return "present"

    def _grouped(self) -> list[str]:
        try:
            return list(self._list("list_things_in_thing_group", "things", thingGroupName=self._names.thing_group))
        except self._iot.exceptions.ResourceNotFoundException:
            return []

    def _targets(self, policy: str) -> list[str]:
        try:
            return list(self._list("list_targets_for_policy", "targets", policyName=policy))
        except self._iot.exceptions.ResourceNotFoundException:
            return []

    def _list(self, operation: str, field: str, **arguments: str) -> Iterator[Any]:
        pages = self._iot.get_paginator(operation).paginate(  # type: ignore[call-overload]
            **arguments, PaginationConfig={"PageSize": _PAGE}
        )
        for page in pages:
            yield from page[field]


def attributes_of(identity: Identity) -> dict[str, str]:
    """What the registry says of a machine."""
    return {"plant": identity.plant, "line": identity.line, "model": identity.model}
