"""Docker or podman, whichever is here, and its compose: the same few verbs for both."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from factory.errors import LocalFactoryError, LocalFactoryUsageError

ROOT = Path(__file__).parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
PODMAN_FOR_COMPOSE = ROOT / "scripts" / "podman-for-compose"
_PATIENCE_S = 1800.0
# The first process of a container is tini, which the kernel lets nobody in there kill; the program is its child.
_KILL = """
import os, pathlib, time
for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
    pid = int(stat.parent.name)
    if pid != os.getpid() and stat.read_text().rpartition(")")[2].split()[1] == "1":
        print(time.time(), flush=True)
        os.kill(pid, 9)
"""
_SERVICE_LABEL, _PROJECT_LABEL = "com.docker.compose.service", "com.docker.compose.project"


class Engine:
    """A container engine with a compose project.

    Args:
        name: `docker` or `podman`.
        project: of compose; its containers and volumes are apart from others'.
        variables: what docker-compose.yml is filled with.
    """

    def __init__(self, name: str, project: str, variables: Mapping[str, str]) -> None:
        self.name = name
        self.project = project
        self._environment = {**os.environ, **variables}

    @property
    def is_podman(self) -> bool:
        """Whether some things are done in podman's way."""
        return self.name == "podman"

    def compose(self, *arguments: str, may_fail: bool = False) -> str:
        """Call compose; what it said on standard output.

        Args:
            arguments: what it is called with.
            may_fail: whether what it said is wanted also where it failed.

        Raises:
            LocalFactoryError: it failed.
        """
        with_podman = ["podman-compose", "--podman-path", str(PODMAN_FOR_COMPOSE)]
        call = with_podman if self.is_podman else ["docker", "compose"]
        whole = [*call, "-p", self.project, "-f", str(COMPOSE_FILE), *arguments]
        return self._run(whole).stdout if may_fail else self._call(whole)

    def containers(self, service: str) -> list[str]:
        """Names of the containers of a service that run."""
        labels = (f"label={_PROJECT_LABEL}={self.project}", f"label={_SERVICE_LABEL}={service}")
        filters = [part for label in labels for part in ("--filter", label)]
        return sorted(self._call([self.name, "ps", *filters, "--format", "{{.Names}}"]).split())

    def is_well(self, container: str) -> bool:
        """Whether its health check says so; podman without systemd does not ask by itself, so it is asked here."""
        if self.is_podman:
            return self._run([self.name, "healthcheck", "run", container]).returncode == 0
        said = self._call([self.name, "inspect", "--format", "{{.State.Health.Status}}", container])
        return said.strip() == "healthy"

    def has_image(self, image: str) -> bool:
        """Whether it is here."""
        return self._run([self.name, "image", "inspect", image]).returncode == 0

    def python(self, container: str, program: str) -> str:
        """What a program of Python says that is run in a container."""
        return self._call([self.name, "exec", container, "python", "-P", "-c", program])

    def kill(self, container: str) -> datetime:
        """Kill the program in a container, so that the engine takes it for a crash and not for somebody's wish.

        Returns:
            When it died.
        """
        done = self._run([self.name, "exec", container, "python", "-P", "-c", _KILL])
        try:
            return datetime.fromtimestamp(float(done.stdout), UTC)
        except ValueError:
            return datetime.now(UTC)  # what it said went down with the container

    def started(self, container: str) -> str:
        """When it was started last; empty while it does not run."""
        told = self._run(
            [self.name, "inspect", "--format", "{{.State.Running}} {{.State.StartedAt}}", container]
        ).stdout
        running, _, moment = told.strip().partition(" ")
        return moment if running == "true" else ""

    def stop(self, containers: Sequence[str]) -> None:
        """Ask containers to end, in order."""
        self._call([self.name, "stop", "-t", "30", *containers])

    def down(self) -> None:
        """Remove all of the project, containers that were scaled up too."""
        label = f"label={_PROJECT_LABEL}={self.project}"
        there = self._call([self.name, "ps", "--all", "--quiet", "--filter", label]).split()
        if there:
            self._call([self.name, "rm", "--force", *there])
        self.compose("down", "--volumes")

    def memory(self) -> dict[str, str]:
        """Memory of each running container of the project, as the engine tells it."""
        lines = self._call([self.name, "stats", "--no-stream", "--format", "{{.Name}}\t{{.MemUsage}}"]).splitlines()
        pairs = (line.split("\t") for line in lines if line.startswith(self.project))
        return {name: used.split("/")[0].strip() for name, used in pairs}

    def logs(self, container: str, lines: int = 15) -> str:
        """The last that a container has said."""
        done = self._run([self.name, "logs", "--tail", str(lines), container])
        return done.stdout + done.stderr

    def _call(self, call: Sequence[str]) -> str:
        done = self._run(call)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().splitlines()[-15:]
            raise LocalFactoryError(f"{' '.join(call)} failed with status {done.returncode}:\n" + "\n".join(said))
        return done.stdout

    def _run(self, call: Sequence[str]) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                call, capture_output=True, text=True, check=False, env=self._environment, timeout=_PATIENCE_S, cwd=ROOT
            )
        except subprocess.TimeoutExpired:
            raise LocalFactoryError(f"{' '.join(call)} has not ended for {_PATIENCE_S:g} s.") from None


def find_engine() -> str:
    """Name of the engine that is here with a compose of its own.

    Raises:
        LocalFactoryUsageError: there is none.
    """
    if _works(["docker", "info"]) and _works(["docker", "compose", "version"]):
        return "docker"
    if shutil.which("podman-compose") and _works(["podman", "info"]):
        return "podman"
    raise LocalFactoryUsageError(
        "No container engine with compose is here.", remedy="Install Docker with its compose plugin, or podman-compose."
    )


def _works(call: list[str]) -> bool:
    if shutil.which(call[0]) is None:
        return False
    return subprocess.run(call, capture_output=True, check=False, timeout=60).returncode == 0


def last_json(said: str) -> dict[str, Any]:
    r"""The JSON object that a program's output ends with; compose may tell of what it does before it.

    Example:
        >>> last_json('Creating network\n{"missing": 0}\n')
        {'missing': 0}
    """
    begin = said.find("\n{\n") + 1 if "\n{\n" in said else said.find("{")
    document: dict[str, Any] = json.loads(said[begin:]) if begin >= 0 else {}
    return document
