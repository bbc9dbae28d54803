"""Users of the local programs, and their keys as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contracts.resources import Resources
from factory.provision import AccessKey, CredentialFiles, ProvisionError
from factory.provision.clients import Clients
from factory.provision.foundations import key_step
from factory.provision.users import PROGRAMS, user_steps

NAMES = Resources("plant1", "123456789012")


def test_keys_come_back_from_their_files(tmp_path: Path) -> None:
    """Readable by their owner alone."""
    files = CredentialFiles(tmp_path / "credentials")
    files.save({"rules": AccessKey("AKIA", "secret")})
    assert files.load() == {"rules": AccessKey("AKIA", "secret")}
    assert (tmp_path / "credentials/rules.json").stat().st_mode & 0o777 == 0o600


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    """With its name and the remedy."""
    (tmp_path / "rules.json").write_text("{}")
    with pytest.raises(ProvisionError, match=r"rules\.json is not a file of credentials"):
        CredentialFiles(tmp_path).load()


@pytest.fixture
def clients(account: Any) -> Clients:
    """With the plant's key."""
    made = Clients(account.session, None, "us-east-1")
    key_step(made, NAMES).make()
    return made


def make_all(clients: Clients, keys: dict[str, AccessKey]) -> list[str]:
    """Carry out what is needed; return whose."""
    arn = clients.kms.describe_key(KeyId=NAMES.key_alias)["KeyMetadata"]["Arn"]
    needed = [step for step in user_steps(clients, NAMES, arn, keys) if step.needed]
    for step in needed:
        step.make()
    return [step.name for step in needed]


def test_each_program_has_a_user_and_a_key_and_keeps_them(clients: Clients) -> None:
    """The second time there is nothing to do."""
    keys: dict[str, AccessKey] = {}
    assert len(make_all(clients, keys)) == len(PROGRAMS) == len(keys)
    before = dict(keys)
    assert make_all(clients, keys) == []
    assert keys == before


def test_a_key_whose_secret_was_lost_is_replaced(clients: Clients) -> None:
    """The old one no longer opens anything."""
    keys: dict[str, AccessKey] = {}
    make_all(clients, keys)
    lost = keys.pop("rules")
    assert make_all(clients, keys) == [NAMES.user("rules")]
    listed = clients.iam.list_access_keys(UserName=NAMES.user("rules"))["AccessKeyMetadata"]
    assert [one["AccessKeyId"] for one in listed] == [keys["rules"].access_key_id] != [lost.access_key_id]


def test_rights_that_were_widened_are_put_back(clients: Clients) -> None:
    """A policy that is not ours is found out."""
    keys: dict[str, AccessKey] = {}
    make_all(clients, keys)
    document = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
    clients.iam.put_user_policy(UserName=NAMES.user("mail"), PolicyName="rights", PolicyDocument=document)
    assert make_all(clients, keys) == [NAMES.user("mail")]
    assert make_all(clients, keys) == []
