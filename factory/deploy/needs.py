"""What a deployment needs before its first step: tools, credentials, rights on keys. Told early, in a sentence each."""

from __future__ import annotations

import fnmatch
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound

from factory.deploy.errors import DeployError, DeployUsageError
from factory.deploy.folder import Folder
from factory.deploy.programs import run

BUILD_TOOLS = ("docker", "git", "jq", "aws")
"""What scripts/push-images calls."""
USED_KEYS = ("identities", "models", "secrets")
"""Keys that are used from here: for bundles of identities, models, values of secrets."""
_PLATFORMS = re.compile(r"^Platforms:\s*(?P<list>.+)$", re.MULTILINE)


def session_in(region: str, profile: str | None) -> boto3.session.Session:
    """Credentials.

    Raises:
        DeployUsageError: there is no such profile.
    """
    try:
        return boto3.session.Session(profile_name=profile, region_name=region)
    except ProfileNotFound:
        raise DeployUsageError(
            f"There is no AWS profile {profile}.", remedy="aws configure list-profiles names those that there are."
        ) from None


def caller_of(session: boto3.session.Session) -> tuple[str, str]:
    """Number of the account, and ARN of the role or user whose credentials these are.

    Raises:
        DeployError: there are none, or AWS does not take them.
    """
    make: Any = session.client
    try:
        told = make("sts").get_caller_identity()
        return str(told["Account"]), _lasting(str(told["Arn"]), make)
    except (BotoCoreError, ClientError) as error:
        raise DeployError(
            f"AWS does not say whose credentials these are: {str(error).rstrip('.')}.",
            remedy="Log in, or name a profile with --profile.",
        ) from None


def _lasting(arn: str, make: Any) -> str:
    """The role behind a session of it: rights on keys are given to that."""
    if ":assumed-role/" not in arn:
        return arn
    name = arn.split("/")[1]
    try:
        # A role of single sign-on has a path, which the session's ARN leaves out.
        return str(make("iam").get_role(RoleName=name)["Role"]["Arn"])
    except ClientError:
        return re.sub(r":sts::(\d+):assumed-role/([^/]+)/.*$", r":iam::\1:role/\2", arn)


def is_local(environment: Mapping[str, str]) -> bool:
    """Whether a local AWS stands for the account."""
    return bool(environment.get("AWS_ENDPOINT_URL"))


def is_root(caller: str) -> bool:
    """Whether an ARN is that of an account's root user, whom a key's policy cannot name apart from the account.

    Example:
        >>> is_root("arn:aws:iam::111122223333:root"), is_root("arn:aws:iam::111122223333:role/root")
        (True, False)
    """
    return caller.endswith(":root")


def refuse_root(caller: str) -> None:
    """Whether somebody deploys whom keys can have for an administrator.

    Raises:
        DeployUsageError: not.
    """
    if is_root(caller):
        raise DeployUsageError(
            f"These are the credentials of {caller}, the account's root user, and keys take roles and users alone.",
            remedy="Log in as a role or a user who may administer the account.",
        )


def refuse_without_rights(folder: Folder, caller: str) -> None:
    """Whether the one who deploys may use the keys that the plant will have.

    Args:
        folder: what is deployed.
        caller: ARN of who deploys.

    Raises:
        DeployUsageError: not; an administrator of a key cannot encrypt with it.
    """
    refuse_root(caller)
    own = folder.own
    if not _is_among(caller, own.get("administrators", ())):
        raise DeployUsageError(
            f"administrators do not hold {caller}, who deploys and would be locked out of the keys.",
            remedy=f"Add it in {folder.path}.",
        )
    if "key_users" not in folder.declared:
        return
    users: Mapping[str, Sequence[str]] = own.get("key_users", {})
    lacking = [key for key in USED_KEYS if not _is_among(caller, users.get(key, ()))]
    if lacking:
        raise DeployUsageError(
            f"key_users do not let {caller} use the keys of {', '.join(lacking)}, which is done from here.",
            remedy=f"Add it to each of these in {folder.path}.",
        )


def refuse_without_tools(platforms: set[str], environment: Mapping[str, str], directory: Path) -> None:
    """Whether this machine can build the images.

    Args:
        platforms: that are to be built.
        environment: of the programs.
        directory: where they run.

    Raises:
        DeployUsageError: a tool is missing, or a platform that docker cannot build.
    """
    if missing := [tool for tool in BUILD_TOOLS if shutil.which(tool, path=environment.get("PATH")) is None]:
        raise DeployUsageError(
            f"{', '.join(missing)} is not installed, and images are to be built.",
            remedy="Install it, or let GitHub's deploy.yml push the images and name their commit with --tag.",
        )
    told = run(["docker", "buildx", "inspect"], directory=directory, environment=environment)
    if told.status:
        why = told.complaint.strip().partition("\n")[0] or "it does not say why"
        raise DeployUsageError(f"docker buildx does not answer: {why}.", remedy="Start Docker, and install buildx.")
    if lacking := sorted(platforms - buildable(told.output)):
        raise DeployUsageError(
            f"docker cannot build {', '.join(lacking)} on this machine.",
            remedy="Install QEMU (docker run --privileged --rm tonistiigi/binfmt --install all), "
            'or set "architecture" to this machine\'s own.',
        )


def buildable(text: str) -> set[str]:
    r"""Platforms that a builder names in `docker buildx inspect`.

    Example:
        >>> sorted(buildable("Name: default\nPlatforms: linux/amd64*, linux/arm64, linux/386\n"))
        ['linux/386', 'linux/amd64', 'linux/arm64']
    """
    names = [name for found in _PLATFORMS.finditer(text) for name in found["list"].split(",")]
    return {name.strip().rstrip("*") for name in names}


def _is_among(caller: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(caller, pattern) for pattern in patterns)
