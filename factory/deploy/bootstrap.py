"""The first step: where Terraform's state lies, and who may deploy from GitHub; `terraform/bootstrap`.

A folder whose state lies beside it, as that of a trial, needs none of this.
"""

from __future__ import annotations

import json
import re
import shutil
from typing import Any

from botocore.exceptions import ClientError

from contracts.resources import PREFIX
from factory.deploy.errors import DeployUsageError
from factory.deploy.folder import write_text
from factory.deploy.plant import Plant
from factory.deploy.terraform import Terraform
from factory.deploy.walk import Look, State

STATE_KEY = f"alias/{PREFIX}-terraform-state"
ROLES = (f"{PREFIX}-github-plan", f"{PREFIX}-github-deploy")
_PROVIDER = "token.actions.githubusercontent.com"
_OURS = "aws_iam_openid_connect_provider.github"
_ABSENT = frozenset({"404", "NoSuchBucket", "NoSuchEntity", "NotFoundException", "NoSuchBucketPolicy"})
_SUBJECT = re.compile(r"repo:(?P<name>[\w-]+@\d+/[\w.-]+@\d+)")
"""How GitHub's tokens name a repository that was made or renamed since 15 July 2026, or has opted in (GitHub's
documentation, "OpenID Connect reference", immutable subject claims)."""
_ON_GITHUB = re.compile(r"github\.com[:/](?P<name>[\w-]+/[\w.-]+?)(?:\.git)?/?$")


class Bootstrap:
    """A bucket for states, its key, and GitHub's roles.

    Args:
        plant: whose state it is.
        terraform: in `terraform/bootstrap`.
        repository: `OWNER/NAME` on GitHub, or `OWNER@1234/NAME@5678`; by default that of the remote `origin`.
    """

    name = "bootstrap"

    def __init__(self, plant: Plant, terraform: Terraform, repository: str | None) -> None:
        self._plant, self._terraform, self._repository = plant, terraform, repository

    def look(self) -> Look:
        """Whether bucket, key and roles are there, and the file that names them."""
        if not self._plant.folder.has_backend:
            return Look(State.THERE, f"not needed: the state of {self._plant.folder.path} lies beside it")
        missing = self._missing()
        if missing:
            return Look(State.MISSING, f"make {', '.join(missing)}")
        if not self._is_written():
            return Look(State.MISSING, f"write {self._plant.backend}")
        return Look(State.THERE, f"state in s3://{self._bucket}")

    def do(self) -> str:
        """Apply the bootstrap, and write where the state lies."""
        if self._missing():
            self._terraform.initialise()
            planned = self._terraform.plan(*self._variables())
            self._terraform.apply(planned, f"account {self._plant.account}: state and roles")
        write_text(self._plant.backend, self._configuration())
        return f"state in s3://{self._bucket}, named by {self._plant.backend}"

    @property
    def repository(self) -> str:
        """The repository that may deploy, as GitHub's tokens name it.

        Raises:
            DeployUsageError: it was not named, and `origin` is none of GitHub's.
        """
        name = self._repository or self._origin()
        return name if "@" in name else self._as_in_tokens(name)

    @property
    def _bucket(self) -> str:
        return f"{PREFIX}-terraform-state-{self._plant.account}"

    def _missing(self) -> list[str]:
        iam, s3 = self._plant.client("iam"), self._plant.client("s3")
        checks: list[tuple[str, Any, dict[str, str]]] = [
            # The last that is made of a bucket: who finds it finds the rest.
            (f"the bucket {self._bucket}", s3.get_bucket_policy, {"Bucket": self._bucket}),
            (f"the key {STATE_KEY}", self._plant.client("kms").describe_key, {"KeyId": STATE_KEY}),
            *((f"the role {role}", iam.get_role, {"RoleName": role}) for role in ROLES),
        ]
        missing = [what for what, ask, words in checks if not _is_there(ask, words)]
        return missing or [f"rights of {role}" for role in ROLES if not self._has_rights(iam, role)]

    def _has_rights(self, iam: Any, role: str) -> bool:
        attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        return bool(attached or iam.list_role_policies(RoleName=role)["PolicyNames"])

    def _is_written(self) -> bool:
        return self._plant.backend.exists() and f'"{self._bucket}"' in self._plant.backend.read_text(encoding="utf-8")

    def _configuration(self) -> str:
        key = self._plant.client("kms").describe_key(KeyId=STATE_KEY)["KeyMetadata"]["Arn"]
        settings = {
            "bucket": self._bucket,
            "key": f"plants/{self._plant.name}.tfstate",
            "region": self._plant.region,
            "kms_key_id": key,
        }
        text = [f'{name} = "{value}"' for name, value in settings.items()]
        flags = ["encrypt", "use_lockfile"]
        if self._plant.is_local:
            # A local AWS has its buckets below a path, and nobody to ask about credentials.
            flags += ["use_path_style", "skip_credentials_validation", "skip_requesting_account_id"]
            flags += ["skip_metadata_api_check", "skip_s3_checksum"]
        return "\n".join([*text, *(f"{flag} = true" for flag in flags), ""])

    def _variables(self) -> list[str]:
        own = self._plant.folder.own
        # KMS refuses principals that are not there yet: the deploy role is made here.
        people = [arn for arn in own.get("administrators", ()) if not arn.endswith(f"role/{ROLES[1]}")]
        told = [f"-var=repository={self.repository}", f"-var=region={self._plant.region}"]
        told.append(f"-var=administrators={json.dumps(people or [self._plant.caller])}")
        provider = self._provider()
        return [*told, f"-var=github_oidc_provider_arn={provider}"] if provider else told

    def _provider(self) -> str | None:
        """GitHub's identity provider where the account has it already, from others: there can be only one."""
        listed = self._plant.client("iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
        found = next((one["Arn"] for one in listed if one["Arn"].endswith(_PROVIDER)), None)
        return None if found is None or self._terraform.owns(_OURS) else str(found)

    def _origin(self) -> str:
        remote = self._plant.ask("git", "remote", "get-url", "origin")
        if found := _ON_GITHUB.search(remote.output.strip()):
            return found["name"]
        raise DeployUsageError(
            "The remote origin is none of GitHub's, and a role may deploy from one repository alone.",
            remedy="Name it: --github OWNER/NAME.",
        )

    def _as_in_tokens(self, name: str) -> str:
        """With the numbers of owner and repository, where GitHub's tokens have them; only GitHub knows."""
        if shutil.which("gh", path=self._plant.environment.get("PATH")) is None:
            return name
        page = f"repos/{name}/actions/oidc/customization/sub"
        told = self._plant.ask("gh", "api", page, "--jq", '.sub_claim_prefix // ""')
        found = _SUBJECT.fullmatch(told.output.strip())
        return found["name"] if found else name


def _is_there(ask: Any, words: dict[str, str]) -> bool:
    try:
        ask(**words)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code", "") in _ABSENT:
            return False
        raise
    return True
