"""The images of a commit: whether ECR has them, and `scripts/push-images`, which builds what is missing.

Only the platform that the tasks run on is built, under the tag that GitHub's job gives it as well (COMMIT-arm64): a
later push of the same commit finds it there and adds the other one. Where both are joined as COMMIT already, that is
taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from contracts.resources import PREFIX
from factory.deploy.errors import DeployError, DeployUsageError
from factory.deploy.plant import Plant
from factory.deploy.walk import Look, State

NAMES = ("simulator", "init", "maintenance", "local-aws", "prometheus", "alertmanager", "grafana")
"""As scripts/push-images builds them."""
PLATFORMS = {"ARM64": "linux/arm64", "X86_64": "linux/amd64"}
SAGEMAKER_PLATFORM = "linux/amd64"
_ABSENT = ("RepositoryNotFoundException", "ImageNotFoundException")


class Images:
    """The images of a commit.

    Args:
        plant: that runs them.
        is_commit: whether the tag is the commit that is checked out, and not one that was named.
    """

    name = "images"

    def __init__(self, plant: Plant, *, is_commit: bool) -> None:
        self._plant, self._is_commit = plant, is_commit

    @property
    def platform(self) -> str:
        """The platform of the tasks."""
        return PLATFORMS.get(str(self._plant.folder.own.get("architecture", "ARM64")), "linux/arm64")

    @property
    def wants_model_image(self) -> bool:
        """Whether SageMaker is given an image of its own."""
        return "model_image" in self._plant.folder.declared

    def platforms(self) -> set[str]:
        """What has to be built here."""
        return {self.platform, *([SAGEMAKER_PLATFORM] if self.wants_model_image else ())}

    def missing(self) -> list[str]:
        """Tags that ECR does not have, as IMAGE:TAG."""
        tag = self._plant.tag
        if not self._absent((name, tag) for name in NAMES):
            return self._absent(self._for_sagemaker())
        own = [(name, f"{tag}-{self.platform.partition('/')[2]}") for name in NAMES]
        return self._absent([*own, *self._for_sagemaker()])

    def look(self) -> Look:
        """Whether ECR has all of them."""
        missing = self.missing()
        if not missing:
            return Look(State.THERE, f"ECR has {self._plant.tag}")
        return Look(State.MISSING, f"build and push {_told(missing)}")

    def do(self) -> str:
        """Build and push what is missing."""
        self.refuse_changes()
        words = {"REGISTRY": self._registry(), "TAG": self._plant.tag}
        missing = self.missing()
        if any(not one.endswith("-sagemaker") for one in missing):
            self._plant.demand("scripts/push-images", "build", self.platform, **words)
        if any(one.endswith("-sagemaker") for one in missing):
            self._plant.demand("scripts/push-images", "sagemaker", **words)
        left = self.missing()
        if left:
            raise DeployError(f"ECR does not have {', '.join(left)} after they were pushed.")
        return f"pushed {_told(missing)}"

    def refuse_changes(self) -> None:
        """A tag that names a commit has to hold that commit, as it can never be moved.

        Raises:
            DeployUsageError: the working tree holds something else.
        """
        if not self._is_commit:
            return
        changed = self._plant.ask("git", "status", "--porcelain")
        if changed.status or changed.output.strip():
            raise DeployUsageError(
                "The working tree has changes that no commit holds, and images are tagged by their commit.",
                remedy="Commit them, or name a tag of your own with --tag.",
            )

    def values(self) -> dict[str, Any] | None:
        """Terraform's variables that name them; None while one is missing."""
        if self.missing():
            return None
        joined = not self._absent((name, self._plant.tag) for name in NAMES)
        platform = [] if joined else [self.platform]
        words = {"REGISTRY": self._registry(), "TAG": self._plant.tag}
        told = self._plant.ask("scripts/push-images", "variables", *platform, **words)
        if told.status:
            raise DeployError(f"scripts/push-images variables failed: {told.complaint.strip()}")
        values: dict[str, Any] = json.loads(told.output)
        return self._plant.folder.only_declared(values)

    def _for_sagemaker(self) -> list[tuple[str, str]]:
        return [("maintenance", f"{self._plant.tag}-sagemaker")] if self.wants_model_image else []

    def _absent(self, wanted: Iterable[tuple[str, str]]) -> list[str]:
        ecr = self._plant.client("ecr")
        return [f"{name}:{tag}" for name, tag in wanted if not _has(ecr, f"{PREFIX}/{name}", tag)]

    def _registry(self) -> str:
        repository = f"{PREFIX}/{NAMES[0]}"
        told = self._plant.client("ecr").describe_repositories(repositoryNames=[repository])["repositories"]
        return str(told[0]["repositoryUri"]).rpartition("/")[0]


def _told(tags: Iterable[str]) -> str:
    """Tags by what is the same of them.

    Example:
        >>> _told(["init:c0ffee-arm64", "grafana:c0ffee-arm64", "maintenance:c0ffee-sagemaker"])
        'init, grafana as c0ffee-arm64; maintenance as c0ffee-sagemaker'
    """
    names: dict[str, list[str]] = {}
    for one in tags:
        name, _, tag = one.partition(":")
        names.setdefault(tag, []).append(name)
    return "; ".join(f"{', '.join(of)} as {tag}" for tag, of in names.items())


def _has(ecr: Any, repository: str, tag: str) -> bool:
    try:
        found = ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])["imageDetails"]
    except ecr.exceptions.ClientError as error:
        if error.response.get("Error", {}).get("Code", "") in _ABSENT:
            return False
        raise
    # AWS raises for a tag that is not there; a local AWS tells of none.
    return bool(found)
