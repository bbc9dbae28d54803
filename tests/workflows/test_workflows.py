"""What every workflow on GitHub has to keep to; zizmor and actionlint look at the rest (`make lint`)."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / ".github/workflows").glob("*.yml"))
PINNED = re.compile(r"uses: (?P<action>[\w.-]+/[\w./-]+)@(?P<commit>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)$")
EXPRESSION = "${{"


def workflow(name: str) -> dict[str, Any]:
    """A workflow's document; YAML 1.1 reads its `on` as true."""
    document: dict[Any, Any] = yaml.safe_load((ROOT / ".github/workflows" / name).read_text(encoding="utf-8"))
    return {"on" if key is True else str(key): value for key, value in document.items()}


def jobs() -> list[tuple[str, str, dict[str, Any]]]:
    """File, name and content of each job."""
    return [(file.name, name, job) for file in FILES for name, job in workflow(file.name)["jobs"].items()]


def steps(*, of: str = "") -> list[dict[str, Any]]:
    """All steps, or those of one job."""
    return [step for _, name, job in jobs() if of in ("", name) for step in job.get("steps", ())]


def uses() -> list[str]:
    """Each line that names an action or a workflow."""
    lines = (
        line.strip().removeprefix("- ") for file in FILES for line in file.read_text(encoding="utf-8").splitlines()
    )
    return [line for line in lines if line.startswith("uses:")]


def test_the_workflows_are_there() -> None:
    """What follows would pass if there were none."""
    assert [file.stem for file in FILES] == ["ci", "deploy", "plan", "release"]


def test_each_action_is_pinned_by_commit_with_its_version_beside_it() -> None:
    """A tag can be moved to other code after it was looked at; a commit cannot."""
    others = [line for line in uses() if not line.startswith("uses: ./.github/workflows/")]

    assert len(others) >= 4
    assert [line for line in others if not PINNED.match(line)] == []


def test_an_action_has_one_pin_everywhere() -> None:
    """Two commits under one version would mean that one of them is not that version."""
    found = [match.groupdict() for line in uses() if (match := PINNED.match(line))]
    pins = {(one["action"], one["commit"], one["version"]) for one in found}

    assert len(pins) == len({action for action, _, _ in pins})


def test_each_job_names_its_rights_and_a_workflow_gives_none() -> None:
    """What is not named is nothing: a job that forgets them would have the repository's default."""
    assert [file.name for file in FILES if workflow(file.name).get("permissions") != {}] == []
    assert [(file, name) for file, name, job in jobs() if "permissions" not in job] == []


def test_only_three_kinds_of_jobs_have_more_than_reading() -> None:
    """AWS's role for those that talk to AWS, and the release itself."""
    more = {
        (file, name, right)
        for file, name, job in jobs()
        for right, level in job["permissions"].items()
        if (right, level) != ("contents", "read")
    }

    assert more == {
        ("plan.yml", "plan", "id-token"), ("deploy.yml", "images", "id-token"), ("deploy.yml", "deploy", "id-token"),
        ("release.yml", "release", "contents"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "word",
    ["pull_request_target", "workflow_run", "secrets.", "secrets: inherit", "aws-access-key-id", "AWS_SECRET", "AKIA"],
)
def test_no_long_lived_key_and_no_trigger_that_runs_strangers_code_as_ours(word: str) -> None:
    """Roles are taken on by OIDC; the two triggers run with the repository's rights on what a stranger wrote."""
    assert [file.name for file in FILES if word in file.read_text(encoding="utf-8")] == []


def test_nothing_that_others_may_write_gets_into_a_script() -> None:
    """An expression in a script is pasted before the shell reads it: a branch's name could be a command."""
    assert [step["run"] for step in steps() if EXPRESSION in step.get("run", "")] == []


def test_a_checkout_leaves_no_token_behind() -> None:
    """What runs after it could else push."""
    checkouts = [step for step in steps() if str(step.get("uses", "")).startswith("actions/checkout@")]

    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_each_job_ends_by_itself() -> None:
    """GitHub's own limit is six hours; a job that calls a workflow takes that one's limits."""
    assert [(file, name) for file, name, job in jobs() if "uses" not in job and "timeout-minutes" not in job] == []


def test_each_script_and_target_is_there() -> None:
    """A workflow is run by nobody before it is on GitHub."""
    text = "\n".join(step.get("run", "") for step in steps())
    scripts = set(re.findall(r"(?<![\w/])scripts/[\w-]+", text))
    targets = set(re.findall(r"\bmake ([a-z]+)", text))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert {"scripts/images", "scripts/roll-out", "scripts/terraform-inputs"} <= scripts
    assert [one for one in scripts if not os.access(ROOT / one, os.X_OK)] == []
    assert {"lint", "test", "setup"} <= targets
    assert [one for one in targets if not re.search(rf"^{one}:", makefile, re.MULTILINE)] == []


def test_files_that_workflows_name_are_there() -> None:
    """Locks of tools, and the reusable workflow."""
    text = "\n".join(step.get("run", "") for step in steps())
    named = set(re.findall(r"(?:--requirement |uses: \./)([\w./-]+)", text + "\n".join(uses())))

    assert {".github/tools/scan.txt", ".github/workflows/ci.yml"} <= named
    assert [one for one in named if not (ROOT / one).is_file()] == []


def test_the_oldest_python_that_is_promised_is_tried() -> None:
    """And the two after it."""
    promised = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    tried = workflow("ci.yml")["jobs"]["tests"]["strategy"]["matrix"]["python"]

    assert tried == ["3.11", "3.12", "3.13"]
    assert promised == f">={tried[0]}"


def test_terraform_is_tried_once_and_cannot_be_skipped_unseen() -> None:
    """Its tests skip where `terraform init` gets no provider; there a step before them has failed then."""
    tried = [step for step in steps(of="tests") if step.get("if") == "matrix.python == '3.11'"]
    everywhere = [step for step in steps(of="tests") if "if" not in step]

    assert [step.get("uses", "").partition("@")[0] for step in tried] == ["hashicorp/setup-terraform", ""]
    assert "terraform -chdir=terraform init -backend=false" in tried[1]["run"]
    assert [step["run"] for step in everywhere if "run" in step] == ["make test"]
    assert [name for file, name, job in jobs() if file == "ci.yml" and "setup-terraform" in str(job)] == ["tests"]


def test_ci_runs_for_pull_requests_main_and_tags() -> None:
    """On main and for tags it is called by what deploys and releases, which wait for it."""
    assert {"pull_request", "workflow_call"} <= workflow("ci.yml")["on"].keys()
    for name, waits in (("deploy.yml", "turn"), ("release.yml", "release")):
        called = workflow(name)["jobs"]
        assert called["checks"]["uses"] == "./.github/workflows/ci.yml"
        assert "checks" in called[waits]["needs"]
    assert workflow("deploy.yml")["on"]["push"] == {"branches": ["main"]}


def test_a_plan_is_not_for_forks_and_changes_nothing() -> None:
    """Its role can only read; it also asks for nothing else."""
    job = workflow("plan.yml")["jobs"]["plan"]
    text = "\n".join(step.get("run", "") for step in job["steps"])

    assert "github.event.pull_request.head.repo.full_name == github.repository" in job["if"]
    assert "AWS_PLAN_ROLE" in str(job)
    assert "AWS_DEPLOY_ROLE" not in str(job)
    assert "-lock=false" in text
    assert not re.search(r"\b(apply|destroy|import|roll-out|push-images)\b", text)


def test_an_apply_is_never_cancelled_and_one_at_a_time() -> None:
    """One that is cut off leaves half of it behind, and the lock."""
    document = workflow("deploy.yml")

    assert document["jobs"]["deploy"]["concurrency"] == {"group": "deploy", "cancel-in-progress": False}
    assert document["concurrency"]["cancel-in-progress"] is False


def test_a_deployment_applies_its_own_plan_then_follows_then_looks() -> None:
    """In that order."""
    ours = steps(of="deploy")
    text = "\n".join(step.get("run", "") for step in ours)
    order = [
        "push-images join",
        "plan -input=false",
        "apply -input=false",
        "roll-out",
        "smoke-load-balancer",
        "close-load-balancer",
    ]

    assert [text.index(word) for word in order] == sorted(text.index(word) for word in order)
    assert re.search(r"apply .*plan\.tfplan$", text, re.MULTILINE)


def test_an_older_commit_does_not_take_the_place_of_a_newer_one_that_waits() -> None:
    """A job that enters a concurrency group cancels the one that waits there (GitHub's documentation, "Concurrency").

    So whether main is still at this commit is asked before, in a job that is in no group.
    """
    called = workflow("deploy.yml")["jobs"]
    turn, deployment = called["turn"], called["deploy"]

    assert "concurrency" not in turn
    assert set(turn["needs"]) == {"checks", "images"}
    assert "commits/main" in turn["steps"][0]["run"]
    assert (deployment["needs"], deployment["if"]) == (["turn"], "needs.turn.outputs.is_here")


def test_a_cancelled_deployment_leaves_the_load_balancer_shut() -> None:
    """The last step closes what the one before had no time to: always, once it is known which group that is."""
    *_, looking, closing = steps(of="deploy")

    assert closing["if"] == f"always() && steps.{looking['id']}.outputs.group"
    assert looking["run"].index("GITHUB_OUTPUT") < looking["run"].index("--open")


def test_who_talks_to_aws_takes_on_a_role_and_names_the_environment() -> None:
    """OIDC alone; the environment is where a person may be asked first."""
    logins = [step["with"] for step in steps() if str(step.get("uses", "")).startswith("aws-actions/")]
    deploying = [job for file, _, job in jobs() if file == "deploy.yml" and "aws-actions/" in str(job)]

    assert len(logins) == 3
    assert all(set(one) <= {"aws-region", "role-to-assume", "role-duration-seconds"} for one in logins)
    assert [job.get("environment") for job in deploying] == ["${{ vars.DEPLOY_ENVIRONMENT }}"] * 2


def test_one_terraform_everywhere_and_no_older_than_promised() -> None:
    """Checked, planned and applied with the same program."""
    setups = [step["with"] for step in steps() if str(step.get("uses", "")).startswith("hashicorp/setup-terraform@")]
    versions = {one["terraform_version"] for one in setups}

    assert len(versions) == 1
    assert tuple(map(int, versions.pop().split("."))) >= (1, 11)
    # The wrapper hides exit statuses and standard output from scripts.
    assert all(one["terraform_wrapper"] is False for one in setups)


def test_actionlint_is_the_one_that_lint_names() -> None:
    """Who installs it by that hint sees what GitHub sees."""
    module = re.compile(r"github\.com/rhysd/actionlint/cmd/actionlint@v[\d.]+\d")
    told = module.findall((ROOT / "scripts/lint-workflows").read_text(encoding="utf-8"))

    assert told == module.findall((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    assert len(told) == 1


def test_dependabot_looks_at_what_there_is_and_waits_a_week() -> None:
    """Actions, libraries, bases, and Terraform's provider."""
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text(encoding="utf-8"))["updates"]

    assert {one["package-ecosystem"] for one in updates} == {"github-actions", "pip", "docker", "terraform"}
    assert all(one["cooldown"]["default-days"] >= 7 for one in updates)
