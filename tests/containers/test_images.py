"""The images as they are built, with docker or podman; built before by scripts/images."""

from __future__ import annotations

import subprocess
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from factory.image_scan import engine_here

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
PROGRAMS = ("simulator", "init", "rules", "maintenance", "local-aws", "mail")
HARDENED = ("--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--network=none")
HEALTH = ("python", "-P", "-m", "contracts.healthcheck", "http://127.0.0.1:4566/_ministack/health")


@pytest.fixture(scope="module")
def engine() -> str:
    """The engine that runs here."""
    return engine_here() or pytest.skip("neither docker nor podman is here and running")


def call(*command: str) -> subprocess.CompletedProcess[str]:
    """Call the engine; five minutes are more than any of these calls takes, also beside a build."""
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def built(engine: str, image: str) -> str:
    """The name of an image; its test is skipped where it was not built."""
    name = f"smart-factory/{image}:{VERSION}"
    if call(engine, "image", "inspect", name).returncode:
        pytest.skip(f"{name} is not built; build it: make images ARGS={image}")
    return name


@pytest.fixture(name="local_aws")
def running_local_aws(engine: str) -> Iterator[str]:
    """A container of the local AWS that answers; its id."""
    image = built(engine, "local-aws")
    # The volume has no owner of its own: it takes that of the image's directory.
    state = ("--tmpfs=/tmp:mode=1777", "--volume=/data/aws", "--env=LOCAL_AWS_DATA_DIR=/data/aws")
    container = call(engine, "run", "--detach", *HARDENED, *state, image).stdout.strip()
    try:
        until = time.monotonic() + 60
        while call(engine, "exec", container, *HEALTH).returncode:
            told = call(engine, "logs", container)
            assert _runs(engine, container), told.stdout + told.stderr
            assert time.monotonic() < until, "it has not answered for a minute"
            time.sleep(0.5)
        yield container
    finally:
        call(engine, "rm", "--force", "--volumes", container)


def _runs(engine: str, container: str) -> bool:
    return call(engine, "inspect", "--format={{.State.Running}}", container).stdout.strip() == "true"


@pytest.mark.parametrize(
    ("image", "told"),
    [
        ("simulator", "The setting SIMULATOR_IDENTITIES_DIR is missing"),
        ("init", "The setting INIT_TARGET_DIR is missing"),
        ("rules", "The setting RULES_IDENTITIES_DIR is missing"),
        ("maintenance", "/opt/ml/model has no model"),
        ("mail", "The setting MAIL_DIRECTORY is missing"),
    ],
)
def test_a_program_starts_and_says_what_it_needs(engine: str, image: str, told: str) -> None:
    """With nothing to write to, no network and no right it comes as far as its settings: what it imports is there."""
    done = call(engine, "run", "--rm", *HARDENED, built(engine, image))

    assert told in done.stdout + done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize(
    ("image", "command", "told"),
    [("maintenance", ["maintenance.verdicts"], "VERDICTS_"), ("local-aws", ["factory", "--help"], "provision")],
)
def test_an_image_has_the_other_programs_of_its_room(engine: str, image: str, command: list[str], told: str) -> None:
    """The verdict job and the command line start from the images of the model server and of the local AWS."""
    done = call(engine, "run", "--rm", *HARDENED, built(engine, image), *command)

    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("image", PROGRAMS)
def test_a_program_runs_as_nobody_in_particular(engine: str, image: str) -> None:
    """User and group are 10001; it can write to none of what it is made of, and finds no compiler and no pip."""
    program = (
        "import os, shutil; "
        "print(os.getuid(), os.getgid(), os.access('/opt/app', os.W_OK), os.access('/opt/venv', os.W_OK), "
        "shutil.which('gcc'), os.path.exists('/opt/venv/bin/pip'), os.stat('/data').st_uid)"
    )
    # Not read-only here: it is the owner of the files, and not the mount, that is asked for.
    done = call(
        engine, "run", "--rm", "--cap-drop=ALL", "--entrypoint=python", built(engine, image), "-P", "-c", program
    )

    assert done.stdout.split() == ["10001", "10001", "False", "False", "None", "False", "10001"]


def test_a_frozen_program_is_found_and_a_thawed_one_is_well_again(engine: str, local_aws: str) -> None:
    """Its port still takes connections while it is stopped, as the kernel does that; the check fails all the same."""
    program = "import os, signal; os.kill(int(open('/tmp/pid').read()), signal.{})"
    find = (
        "import pathlib; pids = [p for p in pathlib.Path('/proc').glob('[0-9]*') "
        "if b'factory.local_aws' in (p / 'cmdline').read_bytes() and p.name != '1']; "
        "pathlib.Path('/tmp/pid').write_text(pids[0].name)"
    )
    assert call(engine, "exec", local_aws, *HEALTH).returncode == 0
    assert call(engine, "exec", local_aws, "python", "-P", "-c", find).returncode == 0

    call(engine, "exec", local_aws, "python", "-P", "-c", program.format("SIGSTOP"))
    frozen = call(engine, "exec", local_aws, *HEALTH)
    call(engine, "exec", local_aws, "python", "-P", "-c", program.format("SIGCONT"))

    assert frozen.returncode == 1
    assert "has not answered within 4 s" in frozen.stdout
    assert call(engine, "exec", local_aws, *HEALTH).returncode == 0


def test_a_stop_reaches_the_program_and_ends_it_in_order(engine: str, local_aws: str) -> None:
    """The first process hands SIGTERM on, and the program's own status comes out; 137 would say that it was killed."""
    call(engine, "stop", "--time=10", local_aws)

    assert call(engine, "inspect", "--format={{.State.ExitCode}}", local_aws).stdout.strip() == "0"


def test_orphans_are_reaped(engine: str, local_aws: str) -> None:
    """A process whose parent has gone is the first process's child; when it ends it does not stay as a zombie."""
    orphan = "import os, time; os.fork() or os.fork() or time.sleep(0.2)"
    zombies = "import pathlib; print(sum(') Z ' in p.read_text() for p in pathlib.Path('/proc').glob('[0-9]*/stat')))"
    call(engine, "exec", local_aws, "python", "-P", "-c", orphan)
    time.sleep(1)

    assert call(engine, "exec", local_aws, "python", "-P", "-c", zombies).stdout.strip() == "0"
