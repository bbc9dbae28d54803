"""What is asked for before the first step."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from contracts.errors import UsageError
from factory.deploy.folder import OWN_FILE, Folder
from factory.deploy.needs import caller_of, refuse_without_rights, refuse_without_tools

ADMIN = "arn:aws:iam::111122223333:role/admin"
USERS = {key: [ADMIN] for key in ("identities", "models", "secrets")}


def folder(directory: Path, **values: Any) -> Folder:
    """A root with an owner's values."""
    text = 'variable "key_users" {\n  type = map(set(string))\n}\n'
    (directory / "main.tf").write_text(text)
    (directory / OWN_FILE).write_text(json.dumps(values))
    return Folder(directory)


def test_who_may_use_the_keys_may_deploy(tmp_path: Path) -> None:
    """By name or by a pattern, as the keys' policies take them."""
    refuse_without_rights(folder(tmp_path, administrators=[ADMIN], key_users=USERS), ADMIN)
    pattern = {**USERS, "secrets": ["arn:aws:iam::111122223333:role/adm*"]}
    refuse_without_rights(folder(tmp_path, administrators=[ADMIN], key_users=pattern), ADMIN)


@pytest.mark.parametrize("lacking", ["identities", "models", "secrets"])
def test_an_administrator_who_cannot_encrypt_is_told_before_the_first_step(tmp_path: Path, lacking: str) -> None:
    """Who puts a value needs kms:GenerateDataKey, which an administrator of the key does not have.

    Source: AWS Secrets Manager User Guide, "Secret encryption and decryption".
    """
    users = {key: names for key, names in USERS.items() if key != lacking}
    with pytest.raises(UsageError, match=f"use the keys of {lacking}, which"):
        refuse_without_rights(folder(tmp_path, administrators=[ADMIN], key_users=users), ADMIN)


def test_who_is_no_administrator_would_be_locked_out(tmp_path: Path) -> None:
    """KMS lets nobody else change a key again."""
    with pytest.raises(UsageError, match="locked out"):
        refuse_without_rights(folder(tmp_path, administrators=[ADMIN.replace("admin", "other")]), ADMIN)


def test_the_root_user_is_told_to_log_in_as_somebody_else(tmp_path: Path) -> None:
    """Terraform would refuse the name an hour later, and speak of a variable."""
    root = "arn:aws:iam::111122223333:root"
    with pytest.raises(UsageError, match=r"root user, and keys take roles and users alone\. Log in as"):
        refuse_without_rights(folder(tmp_path, administrators=[root], key_users=USERS), root)


def test_a_session_of_a_role_is_told_as_the_role(mocked_account: None) -> None:
    """With the path that single sign-on puts before its name, and that the session's own ARN leaves out."""
    iam = boto3.client("iam")
    trust = {"Version": "2012-10-17", "Statement": []}
    role = iam.create_role(RoleName="sso", Path="/aws-reserved/", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    keys = boto3.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="anna")["Credentials"]
    session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    assert caller_of(session)[1] == "arn:aws:iam::123456789012:role/aws-reserved/sso"


def program(directory: Path, name: str, text: str) -> None:
    """A program of a test's own."""
    (directory / name).write_text(text)
    (directory / name).chmod(0o755)


def test_a_platform_that_docker_cannot_build_is_refused(tmp_path: Path) -> None:
    """With both ways out: emulation, or the processor of this machine."""
    for tool in ("git", "jq", "aws"):
        program(tmp_path, tool, "#!/bin/sh\n")
    environment = {"PATH": f"{tmp_path}"}
    with pytest.raises(UsageError, match="docker is not installed"):
        refuse_without_tools({"linux/amd64"}, environment, tmp_path)

    program(tmp_path, "docker", "#!/bin/sh\necho 'Platforms: linux/amd64*, linux/386'\n")
    refuse_without_tools({"linux/amd64"}, environment, tmp_path)
    with pytest.raises(UsageError, match=r"cannot build linux/arm64 on this machine\. Install QEMU"):
        refuse_without_tools({"linux/arm64", "linux/amd64"}, environment, tmp_path)

    program(tmp_path, "docker", "#!/bin/sh\necho 'Cannot connect to the daemon' >&2; exit 1\n")
    with pytest.raises(UsageError, match="Cannot connect to the daemon"):
        refuse_without_tools({"linux/amd64"}, environment, tmp_path)
