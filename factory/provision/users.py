"""IAM users of the local programs, each with its own least rights and access key.

On a real account programs take on roles instead; those are Terraform's.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from contracts.resources import Resources
from factory.provision.clients import Clients
from factory.provision.errors import ProvisionError
from factory.provision.policies import Document, program_policies
from factory.provision.steps import Step, found
from rules.rights import Right

PROGRAMS = ("init-simulator", "init-rules", "init-mail", "simulator", "rules", "mail", "verdicts", "fleet")
_POLICY = "rights"


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A program's access key."""

    access_key_id: str
    secret_access_key: str = field(repr=False)


class CredentialFiles:
    """The programs' access keys as files, `PROGRAM.json`, readable by their owner alone.

    Args:
        directory: where they lie.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def load(self) -> dict[str, AccessKey]:
        """The keys that are there, by program.

        Raises:
            ProvisionError: a file is not one of ours.
        """
        keys = {}
        for path in sorted(self._directory.glob("*.json")):
            try:
                keys[path.stem] = AccessKey(**json.loads(path.read_text()))
            except (ValueError, TypeError):
                raise ProvisionError(
                    f"{path} is not a file of credentials.", remedy="Delete it to have it made anew."
                ) from None
        return keys

    def save(self, keys: Mapping[str, AccessKey]) -> None:
        """Write the keys, each file whole or not at all."""
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        for program, key in keys.items():
            draft = self._directory / f".{program}.draft"
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(json.dumps(asdict(key)) + "\n")
            draft.replace(self._directory / f"{program}.json")


def user_steps(
    clients: Clients,
    names: Resources,
    key_arn: str | None,
    keys: dict[str, AccessKey],
    more_rights: Sequence[Right] = (),
) -> list[Step]:
    """A step for each program's user.

    Args:
        clients: of the account.
        names: of the plant.
        key_arn: the plant's KMS key; None if it is yet to be made.
        keys: the programs' keys that are known; steps put new ones in.
        more_rights: of the rules engine, for rules beside the factory's own.
    """

    def policy(program: str, arn: str) -> Document:
        return program_policies(names, arn, more_rights)[program]

    return [_user_step(clients, names, key_arn, program, keys, policy) for program in PROGRAMS]


def _user_step(
    clients: Clients,
    names: Resources,
    key_arn: str | None,
    program: str,
    keys: dict[str, AccessKey],
    policy: Callable[[str, str], Document],
) -> Step:
    user = names.user(program)

    def make() -> None:
        arn = key_arn or clients.kms.describe_key(KeyId=names.key_alias)["KeyMetadata"]["Arn"]
        with contextlib.suppress(clients.iam.exceptions.EntityAlreadyExistsException):
            clients.iam.create_user(UserName=user)
        rights = json.dumps(policy(program, arn))
        clients.iam.put_user_policy(UserName=user, PolicyName=_POLICY, PolicyDocument=rights)
        _ensure_key(clients, user, program, keys)

    known = keys.get(program)
    valid = known is not None and known.access_key_id in _key_ids(clients, user)
    said = _rights(clients, user)
    there, same = said is not None, key_arn is not None and said == policy(program, key_arn)
    return Step("IAM user", user, found(there, same and valid), make)


def _ensure_key(clients: Clients, user: str, program: str, keys: dict[str, AccessKey]) -> None:
    known, ids = keys.get(program), _key_ids(clients, user)
    if known is not None and known.access_key_id in ids:
        return
    # The secret of a key is told once, when it is made: a key whose secret is not known is of no use to anyone.
    for key_id in ids:
        clients.iam.delete_access_key(UserName=user, AccessKeyId=key_id)
    made = clients.iam.create_access_key(UserName=user)["AccessKey"]
    keys[program] = AccessKey(made["AccessKeyId"], made["SecretAccessKey"])


def _key_ids(clients: Clients, user: str) -> set[str]:
    try:
        return {one["AccessKeyId"] for one in clients.iam.list_access_keys(UserName=user)["AccessKeyMetadata"]}
    except clients.iam.exceptions.NoSuchEntityException:
        return set()


def _rights(clients: Clients, user: str) -> Document | None:
    """The rights that a user has; None if it is not there."""
    try:
        document: Any = clients.iam.get_user_policy(UserName=user, PolicyName=_POLICY)["PolicyDocument"]
    except clients.iam.exceptions.NoSuchEntityException:
        return None
    rights: Document = json.loads(unquote(document)) if isinstance(document, str) else document
    return rights
