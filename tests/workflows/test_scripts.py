"""The scripts that workflows call, with stand-ins of docker, aws and make where the real ones need a network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not here, which the scripts read JSON with")
needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
ROOT = Path(__file__).parents[2]
REGISTRY = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/smart-factory"
INDEX = "application/vnd.oci.image.index.v1+json"
OCI = "application/vnd.oci.image.manifest.v1+json"
DOCKER = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"

# Plays a registry in a folder, as far as the script asks it: what an image is, is written by `build` as buildx does by
# the options (docs.docker.com, "Build attestations" and "Image and registry exporters").
FAKE_DOCKER = """#!/usr/bin/env python3
import json, os, pathlib, sys
words = sys.argv[1:]
folder = pathlib.Path(os.environ["FAKE_REGISTRY"])
with (folder / "calls").open("a") as calls: calls.write(" ".join(words) + "\\n")
place = lambda ref: folder / ref.rpartition("smart-factory/")[2].replace(":", "@")
platform = lambda name: {"os": "linux", "architecture": name}
attestation = {"platform": {"os": "unknown"}, "annotations": {"vnd.docker.reference.type": "attestation-manifest"}}
if words[:3] == ["buildx", "imagetools", "inspect"]:
    found = place(words[-1])
    sys.exit(f"ERROR: {words[-1]}: not found") if not found.exists() else print(found.read_text())
elif words[:3] == ["buildx", "imagetools", "create"]:
    parts = [json.loads(place(ref).read_text()) for ref in words[5:]]
    place(words[4]).write_text(json.dumps({"manifests": [one for part in parts for one in part["manifests"]]}))
elif words[0] == "build":
    ref, name = words[words.index("--tag") + 1], words[words.index("--platform") + 1].partition("/")[2]
    if "--sbom=true" in words:
        told = {"manifests": [{"platform": platform(name)}, attestation]}
    else:
        told = json.loads(os.environ["FAKE_MANIFEST"])
    place(ref).write_text(json.dumps(told))
"""
FAKES = {"docker": FAKE_DOCKER, "aws": "#!/bin/sh\necho password\n"}


@pytest.fixture
def tools(tmp_path: Path) -> dict[str, str]:
    """An environment in which docker and aws are stand-ins, with an empty registry."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in FAKES.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    (tmp_path / "registry").mkdir()
    manifest = {"mediaType": DOCKER, "config": {"mediaType": CONFIG}, "layers": [{"mediaType": LAYER}]}
    return {
        "PATH": f"{folder}:{os.environ['PATH']}", "FAKE_REGISTRY": str(tmp_path / "registry"), "HOME": str(tmp_path),
        "FAKE_MANIFEST": json.dumps(manifest), "REGISTRY": REGISTRY, "TAG": "c0ffee", "IMAGES": "init maintenance",
    }  # fmt: skip


def run(script: str, *arguments: str, env: dict[str, str], root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Call a script."""
    whole = [str(root / "scripts" / script), *arguments]
    return subprocess.run(whole, env=env, capture_output=True, text=True, check=False, timeout=60)


def calls(tools: dict[str, str], word: str) -> list[str]:
    """What docker was called with, of one kind."""
    lines = (Path(tools["FAKE_REGISTRY"]) / "calls").read_text().splitlines()
    return [line for line in lines if line.startswith(word)]


def test_images_are_built_once_a_commit_with_their_attestations(tools: dict[str, str]) -> None:
    """A second run finds them there: an immutable tag could not be pushed again."""
    assert run("push-images", "build", "linux/arm64", env=tools).returncode == 0
    again = run("push-images", "build", "linux/arm64", env=tools)

    assert (again.returncode, again.stderr.count("is there already")) == (0, 2)
    built = calls(tools, "build ")
    assert len(built) == 2
    for call in built:
        assert "--platform linux/arm64 --push --provenance=mode=max --sbom=true" in call
    assert f"--tag {REGISTRY}/init:c0ffee-arm64 " in built[0]


def test_both_platforms_are_joined_under_the_commit(tools: dict[str, str]) -> None:
    """And what is there then is looked at."""
    for platform in ("linux/amd64", "linux/arm64"):
        run("push-images", "build", platform, env=tools)

    assert run("push-images", "join", env=tools).returncode == 0
    assert run("push-images", "join", env=tools).returncode == 0
    assert len(calls(tools, "buildx imagetools create")) == 2


def test_a_platform_that_is_missing_is_refused(tools: dict[str, str]) -> None:
    """Fargate on ARM would else find no image when the task starts."""
    run("push-images", "build", "linux/amd64", env=tools)
    folder = Path(tools["FAKE_REGISTRY"])
    shutil.copy(folder / "init@c0ffee-amd64", folder / "init@c0ffee")
    done = run("push-images", "join", env=tools)

    assert done.returncode == 1
    assert "init:c0ffee is not of both platforms" in done.stderr


def test_the_same_platform_twice_is_refused(tools: dict[str, str]) -> None:
    """Both parts have their attestations, and are of one kind all the same."""
    run("push-images", "build", "linux/amd64", env=tools)
    folder = Path(tools["FAKE_REGISTRY"])
    for image in ("init", "maintenance"):
        shutil.copy(folder / f"{image}@c0ffee-amd64", folder / f"{image}@c0ffee-arm64")

    assert run("push-images", "join", env=tools).returncode == 1


def test_the_image_for_sagemaker_has_one_platform_and_no_attestation(tools: dict[str, str]) -> None:
    """SageMaker takes no index and no manifest of OCI."""
    assert run("push-images", "sagemaker", env=tools).returncode == 0
    (call,) = calls(tools, "build ")
    assert "--provenance=false --sbom=false --output type=image,push=true,oci-mediatypes=false" in call
    assert f"--tag {REGISTRY}/maintenance:c0ffee-sagemaker " in call


@pytest.mark.parametrize(
    "manifest",
    [
        {"mediaType": INDEX, "manifests": []},
        {"mediaType": OCI, "config": {"mediaType": CONFIG}, "layers": [{"mediaType": LAYER}]},
        {
            "mediaType": DOCKER,
            "config": {"mediaType": CONFIG},
            "layers": [{"mediaType": LAYER.replace("gzip", "zstd")}],
        },
    ],
    ids=["an index", "OCI", "another compression"],
)
def test_what_sagemaker_would_refuse_is_refused_here(tools: dict[str, str], manifest: dict[str, object]) -> None:
    """The endpoint would fail half an hour later."""
    done = run("push-images", "sagemaker", env={**tools, "FAKE_MANIFEST": json.dumps(manifest)})

    assert done.returncode == 1
    assert "maintenance:c0ffee-sagemaker is not one platform with Docker's media types" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "missing", "sentence"),
    [
        (["build", "linux/riscv64"], "", "linux/riscv64 is no platform"),
        (["build"], "", "nothing is no platform"),
        (["push"], "", "push is nothing that it does"),
        (["join"], "REGISTRY", "REGISTRY is not set"),
    ],
)
def test_a_wrong_call_says_what_is_right(
    tools: dict[str, str], arguments: list[str], missing: str, sentence: str
) -> None:
    """Status 2, and nothing is pushed."""
    done = run("push-images", *arguments, env={key: value for key, value in tools.items() if key != missing})

    assert done.returncode == 2
    assert sentence in done.stderr


def test_all_images_but_those_that_aws_stands_in_for_are_pushed(tools: dict[str, str]) -> None:
    """An image that is added is pushed as well, or named here with AWS's own service."""
    told = json.loads(run("push-images", "variables", env={**tools, "IMAGES": ""}).stdout)
    there = {file.parent.name for file in ROOT.glob("containers/*/Dockerfile")}

    assert there - told["images"].keys() == {"rules", "mail", "proxy"}
    assert told["images"]["simulator"] == f"{REGISTRY}/simulator:c0ffee"
    assert told["model_image"] == f"{REGISTRY}/maintenance:c0ffee-sagemaker"


def test_images_of_one_platform_are_named_by_what_build_pushed(tools: dict[str, str]) -> None:
    """Nothing is joined there; SageMaker's has one platform anyway."""
    run("push-images", "build", "linux/arm64", env=tools)
    told = json.loads(run("push-images", "variables", "linux/arm64", env=tools).stdout)
    there = {path.name.replace("@", ":") for path in Path(tools["FAKE_REGISTRY"]).iterdir() if "@" in path.name}

    assert {address.rpartition("/")[2] for address in told["images"].values()} == there
    assert told["model_image"] == f"{REGISTRY}/maintenance:c0ffee-sagemaker"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with these scripts, a folder for Terraform and a changelog."""
    root = tmp_path / "project"
    (root / "terraform").mkdir(parents=True)
    (root / "scripts").mkdir()
    for name in ("terraform-inputs", "push-images", "release-notes"):
        shutil.copy(ROOT / "scripts" / name, root / "scripts" / name)
    (root / "terraform" / "main.tf").write_text('terraform {\n  backend "local" {}\n}\n')
    (root / "Makefile").write_text("lambda:\n\t@touch built\n")
    (root / "pyproject.toml").write_text('version = "1.2.0"\n')
    (root / "CHANGELOG.md").write_text(
        "# Changelog\n\n## Unreleased\n\n- next\n\n## [1.2.0] - 2026-11-27\n\n### Added\n\n- it\n\n## 1.1.0\n\n- old\n"
    )
    return root


@needs_terraform
def test_terraform_gets_its_state_variables_and_images(tools: dict[str, str], project: Path) -> None:
    """Each in a file of its own, and the function's zip is built."""
    folder, backend = project / "terraform", 'path = "state.tfstate"'
    more = {"TERRAFORM_BACKEND": backend, "TERRAFORM_VARIABLES": '{"plant": "plant1"}'}
    done = run("terraform-inputs", env={**tools, **more}, root=project)

    assert done.returncode == 0, done.stderr
    assert (folder / "backend.hcl").read_text() == backend + "\n"
    assert json.loads((folder / "deployment.auto.tfvars.json").read_text()) == {"plant": "plant1"}
    images = json.loads((folder / "images.auto.tfvars.json").read_text())["images"]
    assert images == {"init": f"{REGISTRY}/init:c0ffee", "maintenance": f"{REGISTRY}/maintenance:c0ffee"}
    assert json.loads((folder / "published-models.auto.tfvars.json").read_text()) == {"models_published": False}
    assert (project / "built").exists()


URL = "s3://smart-factory-plant1-models-111122223333/fleet/v1/model.tar.gz"


@pytest.mark.parametrize(
    ("serving", "own", "told"),
    [
        ({"models_published": True, "model_data_url": None}, {}, {"models_published": True}),
        (
            {"models_published": True, "model_data_url": URL},
            {"fleet": {"zone": "Asia/Kolkata"}},
            {"models_published": True, "fleet": {"zone": "Asia/Kolkata", "model_data_url": URL}},
        ),
    ],
)
@needs_terraform
def test_a_push_keeps_the_models_that_serve(
    tools: dict[str, str], project: Path, serving: dict[str, Any], own: dict[str, Any], told: dict[str, Any]
) -> None:
    """Whoever published them told the state and not GitHub: without that a push would take the verdict job away."""
    types = ["object", {"models_published": "bool", "model_data_url": "string"}]
    state = {"version": 4, "outputs": {"published_models": {"value": serving, "type": types}}, "resources": []}
    more = {"terraform_version": "1.11.0", "serial": 1, "lineage": "00000000-0000-0000-0000-000000000000"}
    (project / "terraform/state.tfstate").write_text(json.dumps(state | more))
    given = {"TERRAFORM_BACKEND": 'path = "state.tfstate"', "TERRAFORM_VARIABLES": json.dumps(own)}
    done = run("terraform-inputs", env={**tools, **given}, root=project)

    assert done.returncode == 0, done.stderr
    assert json.loads((project / "terraform/published-models.auto.tfvars.json").read_text()) == told


@needs_terraform
def test_a_state_that_cannot_be_read_is_a_failure(tools: dict[str, str], project: Path) -> None:
    """What serves is not known then, and a plan without it would take it away."""
    (project / "terraform/state.tfstate").write_text("{")
    given = {"TERRAFORM_BACKEND": 'path = "state.tfstate"', "TERRAFORM_VARIABLES": "{}"}
    assert run("terraform-inputs", env={**tools, **given}, root=project).returncode == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"TERRAFORM_VARIABLES": "{}"}, "TERRAFORM_BACKEND is not set"),
        ({"TERRAFORM_BACKEND": "b"}, "TERRAFORM_VARIABLES is no JSON object"),
        (
            {
                "TERRAFORM_BACKEND": 'bucket = "b"\n    key          = "plants/plant1.tfstate"\n',
                "TERRAFORM_VARIABLES": '{"plant": "plant2"}',
            },
            "TERRAFORM_BACKEND has the key plants/plant1.tfstate, and TERRAFORM_VARIABLES the plant of plants/plant2",
        ),
        ({"TERRAFORM_BACKEND": "b", "TERRAFORM_VARIABLES": "[1]"}, "TERRAFORM_VARIABLES is no JSON object"),
        ({"TERRAFORM_BACKEND": "b", "TERRAFORM_VARIABLES": "plant = 1"}, "TERRAFORM_VARIABLES is no JSON object"),
        (
            {
                "TERRAFORM_BACKEND": "b",
                "TERRAFORM_VARIABLES": '{"models_published": true, "fleet": {"model_data_url": "s3://b/k"}}',
            },
            "TERRAFORM_VARIABLES sets models_published, fleet.model_data_url, which the commit and the state tell",
        ),
    ],
)
def test_a_variable_of_the_repository_that_is_wrong_is_named(
    tools: dict[str, str], project: Path, given: dict[str, str], sentence: str
) -> None:
    """Terraform's own sentence would come later and name a file that nobody wrote by hand."""
    done = run("terraform-inputs", env={**tools, **given}, root=project)

    assert done.returncode == 2
    assert sentence in done.stderr


def test_release_notes_are_those_of_the_version(tools: dict[str, str], project: Path) -> None:
    """From its heading to the next, of both forms of headings."""
    assert run("release-notes", "v1.2.0", env=tools, root=project).stdout.split() == ["###", "Added", "-", "it"]

    (project / "pyproject.toml").write_text('version = "1.1.0"\n')
    assert run("release-notes", "v1.1.0", env=tools, root=project).stdout.split() == ["-", "old"]


@pytest.mark.parametrize(
    ("tag", "version", "sentence"),
    [
        ("v1.3.0", "1.2.0", "the tag is v1.3.0, but pyproject.toml has version 1.2.0"),
        ("v1.2", "1.2", "CHANGELOG.md says nothing of 1.2:"),
        ("", "1.2.0", "the tag is not given"),
    ],
)
def test_a_tag_that_is_not_the_version_or_is_not_told_of_is_refused(
    tools: dict[str, str], project: Path, tag: str, version: str, sentence: str
) -> None:
    """A release says what is in it."""
    (project / "pyproject.toml").write_text(f'version = "{version}"\n')
    done = run("release-notes", *([tag] if tag else []), env=tools, root=project)

    assert done.returncode == 1
    assert sentence in done.stderr
