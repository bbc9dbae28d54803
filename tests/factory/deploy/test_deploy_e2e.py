"""From an empty account to a plant and back: real Terraform, real boto3 and a local AWS; docker alone is a stand-in.

The plant is a small one, with the real keys, secrets, repositories and registry, and the bootstrap is the real one. The
walk is ended twice on its way by a kill, in an apply and in the pushing of images.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docker_of_ecr import write_programs
from terminal import INTERRUPT, Terminal
from terraform_here import REQUIRED, account, demand_whole_account, environment_of

from contracts.models import FLEET_MODEL, PLANT_MODELS
from contracts.resources import Resources
from factory.deploy.folder import IMAGES_FILE, MODELS_FILE, OWN_FILE
from factory.deploy.plant import BACKEND_FILE

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]
ROOT = Path(__file__).parents[3]
NAMES = Resources("plant1", "000000000000")
ADMIN = "arn:aws:iam::000000000000:role/admin"
PLANT = {
    "plant": "plant1", "region": "us-east-1", "administrators": [ADMIN], "fleet": {"zone": "Asia/Kolkata"},
    "function_zip": "none.zip",
}  # fmt: skip
SMTP = {
    "host": "smtp.example.com", "port": 587, "username": "anna", "password": "a-word-that-nobody-may-see",
    "sender": "a@factory.example", "recipient": "b@factory.example",
}  # fmt: skip
THIS_WALK = ("--tag", "c0ffee", "--machines", "2", "--github", "o/r", "--skip", "running")
SMALL = """
terraform {
  backend "s3" {
    encrypt = true
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  type = string
}

variable "plant" {
  type = string
}

variable "administrators" {
  type = set(string)
}

variable "trial" {
  type    = bool
  default = false
}

variable "function_zip" {
  type = string
}

variable "images" {
  type    = map(string)
  default = {}
}

variable "model_image" {
  type    = string
  default = null
}

variable "models_published" {
  type    = bool
  default = false
}

variable "fleet" {
  type    = object({ zone = string, model_data_url = optional(string) })
  default = { zone = "UTC" }
}

locals {
  name = "smart-factory-${var.plant}"
}

module "keys" {
  source = "../modules/keys"

  name                            = local.name
  plant                           = var.plant
  administrators                  = var.administrators
  deletion_window_days            = 7
  secret_recovery_days            = 0
  delete_images_with_repositories = var.trial
}

module "identity" {
  source = "../modules/identity"

  name                = local.name
  plant               = var.plant
  logs_key_arn        = module.keys.key_arns["logs"]
  identities_key_arn  = module.keys.key_arns["identities"]
  deletion_protection = false
}

resource "aws_s3_bucket" "this" {
  for_each = toset(["identities", "lake", "models"])

  bucket        = "${local.name}-${each.key}-000000000000"
  force_destroy = var.trial
}

# An apply that takes its time, the first time, when all else is made: how a provider ends its calls is its own affair.
resource "terraform_data" "slow" {
  depends_on = [module.keys, module.identity, aws_s3_bucket.this]

  provisioner "local-exec" {
    command = "[ -e stopped ] || { touch under-way; sleep 3; }"
  }
}

resource "terraform_data" "after" {
  triggers_replace = [terraform_data.slow.id]
}

resource "aws_ecs_cluster" "this" {
  count = length(var.images) > 0 ? 1 : 0
  name  = local.name
}

resource "aws_ecs_task_definition" "this" {
  count                 = length(var.images) > 0 ? 1 : 0
  family                = "${local.name}-simulator"
  skip_destroy          = true
  container_definitions = jsonencode([{ name = "simulator", image = var.images["simulator"], memory = 512 }])
}

resource "aws_cloudwatch_log_group" "verdicts" {
  count = var.models_published ? 1 : 0
  name  = "/${local.name}/verdicts/${basename(dirname(coalesce(var.fleet.model_data_url, "-/none/-")))}"
}

output "cluster_name" {
  value = one(aws_ecs_cluster.this[*].name)
}

output "published_models" {
  value = { models_published = var.models_published, model_data_url = var.fleet.model_data_url }
}
"""


class Walks:
    """Calls of the commands in a copy of the tree, in which nothing is left in this one.

    Args:
        place: where the copy lies.
        local: the local AWS.
    """

    def __init__(self, place: Path, local: Any) -> None:
        self.place, self.local = place, local
        self.folder = place / "terraform" / "plant"
        self.session = local.session()
        write_programs(place / "bin")
        self.environment = environment_of(local) | {"AWS_DEFAULT_REGION": "us-east-1", "PYTHONPATH": str(ROOT)}
        self.environment["PATH"] = f"{place / 'bin'}:{self.environment['PATH']}"
        for name in ("scripts", "containers", "pyproject.toml", ".venv"):
            (place / name).symlink_to(ROOT / name)
        for name in ("modules", "bootstrap"):
            ignored = shutil.ignore_patterns(".terraform*", "*.tfstate*", "tests")
            shutil.copytree(ROOT / "terraform" / name, place / "terraform" / name, ignore=ignored)
        self.folder.mkdir()
        (self.folder / "main.tf").write_text(REQUIRED + SMALL)
        (self.folder / OWN_FILE).write_text(json.dumps(PLANT))
        (place / "smtp.json").write_text(json.dumps(SMTP))

    def client(self, service: str) -> Any:
        """Of boto3, as the local AWS's root."""
        return self.session.client(service, endpoint_url=self.local.endpoint, region_name="us-east-1")

    def command(self, verb: str, *options: str) -> list[str]:
        """The words of a walk."""
        return [
            *(sys.executable, "-P", "-m", "factory", verb),
            *("--folder", str(self.folder), "--root", str(self.place), *options),
        ]

    def begin(self, verb: str, *options: str, **environment: str) -> subprocess.Popen[str]:
        """Begin a walk that asks nobody."""
        return subprocess.Popen(
            self.command(verb, "--yes", "--json", *options),
            cwd=self.place, env=self.environment | environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            # Whoever runs the tests in the background of a shell has interruptions ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip

    def deploy(self, *options: str, **environment: str) -> subprocess.Popen[str]:
        """Begin the walk of this test."""
        return self.begin("deploy", *THIS_WALK, "--smtp", str(self.place / "smtp.json"), *options, **environment)

    def deploy_in_terminal(self, **environment: str) -> Terminal:
        """Begin the walk of this test where somebody can be asked."""
        return Terminal(self.command("deploy", *THIS_WALK), self.place, self.environment | environment)


def ended(process: subprocess.Popen[str]) -> tuple[int, dict[str, str], str]:
    """Exit status, what became of each step, and what was said."""
    out, said = process.communicate(timeout=300)
    assert SMTP["password"] not in out + said
    steps = json.loads(out)["steps"] if out else []
    return process.returncode, {one["step"]: one["state"] for one in steps}, said


def wait_for(what: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Until the walk has come so far."""
    while not what():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def alive(word: str) -> list[str]:
    """Command lines of programs with a word in them."""
    told = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in told.splitlines() if word in line and " ps " not in line]


@pytest.fixture
def walks(start_local_aws: Callable[..., Any], tmp_path: Path) -> Walks:
    """An empty account, and nothing deployed; the test is skipped where Terraform cannot initialise."""
    local = account(start_local_aws, tmp_path / "aws")
    # The audit of the module identity is a stack of CloudFormation, which a local AWS has as little as EC2.
    demand_whole_account(tmp_path / "probe", local)
    (tmp_path / "tree" / "terraform").mkdir(parents=True)
    return Walks(tmp_path / "tree", local)


def test_an_empty_account_becomes_a_plant_however_often_the_walk_is_ended(walks: Walks) -> None:
    """Killed in an apply, interrupted in a push, resumed, walked again for nothing, and taken away."""
    is_killed_in_an_apply(walks)
    is_killed_in_a_push(walks)
    is_walked_to_the_end(walks)
    is_walked_again_for_nothing(walks)
    is_walked_from_another_checkout(walks)
    is_taken_away(walks)


def is_killed_in_an_apply(walks: Walks) -> None:
    """Terraform ends in order: what was made is in the state, what comes after was not begun."""
    process = walks.deploy()
    wait_for((walks.folder / "under-way").exists, process)
    process.send_signal(signal.SIGTERM)
    status, _, said = ended(process)

    (walks.folder / "stopped").touch()
    assert (status, "factory: stopped." in said) == (130, True)
    assert "terraform_data.after: Creat" not in said
    assert alive(str(walks.place / "bin")) == []
    state = walks.client("s3").get_object(
        Bucket="smart-factory-terraform-state-000000000000", Key="plants/plant1.tfstate"
    )
    assert "smart-factory-plant1-lake-000000000000" in state["Body"].read().decode()


def is_killed_in_a_push(walks: Walks) -> None:
    """In a terminal, by Ctrl-C: foundation goes on without a lock that was left; of three images two are there."""
    terminal = walks.deploy_in_terminal(DOCKER_STOPS_BEFORE="maintenance")
    terminal.answer("Apply this to account 000000000000, us-east-1? [y/N]: ", "y")
    for field, value in SMTP.items():
        terminal.answer(f"  {field}: ", str(value))
    terminal.until("stand-in: waits before smart-factory/maintenance")
    terminal.type(INTERRUPT)
    assert terminal.end() == 130, terminal.said
    assert "factory: stopped." in terminal.said
    assert str(SMTP["password"]) not in terminal.said
    assert alive(str(walks.place / "bin")) == []
    assert tags(walks) == {"simulator": ["c0ffee-arm64"], "init": ["c0ffee-arm64"], "maintenance": []}
    assert not (walks.folder / IMAGES_FILE).exists()


def tags(walks: Walks) -> dict[str, list[str]]:
    """Of three images, what was pushed."""
    ecr = walks.client("ecr")
    told = {
        name: ecr.list_images(repositoryName=f"smart-factory/{name}")["imageIds"]
        for name in ("simulator", "init", "maintenance")
    }
    return {name: [one["imageTag"] for one in images] for name, images in told.items()}


def is_walked_to_the_end(walks: Walks) -> None:
    """What was done is not done again; models that somebody has published are taken."""
    for name in (*PLANT_MODELS.values(), FLEET_MODEL):
        walks.client("s3").put_object(Bucket=NAMES.models_bucket, Key=f"{name}/v1/model.tar.gz", Body=b"model")
    status, steps, said = ended(walks.deploy())

    assert status == 0, said
    done = {name for name, state in steps.items() if state == "done"}
    assert done == {"images", "machines", "services", "serving"}, said
    assert json.loads((walks.folder / IMAGES_FILE).read_text())["images"]["init"].endswith("/init:c0ffee-arm64")
    published = json.loads((walks.folder / MODELS_FILE).read_text())
    address = f"s3://{NAMES.models_bucket}/fleet/v1/model.tar.gz"
    assert published == {"models_published": True, "fleet": {"zone": "Asia/Kolkata", "model_data_url": address}}
    assert json.loads((walks.folder / OWN_FILE).read_text()) == PLANT
    secret = walks.client("secretsmanager").get_secret_value(SecretId=NAMES.smtp_secret)["SecretString"]
    assert json.loads(secret) == SMTP
    things = walks.client("iot").list_things(attributeName="plant", attributeValue="plant1")["things"]
    assert {one["thingName"] for one in things} == {"M001", "M002"}


def is_walked_again_for_nothing(walks: Walks) -> None:
    """A weekly training has published a newer model meanwhile: the endpoint keeps its own."""
    walks.client("s3").put_object(Bucket=NAMES.models_bucket, Key="fleet/v2/model.tar.gz", Body=b"newer")
    before = {path.name: path.read_bytes() for path in walks.folder.glob("*.json")}
    status, steps, said = ended(walks.deploy())

    assert (status, set(steps.values())) == (0, {"done already"}), said
    assert {path.name: path.read_bytes() for path in walks.folder.glob("*.json")} == before


def is_walked_from_another_checkout(walks: Walks) -> None:
    """Only the owner's file is there: what runs and what serves is found, written down again, and not touched."""
    before = {path.name: path.read_bytes() for path in walks.folder.glob("*.json")}
    for name in (IMAGES_FILE, MODELS_FILE, BACKEND_FILE):
        (walks.folder / name).unlink()
    status, _, said = ended(walks.deploy())

    assert (status, "Apply complete!" in said) == (0, False), said
    assert {path.name: path.read_bytes() for path in walks.folder.glob("*.json")} == before


def is_taken_away(walks: Walks) -> None:
    """Nothing of the plant is left but keys that wait, and the bootstrap; nor a revision of a deployment before."""
    container = {"name": "simulator", "image": "simulator:before", "memory": 512}
    walks.client("ecs").register_task_definition(
        family="smart-factory-plant1-simulator", containerDefinitions=[container]
    )
    walks.client("logs").create_log_group(logGroupName="/aws/ecs/containerinsights/smart-factory-plant1/performance")
    process = walks.begin("undeploy", "--with-data")
    out, said = process.communicate(timeout=300)
    assert (process.returncode, {one["state"] for one in json.loads(out)["steps"]}) == (0, {"done"}), said
    assert walks.client("ecs").list_task_definitions(status="ACTIVE")["taskDefinitionArns"] == []
    left = json.loads(out)["left"]
    assert [line for line in left if not line.startswith(("KMS key", "the bootstrap"))] == []
    assert any(line.startswith("the bootstrap: bucket smart-factory-terraform-state") for line in left)
    assert walks.client("iot").list_things()["things"] == []
    assert [one["Name"] for one in walks.client("s3").list_buckets()["Buckets"]] == [
        "smart-factory-terraform-state-000000000000"
    ]
