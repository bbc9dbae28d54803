"""A whole example of `terraform/examples`, applied with the real Terraform into a local AWS."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import Any

from botocore.config import Config
from terraform_here import environment_of, initialise, terraform

from factory.adoption.answers import Answer
from factory.adoption.ask import ask
from factory.adoption.types import KINDS
from factory.adoption.words import NotKnownError
from maintenance.fleet.zip import write_zip

ROOT = Path(__file__).parents[2]
REGISTRY = "000000000000.dkr.ecr.us-east-1.amazonaws.com/smart-factory"
IMAGES = ("simulator", "init", "maintenance", "prometheus", "alertmanager", "grafana", "local-aws")
ANSWERS = {
    "administrators": ["arn:aws:iam::000000000000:role/admin"],
    "allowed_cidrs": ["198.51.100.0/24"],
    "domain_name": "factory.example.com",
    "zone_id": "Z0123456789ABCDEFGHIJ",
    "mails": ["operator@fleet.example"],
    "images": {image: f"{REGISTRY}/{image}:abc" for image in IMAGES},
}
# A local AWS has its buckets below a path, and knows the key that the environment names.
LOCAL = """
provider "aws" {
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
}
"""


class Example:
    """An example in a copy of the tree, so that nothing is left in it.

    Args:
        name: of its folder.
        place: an empty directory.
        local: the local AWS that stands for the account.
    """

    def __init__(self, name: str, place: Path, local: Any) -> None:
        self.local = local
        self.directory = place / "terraform" / "examples" / name
        self._environment = environment_of(local)
        self._session = local.session()
        self._clients: dict[str, Any] = {}
        self._unheard: set[str] = set()
        place.mkdir()
        for path in ROOT.iterdir():
            if path.name not in ("terraform", "build"):
                (place / path.name).symlink_to(path)
        left_out = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tftest.hcl", "*.tfvars*")
        shutil.copytree(ROOT / "terraform", place / "terraform", ignore=left_out)
        write_zip(place / "build" / "fleet-function.zip")
        (self.directory / "terraform.tfvars.json").write_text(json.dumps(ANSWERS))
        (self.directory / "local_override.tf").write_text(LOCAL)
        initialise(self.directory, self._environment)

    def client(self, service: str) -> Any:
        """A client of the account's root; a service that the local AWS has not is asked once."""
        if service not in self._clients:
            once = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
            self._clients[service] = self._session.client(service, endpoint_url=self.local.endpoint, config=once)
        return self._clients[service]

    def do(self, *arguments: str, expected: int = 0) -> str:
        """Run Terraform and expect a status; what it printed."""
        done = terraform(self.directory, self._environment, *arguments, "-no-color")
        said = (
            f"terraform {' '.join(arguments)}: status {done.returncode}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        )
        assert done.returncode == expected, said
        return done.stdout

    @cached_property
    def resources(self) -> list[dict[str, Any]]:
        """What the state has after the apply, as `terraform show -json` tells it; data sources are none."""
        root = json.loads(self.do("show", "-json"))["values"]["root_module"]
        modules, found = [root], []
        while modules:
            module = modules.pop()
            modules += module.get("child_modules", [])
            found += [one for one in module.get("resources", []) if one["mode"] == "managed"]
        return found

    def is_there(self, resource: dict[str, Any]) -> bool:
        """Whether the local AWS says that it has a resource; it need not have heard of its service."""
        kind, values = resource["type"], resource["values"]
        if kind == "aws_kms_key":
            return bool(self.client("kms").describe_key(KeyId=values["key_id"])["KeyMetadata"]["Enabled"])
        if kind == "aws_ecs_task_definition":
            found = self.client("ecs").describe_task_definition(taskDefinition=values["arn"])["taskDefinition"]
            return bool(found["status"] == "ACTIVE")
        if kind not in KINDS or kind in self._unheard:
            return False
        words = {name: value for name, value in values.items() if value is not None}
        words |= {"account": "000000000000", "region": "us-east-1", "partition": "aws"}
        try:
            answer = ask(KINDS[kind], words, self.client).answer
        except NotKnownError:
            return False
        if answer is Answer.FAILED:
            self._unheard.add(kind)
        return answer is Answer.THERE

    def counted(self) -> dict[str, tuple[int, int]]:
        """By type: how many the local AWS has, and how many the state has."""
        there = Counter(one["type"] for one in self.resources if self.is_there(one))
        made = Counter(one["type"] for one in self.resources)
        return {kind: (there[kind], count) for kind, count in sorted(made.items())}
