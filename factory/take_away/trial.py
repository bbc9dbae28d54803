"""A copy of the repository in which a folder of Terraform is tested with one thing changed.

`terraform test` is read while it runs and ended at the first failure, so that what is missed at once costs a second.
What it does not miss is shown to the Python tests that look at the same folder.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.errors import FactoryError

# What looks at all folders in their text, and who else looks at one.
_TEXT_TESTS = tuple(f"tests/terraform/test_{name}.py" for name in ("conventions", "lifecycles", "deploy_rights"))
_PYTHON_TESTS = {
    "identity": ("tests/terraform/test_lake.py",),
    "ingestion": ("tests/terraform/test_rules.py",),
    "lake": ("tests/terraform/test_lake.py",),
    "service": ("tests/terraform/test_services.py",),
    "services": ("tests/terraform/test_services.py",),
}
# Tables of READMEs only tell that something is different.
_NOT_THESE = "not page and not tables"


class TrialError(FactoryError):
    """Nothing can be tried here."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a change.

    Args:
        outcome: `killed` by a test; `refused` by Terraform, which plans nothing so; `survived`.
        why: the test that failed, or what Terraform said.
    """

    outcome: str
    why: str = ""


class Copy:
    """A copy of the repository, ready to try folders of Terraform in.

    Args:
        root: the repository.
        place: an empty directory.

    Raises:
        TrialError: `terraform init` does not work.
    """

    def __init__(self, root: Path, place: Path) -> None:
        self._place = place
        self.terraform = place / "terraform"
        for path in root.iterdir():
            if path.name in ("terraform", "tests"):
                ignored = shutil.ignore_patterns(".terraform*", "*.tfstate*", "__pycache__")
                shutil.copytree(path, place / path.name, symlinks=True, ignore=ignored)
            else:
                (place / path.name).symlink_to(path)
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_VAR_"))}
        self._environment = own | {
            "TF_IN_AUTOMATION": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONPATH": str(place),
        }
        self._ready: set[Path] = set()

    def init(self, folder: Path) -> None:
        """Get a folder ready, once."""
        if folder in self._ready:
            return
        command = [
            "terraform",
            f"-chdir={self.terraform / folder}",
            "init",
            "-backend=false",
            "-input=false",
            "-no-color",
        ]
        ended = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if ended.returncode:
            said = " ".join(ended.stderr.replace("│", " ").split())[:300]
            raise TrialError(f"terraform init does not work in {folder}: {said}", remedy="See terraform/README.md.")
        self._ready.add(folder)

    def try_text(self, file: Path, text: str, touched: str, *, seen_in_text: bool = False) -> Verdict:
        """The verdict on a file with another text; afterwards it is as before.

        Args:
            file: below `terraform/`.
            text: what it shall say.
            touched: what is changed and where, in HCL: the test file that speaks of it most is asked first.
            seen_in_text: whether the tests that read the text are asked before Terraform is started.
        """
        self.init(file.parent)
        before = (self.terraform / file).read_text(encoding="utf-8")
        (self.terraform / file).write_text(text, encoding="utf-8")
        try:
            text_tests = Verdict("survived") if not seen_in_text else self._verdict_of_python(_TEXT_TESTS)
            return text_tests if text_tests.outcome == "killed" else self._verdict(file.parent, touched)
        finally:
            (self.terraform / file).write_text(before, encoding="utf-8")

    def _verdict(self, folder: Path, touched: str) -> Verdict:
        tests = sorted((self.terraform / folder).glob("tests/*.tftest.hcl"))
        for test in sorted(tests, key=lambda one: _closeness(touched, one.read_text(encoding="utf-8")), reverse=True):
            if verdict := first_failure(self._events(folder, test.name)):
                return verdict
        return self._verdict_of_python((*_TEXT_TESTS, *_PYTHON_TESTS.get(folder.name, ())))

    def _events(self, folder: Path, test: str) -> Iterator[dict[str, Any]]:
        """What `terraform test` says of a file, until nobody wants to hear more."""
        command = ["terraform", f"-chdir={self.terraform / folder}", "test", "-json", f"-filter=tests/{test}"]
        with subprocess.Popen(
            command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        ) as running:
            try:
                yield from (json.loads(line) for line in running.stdout or () if line.startswith(b"{"))
            finally:
                if running.poll() is None:
                    # Its providers are processes of their own, in the same group.
                    os.killpg(running.pid, signal.SIGKILL)

    def _verdict_of_python(self, tests: Iterable[str]) -> Verdict:
        options = ["-q", "-x", "-p", "no:cacheprovider", "--no-header", "--tb=no", "-m", "not e2e", "-k", _NOT_THESE]
        for test in (one for one in tests if (self._place / one).is_file()):
            command = [sys.executable, "-P", "-m", "pytest", *options, test]
            ended = subprocess.run(
                command, cwd=self._place, env=self._environment, capture_output=True, text=True, check=False
            )
            if ended.returncode:
                failed = re.search(r"(?m)^(?:FAILED|ERROR) (\S+)", ended.stdout)
                return Verdict("killed", failed[1] if failed else test)
        return Verdict("survived")


def _closeness(touched: str, test: str) -> tuple[int, int]:
    """How much a test speaks of a block: how often it names it, how many of its words it has."""
    block = re.search(r'(?m)^(?:resource "(\w+)" |(var)iable )"(\w+)" \{', touched)
    name = f"{block[1] or block[2]}.{block[3]}" if block else ""
    words = set(re.findall(r"\w{5,}", touched))
    return (test.count(name) if name else 0), sum(word in test for word in words)


def first_failure(events: Iterable[dict[str, Any]]) -> Verdict | None:
    """The verdict of the first run that did not pass; None where all did.

    Args:
        events: lines of `terraform test -json`. After a run that failed come its diagnostics.
    """
    failed = ""
    problems: list[dict[str, Any]] = []
    for event in events:
        if event["type"] == "diagnostic" and event["diagnostic"]["severity"] == "error":
            problems.append(event["diagnostic"])
        elif problems:
            break
        elif event.get("test_run", {}).get("status") in ("fail", "error"):
            failed = event["test_run"]["run"]
    if not problems:
        return Verdict("killed", failed) if failed else None
    places = [problem.get("range", {}).get("filename", "") for problem in problems]
    if any(place.endswith(".tftest.hcl") for place in places):
        return Verdict("killed", failed or problems[0]["summary"])
    return Verdict("refused", problems[0]["summary"])
