"""What the Dockerfiles promise, read from their text: no engine is needed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTAINERS = ROOT / "containers"
PROGRAMS = ("simulator", "init", "rules", "maintenance", "local-aws", "mail")
CARRIERS = ("prometheus", "alertmanager", "grafana")
IMAGES = sorted(file.parent.name for file in CONTAINERS.glob("*/Dockerfile"))
EXTRAS = {"local-aws": "local"}


def instructions(image: str) -> list[tuple[str, str]]:
    """Instructions of an image's Dockerfile with their arguments, each joined to one line."""
    text = (CONTAINERS / image / "Dockerfile").read_text()
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\s*\\\n\s*", " ", "\n".join(lines))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines())]


def last_stage(image: str) -> list[tuple[str, str]]:
    """Instructions after the last FROM."""
    whole = instructions(image)
    return whole[max(place for place, (word, _) in enumerate(whole) if word == "FROM") :]


def of(image: str, word: str) -> list[str]:
    """Arguments of the last stage's instructions of one kind."""
    return [rest for name, rest in last_stage(image) if name == word]


def pinned(lock: Path) -> dict[str, set[str]]:
    """name==version (and its marker) to hashes, of a lock."""
    entries = re.sub(r"\s*\\\n\s*", " ", lock.read_text())
    lines = [line for line in entries.splitlines() if line and not line.lstrip().startswith("#")]
    return {line.split(" ")[0]: set(re.findall(r"--hash=(\S+)", line)) for line in lines}


def test_every_image_is_known_here() -> None:
    """An image that nobody listed would be held to nothing."""
    assert {*PROGRAMS, *CARRIERS} <= set(IMAGES) <= {*PROGRAMS, *CARRIERS, "proxy"}


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_runs_as_a_numbered_user(image: str) -> None:
    """The last USER is 10001, in numbers, so that an orchestrator can see that it is not root."""
    assert of(image, "USER")[-1] == "10001:10001"


@pytest.mark.parametrize("image", IMAGES)
def test_no_shell_starts_an_image_or_asks_for_its_health(image: str) -> None:
    """ENTRYPOINT, CMD and the health check are lists: signals reach the program, and a shell is not needed."""
    started = of(image, "ENTRYPOINT") + of(image, "CMD")
    checks = [check.partition("CMD ")[2] for check in of(image, "HEALTHCHECK") if check != "NONE"]

    assert started
    for command in started + checks:
        words = json.loads(command)
        assert isinstance(words, list)
        assert not {"sh", "bash", "/bin/sh", "/bin/bash"} & set(words)


@pytest.mark.parametrize("image", [*PROGRAMS, *CARRIERS])
def test_an_image_has_a_health_check(image: str) -> None:
    """Whatever stays is asked for its health; the init container ends, and its exit status says it."""
    assert bool(of(image, "HEALTHCHECK")[0] != "NONE") == (image != "init")


@pytest.mark.parametrize("image", [*PROGRAMS, *CARRIERS])
def test_an_image_says_what_it_is(image: str) -> None:
    """The OCI labels are all there, of what is built, and none is left to be filled in."""
    labels = dict(re.findall(r'org\.opencontainers\.image\.(\w+)="([^"]*)"', of(image, "LABEL")[0]))

    assert labels.keys() == {"title", "description", "licenses", "version", "revision"}
    assert labels["title"] == f"smart-factory/{image}"
    assert (labels["version"], labels["revision"]) == ("${VERSION}", "${REVISION}")
    assert all(labels.values())


@pytest.mark.parametrize("image", [*PROGRAMS, *CARRIERS])
def test_a_base_has_a_version_and_can_be_another(image: str) -> None:
    """Bases are arguments, with a tag that is a version, and bots see the same name after a FROM."""
    whole = instructions(image)
    named = next(rest for word, rest in whole if word == "FROM").removesuffix(" AS named-base")
    argument, default = whole[0][1].split("=")

    assert whole[0][0] == "ARG"
    assert default == named
    assert re.search(r":v?\d+\.\d+", named)
    assert {rest.split(" ")[0] for word, rest in whole if word == "FROM"} == {named, f"${{{argument}}}"}


@pytest.mark.parametrize("image", PROGRAMS)
def test_the_last_stage_installs_nothing(image: str) -> None:
    """No package manager and no compiler runs in what is shipped: it is copied from the stage that builds."""
    assert not re.search(r"apt-get|pip |curl|wget", " ".join(of(image, "RUN")))


@pytest.mark.parametrize("image", PROGRAMS)
def test_dependencies_are_installed_before_the_code(image: str) -> None:
    """A change of the code alone leaves the layer of the dependencies as it is."""
    words = [f"{word} {rest}" for word, rest in instructions(image)]
    install = next(place for place, line in enumerate(words) if "--require-hashes" in line)
    code = next(place for place, line in enumerate(words) if line.startswith("COPY contracts"))

    assert install < code
    assert words[install].count("--require-hashes") == words[install].count("--only-binary :all:") == 2


def test_images_of_programs_differ_only_where_they_must() -> None:
    """What one of them learnt the others have as well: beside names, health and code their text is the same."""

    def common(image: str) -> list[str]:
        own = re.compile(r"^(COPY (?!--from)|HEALTHCHECK|CMD|LABEL|ARG VERSION|RUN groupadd|VOLUME)")
        lines = [f"{word} {rest}" for word, rest in instructions(image)]
        return [line for line in lines if not own.match(line)]

    assert all(common(image) == common("simulator") for image in PROGRAMS)


@pytest.mark.parametrize("image", PROGRAMS)
def test_an_image_has_the_packages_that_its_room_may_import(image: str) -> None:
    """Only the room and the words that all share are copied; the command line stands on all of them."""
    copied = {rest.split(" ")[-1].split("/")[0] for word, rest in instructions(image) if word == "COPY"}
    rooms = {"init": {"init_container"}, "mail": {"factory"}}.get(image, {image})
    if image == "local-aws":
        rooms = {"simulator", "init_container", "rules", "maintenance", "dashboards", "factory"}

    assert {name for name in copied if name.isidentifier() and (ROOT / name).is_dir()} == {"contracts", *rooms}


@pytest.mark.parametrize("image", PROGRAMS)
def test_a_lock_is_a_part_of_the_whole_lock(image: str) -> None:
    """What an image installs is what was tested: the same versions, and the same hashes."""
    whole, own = pinned(ROOT / "requirements.lock"), pinned(CONTAINERS / image / "requirements.lock")

    assert own.items() <= whole.items()
    assert all(own.values())


@pytest.mark.parametrize("image", PROGRAMS)
def test_a_lock_has_what_the_extra_needs(image: str) -> None:
    """A dependency that was added to an extra is in the lock of its image: else say `make lock`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"][EXTRAS.get(image, image)]]
    names = {re.split(r"[\[<>=;]", line)[0] for line in wanted} - {"smart-factory"}

    assert names <= {line.split("==")[0] for line in pinned(CONTAINERS / image / "requirements.lock")}


def test_what_builds_is_locked_as_well() -> None:
    """The build's own tool is of the whole lock too."""
    assert pinned(CONTAINERS / "build.lock").items() <= pinned(ROOT / "requirements.lock").items()


def test_digests_are_of_the_bases_that_the_dockerfiles_name() -> None:
    """A digest that was left behind by a newer tag would quietly build the older one."""
    lines = (CONTAINERS / "digests").read_text().splitlines()
    digests = dict(line.split("=", 1) for line in lines if not line.startswith("#"))

    assert digests.keys() == {f"{image.upper()}_IMAGE" for image in CARRIERS}
    for image in CARRIERS:
        name, _, digest = digests[f"{image.upper()}_IMAGE"].partition("@")
        assert instructions(image)[0][1] == f"{image.upper()}_IMAGE={name}"
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", digest)


def test_what_is_secret_or_large_stays_out_of_the_build() -> None:
    """The engine is sent what is named, and nothing else: not .git, not the data directory, not an environment."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]

    assert lines[0] == "*"
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert not let_in & {".git", ".venv", "var", "tests", "docs", ".env"}
    assert all((ROOT / name).exists() for name in let_in)


def test_kept_files_are_packed() -> None:
    """Whatever a program reads beside its code is in its wheel: its ending is among the package data."""
    endings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    patterns = {pattern.removeprefix("*") for pattern in endings}
    rooms = ("contracts", "simulator", "init_container", "rules", "maintenance", "factory")
    files = [file for room in rooms for file in (ROOT / room).rglob("*") if file.is_file()]
    read = {file.suffix or file.name for file in files} - {".py", ".pyc", ".md"}

    assert read <= patterns | {".typed"}


@pytest.mark.parametrize("image", IMAGES)
def test_a_declared_volume_is_a_directory_of_the_user(image: str) -> None:
    """On Fargate a volume is root's unless the image declares the path, and has made it for its user before."""
    prepared = " ".join(of(image, "RUN")).split()
    for declared in of(image, "VOLUME"):
        assert set(json.loads(declared)) <= set(prepared)
    words = [word for word, _ in last_stage(image)]
    # What is done to a path after it was declared is thrown away.
    assert "VOLUME" not in words or words.index("VOLUME") > max(n for n, word in enumerate(words) if word == "RUN")


@pytest.mark.parametrize("image", CARRIERS)
def test_data_lies_in_no_volume_of_the_base(image: str) -> None:
    """Podman's builder throws away the owner that is given to a path which the base declares as a volume."""
    declared = {"prometheus": "/prometheus", "alertmanager": "/alertmanager"}  # their makers' Dockerfiles

    prepared = " ".join(of(image, "RUN") + of(image, "WORKDIR") + of(image, "CMD")).replace(f"/etc/{image}", "")

    assert f"{declared.get(image, '/nowhere')} " not in f"{prepared} ".replace('"', " ")


def test_sagemaker_finds_the_model_server_by_its_own_word() -> None:
    """`docker run IMAGE serve` is how SageMaker starts a container; it is the same program as without an argument.

    Amazon SageMaker developer guide, "Custom inference code with hosting services".
    """
    assert "containers/maintenance/serve.py /opt/app/serve.py" in [
        rest for word, rest in instructions("maintenance") if word == "COPY"
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{ROOT}:{CONTAINERS / 'maintenance'}",
        "MODEL_SERVER_MODEL_DIR": "/there/is/none",
    }

    served, direct = (
        subprocess.run(
            [sys.executable, "-P", "-m", module],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        for module in ("serve", "maintenance.server")
    )

    assert (2, direct.stderr) == (served.returncode, served.stderr)
    assert "/there/is/none" in served.stderr
