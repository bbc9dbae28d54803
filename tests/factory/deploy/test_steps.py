"""Single steps against moto's account: what they see, what they do, and what they never tell."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from contracts.errors import FactoryError, UsageError
from contracts.models import FLEET_MODEL, PLANT_MODELS
from factory.deploy.bootstrap import Bootstrap
from factory.deploy.draft import draft, write_draft
from factory.deploy.folder import MODELS_FILE, OWN_FILE, Folder
from factory.deploy.images import NAMES, Images
from factory.deploy.last_words import cost, last_words
from factory.deploy.models import Models, newest
from factory.deploy.plant import Plant
from factory.deploy.removal import Insights, TaskDefinitions
from factory.deploy.running import Running
from factory.deploy.secrets import Given, Secrets
from factory.deploy.terraform import Consent, Planned, Terraform, read
from factory.deploy.walk import Look, State

ADMIN = "arn:aws:iam::123456789012:role/admin"
ROOT = Path(__file__).parents[3]
SMTP = {
    "host": "smtp.example.com",
    "port": 587,
    "username": "u",
    "password": "p",
    "sender": "a@b.c",
    "recipient": "d@e.f",
}
VARIABLES = (
    "region",
    "plant",
    "administrators",
    "key_users",
    "allowed_cidrs",
    "images",
    "models_published",
    "fleet",
    "mails",
)


@pytest.fixture
def plant(tmp_path: Path, mocked_account: None) -> Plant:
    """A plant in moto's account, from a root that declares what ours does."""
    text = "\n".join(f'variable "{name}" {{\n  type = any\n}}\n' for name in VARIABLES)
    (tmp_path / "main.tf").write_text(text)
    (tmp_path / OWN_FILE).write_text(json.dumps({"plant": "plant1", "administrators": [ADMIN]}))
    consent = Consent(yes=True, may_lose=False, ask=lambda _: False, show=lambda _: None)
    return Plant(
        repository=ROOT, folder=Folder(tmp_path), terraform=Terraform(tmp_path, tmp_path, {}, consent),
        session=boto3.Session(region_name="us-east-1"), account="123456789012", caller=ADMIN, environment={},
        scratch=tmp_path, tag="c0ffee",
    )  # fmt: skip


def make_secrets() -> Any:
    """Both, empty, as Terraform leaves them."""
    client = boto3.client("secretsmanager")
    for word in ("smtp", "grafana-admin"):
        client.create_secret(Name=f"smart-factory/plant1/{word}")
    return client


def smtp_file(directory: Path, **changed: Any) -> Path:
    """A file with a mail account."""
    path = directory / "smtp.json"
    path.write_text(json.dumps(SMTP | changed))
    return path


def test_secrets_are_filled_once_and_again_where_a_file_says_something_else(plant: Plant, tmp_path: Path) -> None:
    """Grafana's is drawn, and stays; what is told names no value."""
    assert Secrets(plant, Given(None, None, None)).look().state is State.HIDDEN
    client = make_secrets()
    step = Secrets(plant, Given(smtp_file(tmp_path), None, None))
    told = [step.look().told, step.do()]
    drawn = client.get_secret_value(SecretId="smart-factory/plant1/grafana-admin")["SecretString"]

    assert (step.look().state, len(drawn) >= 24) == (State.THERE, True)
    assert json.loads(client.get_secret_value(SecretId="smart-factory/plant1/smtp")["SecretString"]) == SMTP
    changed = Secrets(plant, Given(smtp_file(tmp_path, password="another-one"), None, None))
    told += [changed.look().told, changed.do()]
    assert changed.look().state is State.THERE
    assert client.get_secret_value(SecretId="smart-factory/plant1/grafana-admin")["SecretString"] == drawn
    assert not any(word in line for line in told for word in (drawn, "another-one", "smtp.example.com"))


def test_an_empty_mail_secret_is_asked_for_or_refused(plant: Plant) -> None:
    """Where nobody is there, the file that would be right is told, before anything is put."""
    client = make_secrets()
    with pytest.raises(UsageError, match=r"nobody is there to be asked\. Give --smtp FILE"):
        Secrets(plant, Given(None, None, None)).do()
    assert client.list_secret_version_ids(SecretId="smart-factory/plant1/grafana-admin")["Versions"] == []
    Secrets(plant, Given(None, None, lambda: SMTP)).do()
    assert json.loads(client.get_secret_value(SecretId="smart-factory/plant1/smtp")["SecretString"]) == SMTP


@pytest.mark.parametrize("changed", [{"port": "587"}, {"extra": 1}, {"password": None}])
def test_a_mail_account_that_is_none_is_refused_without_its_values(
    plant: Plant, tmp_path: Path, changed: dict[str, Any]
) -> None:
    """A file that is refused holds a password all the same."""
    make_secrets()
    with pytest.raises(UsageError) as error:
        Secrets(plant, Given(smtp_file(tmp_path, **changed), None, None)).look()
    assert "smtp.example.com" not in str(error.value)


def push(tag: str, *names: str) -> None:
    """Put images into ECR, each of its own digest."""
    ecr = boto3.client("ecr")
    for name in names:
        kind = "application/vnd.docker.distribution.manifest.v2+json"
        manifest = {
            "schemaVersion": 2,
            "mediaType": kind,
            "config": {"digest": f"sha256:{f'{name}{tag}'.encode().hex():0<64}"[:71]},
        }
        ecr.put_image(repositoryName=f"smart-factory/{name}", imageTag=tag, imageManifest=json.dumps(manifest))


def test_images_of_the_tasks_platform_are_enough_and_joined_ones_are_better(plant: Plant) -> None:
    """What Terraform is told changes no tag that GitHub's job would give another meaning."""
    images = Images(plant, is_commit=True)
    assert images.missing() == [f"{name}:c0ffee-arm64" for name in NAMES]
    for name in NAMES:
        boto3.client("ecr").create_repository(repositoryName=f"smart-factory/{name}")
    push("c0ffee-arm64", *NAMES[:-1])
    assert (images.missing(), images.values()) == ([f"{NAMES[-1]}:c0ffee-arm64"], None)
    push("c0ffee-arm64", NAMES[-1])
    assert images.look().state is State.THERE
    push("c0ffee", *NAMES)
    assert images.missing() == []


def test_a_tree_with_changes_builds_no_images_of_a_commit(plant: Plant, tmp_path: Path) -> None:
    """What git ignores is none, such as the mail account that lies beside; a tag of one's own names no commit."""
    shutil.copy(ROOT / ".gitignore", tmp_path)
    git = ("git", "-c", "user.name=Anna", "-c", "user.email=anna@example.com")
    for words in (("init", "--quiet"), ("add", ".gitignore", "main.tf"), ("commit", "--quiet", "--message", "all")):
        subprocess.run([*git, *words], cwd=tmp_path, check=True)
    plant = replace(plant, repository=tmp_path, environment=os.environ)
    (tmp_path / "smtp.json").write_text("{}")
    Images(plant, is_commit=True).refuse_changes()

    (tmp_path / "new.txt").write_text("a draft")
    with pytest.raises(UsageError, match=r"changes that no commit holds"):
        Images(plant, is_commit=True).refuse_changes()
    Images(plant, is_commit=False).refuse_changes()


def test_models_are_seen_by_what_lies_in_the_bucket(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The endpoint keeps the model that is named while it is there; the owner's `fleet` goes with it."""
    models, s3 = Models(plant, quick=True), boto3.client("s3")
    monkeypatch.setattr(plant, "outputs", dict)
    bucket = "smart-factory-plant1-models-123456789012"
    assert (models.look().state, models.values()) == (State.HIDDEN, None)
    s3.create_bucket(Bucket=bucket)
    for name in PLANT_MODELS.values():
        s3.put_object(Bucket=bucket, Key=f"{name}/v1/model.tar.gz")
    s3.put_object(Bucket=bucket, Key=f"{FLEET_MODEL}/v1/card.json")
    assert models.look().told == f"train and publish {FLEET_MODEL}"

    s3.put_object(Bucket=bucket, Key=f"{FLEET_MODEL}/v1/model.tar.gz")
    first = models.values()
    assert first == {"models_published": True, "fleet": {"model_data_url": f"s3://{bucket}/fleet/v1/model.tar.gz"}}
    plant.folder.write_managed(MODELS_FILE, first)
    s3.put_object(Bucket=bucket, Key=f"{FLEET_MODEL}/v2/model.tar.gz")
    assert models.values() == first
    s3.delete_object(Bucket=bucket, Key=f"{FLEET_MODEL}/v1/model.tar.gz")
    assert models.values() == {
        "models_published": True,
        "fleet": {"model_data_url": f"s3://{bucket}/fleet/v2/model.tar.gz"},
    }


def test_models_that_serve_are_kept_from_another_checkout(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the file that named them the state does; a newer one that training has published does not."""
    bucket = "smart-factory-plant1-models-123456789012"
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=bucket)
    for key in (*PLANT_MODELS.values(), FLEET_MODEL):
        s3.put_object(Bucket=bucket, Key=f"{key}/v1/model.tar.gz")
    s3.put_object(Bucket=bucket, Key=f"{FLEET_MODEL}/v2/model.tar.gz")
    first = f"s3://{bucket}/{FLEET_MODEL}/v1/model.tar.gz"
    outputs: dict[str, Any] = {"published_models": {"models_published": False, "model_data_url": None}}
    monkeypatch.setattr(plant, "outputs", lambda: outputs)
    models = Models(plant, quick=True)
    assert models.serving() == {}

    outputs["published_models"] = {"models_published": True, "model_data_url": first}
    plant.folder.own["fleet"] = {"zone": "Asia/Kolkata"}
    told = {"models_published": True, "fleet": {"zone": "Asia/Kolkata", "model_data_url": first}}
    assert (models.serving(), models.values()) == (told, told)

    plant.folder.write_managed(MODELS_FILE, {**told, "fleet": {"model_data_url": first.replace("v1", "v2")}})
    assert models.serving()["fleet"] == {"zone": "Asia/Kolkata", "model_data_url": first.replace("v1", "v2")}


def test_of_models_written_at_once_the_choice_is_the_same_each_time() -> None:
    """Two walks must not differ."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    assert newest({"fleet/b/model.tar.gz": moment, "fleet/a/model.tar.gz": moment}) == "fleet/b/model.tar.gz"


def test_services_are_looked_at_as_the_roll_out_judges_them(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a cluster there is nothing to be seen; one without services is not taken for a success."""
    outputs = {"url": "https://factory.example.com"}
    monkeypatch.setattr(plant, "outputs", lambda: outputs)
    running = Running(plant, login="", smoke=False)
    assert running.look().state is State.HIDDEN

    ecs = boto3.client("ecs")
    ecs.create_cluster(clusterName="smart-factory-plant1")
    outputs["cluster_name"] = "smart-factory-plant1"
    assert running.look().told == "follow until all is right: The cluster smart-factory-plant1 has no service."

    ecs.register_task_definition(
        family="grafana", containerDefinitions=[{"name": "grafana", "image": "grafana", "memory": 1}]
    )
    ecs.create_service(cluster="smart-factory-plant1", serviceName="grafana", taskDefinition="grafana", desiredCount=0)
    assert running.look() == Look(State.THERE, "every service is stable")
    ecs.register_task_definition(
        family="grafana", containerDefinitions=[{"name": "grafana", "image": "grafana", "memory": 2}]
    )
    assert running.look().told == "follow until all is right: grafana is rolled back"


def test_services_are_followed_and_looked_at_by_the_scripts_of_githubs_job(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In its order: a load balancer that answers with the tasks from before would say nothing."""
    called: list[tuple[str, ...]] = []
    monkeypatch.setattr(plant, "outputs", lambda: {"url": "https://factory.example.com", "cluster_name": "c"})
    monkeypatch.setattr(plant, "demand", lambda *words, **_: called.append(words))
    Running(plant, login="login.example", smoke=True).do()
    Running(plant, login="", smoke=False).do()

    smoke = ("scripts/smoke-load-balancer", "https://factory.example.com", "--login", "login.example")
    assert called == [("scripts/roll-out", "c"), smoke, ("scripts/roll-out", "c")]


def change(address: str, *actions: str, **more: Any) -> dict[str, Any]:
    """A resource change, as `terraform show -json` writes it."""
    told = {"actions": list(actions), "before": {}, "after": {}, "after_unknown": {}}
    return {"address": address, "mode": "managed", "type": address.split(".")[0], "name": "x", "change": told, **more}


def test_a_plan_tells_what_would_be_lost() -> None:
    """Not revisions of task definitions, nor what an apply that was ended has left half made."""
    planned = read({"resource_changes": [
        change("aws_s3_bucket.a", "delete"),
        change("aws_s3_bucket.b", "delete", "create"),
        change("aws_s3_bucket.c", "delete", "create", action_reason="replace_because_tainted"),
        change("aws_ecs_task_definition.d", "delete", "create"),
        change("aws_s3_bucket.e", "create"),
        change("aws_s3_bucket.f", "no-op"),
    ]})  # fmt: skip
    assert (planned.changes, planned.lost) == (5, ("aws_s3_bucket.a", "aws_s3_bucket.b"))


def test_outputs_that_change_are_a_change() -> None:
    """The next step reads them."""
    assert read({"output_changes": {"url": {"actions": ["create"]}, "next": {"actions": ["no-op"]}}}).changes == 1


@pytest.mark.parametrize(
    ("yes", "may_lose", "lost", "agreed"),
    [(True, False, (), True), (True, False, ("a.b",), False), (True, True, ("a.b",), True), (False, False, (), False)],
)
def test_yes_agrees_to_no_loss(yes: bool, may_lose: bool, lost: tuple[str, ...], agreed: bool) -> None:
    """Nor does anybody who says nothing."""
    shown: list[str] = []
    consent = Consent(yes=yes, may_lose=may_lose, ask=lambda _: False, show=shown.append)
    planned = Planned(1, lost, "1 to change", "a table")
    if agreed:
        consent.to(planned, "an account")
    else:
        with pytest.raises(FactoryError):
            consent.to(planned, "an account")
    assert shown == ["a table"]


@pytest.mark.parametrize("name", ["", "examples/minimal", "examples/production"])
def test_a_draft_holds_what_its_folder_declares(name: str, tmp_path: Path) -> None:
    """The deploy role is in it only where a bootstrap makes that, since KMS refuses who is not there."""
    there = Folder(ROOT / "terraform" / name)
    values = draft(there, ADMIN, "123456789012", "eu-central-1")
    deploy_role = "arn:aws:iam::123456789012:role/smart-factory-github-deploy"
    assert set(values) <= there.declared
    assert values["administrators"] == [ADMIN, *([deploy_role] if there.has_backend else [])]

    (tmp_path / "main.tf").write_text('variable "plant" {\n  type = string\n}\n')
    told = write_draft(Folder(tmp_path), {"plant": "plant1"})
    assert told.endswith(f'then: make deploy ARGS="--folder {tmp_path}"')
    with pytest.raises(UsageError, match="is there already"):
        write_draft(Folder(tmp_path), {"plant": "plant2"})
    assert Folder(tmp_path).own == {"plant": "plant1"}


def test_a_draft_for_a_local_aws_names_no_root_user() -> None:
    """There everybody is root; Terraform takes roles and users alone."""
    values = draft(Folder(ROOT / "terraform/examples/minimal"), "arn:aws:iam::000000000000:root", "0" * 12, "us-east-1")
    assert values["administrators"] == ["arn:aws:iam::000000000000:role/administrator"]


class Subscriptions:
    """SNS, as far as the last words ask it."""

    def __init__(self, *told: tuple[str, str, str]) -> None:
        names = ("SubscriptionArn", "TopicArn", "Endpoint")
        self._told = [dict(zip(names, one, strict=True)) for one in told]

    def get_paginator(self, _operation: str) -> Subscriptions:
        """Of the listing."""
        return self

    def paginate(self) -> list[dict[str, Any]]:
        """One page."""
        return [{"Subscriptions": self._told}]


def test_the_last_words_name_who_has_not_confirmed(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """SNS calls an ARN that is not there yet PendingConfirmation (API Reference, ListSubscriptions)."""
    topic = "arn:aws:sns:us-east-1:123456789012:smart-factory-plant{}-alarms"
    sns = Subscriptions(
        ("PendingConfirmation", topic.format(1), "late@b.example"),
        ("arn:aws:sns:us-east-1:123456789012:x:1", topic.format(1), "good@b.example"),
        ("PendingConfirmation", topic.format(2), "other@b.example"),
    )
    monkeypatch.setattr(plant, "client", lambda _service: sns)
    words = last_words(plant, {"url": "https://factory.example.com"}, 20)

    assert "open https://factory.example.com/grafana as admin; the password:" in words
    assert "confirm the mail that AWS has sent to late@b.example" in words
    assert any(word.startswith("costs about ") for word in words)


FAKE_GH = """#!/bin/sh
[ "$*" = 'api repos/o/r/actions/oidc/customization/sub --jq .sub_claim_prefix // ""' ] || exit 64
echo "$SUBJECT"
"""


@pytest.mark.parametrize(
    ("given", "told", "wanted"),
    [
        ("o/r", "repo:o@12/r@34", "o@12/r@34"),
        ("o/r", "", "o/r"),
        ("o/r", "repo:o/r", "o/r"),
        ("o@12/r@34", "repo:o@56/r@78", "o@12/r@34"),
        (None, "repo:o@12/r@34", "o@12/r@34"),
    ],
)
def test_the_bootstrap_names_a_repository_as_its_tokens_do(
    plant: Plant, tmp_path: Path, given: str | None, told: str, wanted: str
) -> None:
    """Since July 2026 with numbers, which GitHub alone knows; who names them is believed."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/gh").write_text(FAKE_GH)
    (tmp_path / "bin/gh").chmod(0o755)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    subprocess.run(["git", "remote", "add", "origin", "https://github.com/o/r.git"], cwd=tmp_path, check=True)
    environment = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "SUBJECT": told}
    plant = replace(plant, repository=tmp_path, environment=environment)
    assert Bootstrap(plant, plant.terraform, given).repository == wanted


def test_without_gh_a_repository_is_taken_by_its_names(plant: Plant) -> None:
    """Older ones have no numbers in their tokens."""
    assert Bootstrap(plant, plant.terraform, "o/r").repository == "o/r"


def test_a_region_without_prices_is_told_as_such(plant: Plant) -> None:
    """The walk does not fail for it."""
    plant.folder.own["region"] = "mars-north-1"
    assert cost(plant, 20).startswith("costs: ")


def test_removal_takes_the_log_group_that_insights_has_made_anew(plant: Plant) -> None:
    """That of this plant alone; the next walk of the plant would find its name taken."""
    logs = boto3.client("logs")
    groups = [f"/aws/ecs/containerinsights/smart-factory-{name}/performance" for name in ("plant1", "plant10")]
    step = Insights(plant)
    assert step.look().state is State.THERE
    for group in groups:
        logs.create_log_group(logGroupName=group)
    assert (step.look().state, step.do()) == (State.MISSING, f"deleted the log group {groups[0]}")
    assert step.look().state is State.THERE
    assert [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]] == groups[1:]


def test_removal_leaves_the_revisions_of_another_plant(plant: Plant) -> None:
    """One whose name begins like ours keeps its task definitions; a second look finds ours gone."""
    ecs = boto3.client("ecs")
    for family in ("plant1-grafana", "plant1-grafana", "plant1-b-grafana", "plant10-grafana"):
        ecs.register_task_definition(family=f"smart-factory-{family}", containerDefinitions=[])
    step = TaskDefinitions(plant)

    assert step.look().told == "deregister 2 revisions"
    assert step.do() == "deregistered 2 revisions"
    assert step.look().state is State.THERE
    left = ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]
    assert sorted(arn.rpartition("/")[2] for arn in left) == [
        "smart-factory-plant1-b-grafana:1",
        "smart-factory-plant10-grafana:1",
    ]
