"""Terraform in a folder: initialised, planned with a table that people are asked about, applied, destroyed."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from factory.adoption.outcome import Deed, rows_of
from factory.adoption.plan import read_plan
from factory.deploy.errors import DeployError, DeployUsageError
from factory.deploy.programs import Ended, run
from factory.rollout.plan_summary import summary

OLDEST = (1, 11)
_TOLD = 3
"""Addresses that an error names."""
_HALF_MADE = "replace_because_tainted"
"""Terraform's word for what an apply that was ended has left half made: to go on is to make it anew."""
_LONGEST_ERROR = 600
_QUOTED = re.compile(r"\d+:|├|on .* line \d+|This was checked by")
"""Lines of an error that show where, and not what."""


class Planned(NamedTuple):
    """What a plan would do.

    Args:
        changes: resources and outputs that change.
        lost: addresses of what would be destroyed or replaced, but for what AWS keeps in revisions, and what an apply
            that was ended has left half made.
        counts: in words.
        table: for people, in Markdown.
    """

    changes: int
    lost: tuple[str, ...]
    counts: str
    table: str


class Consent:
    """Who says yes to a plan.

    Args:
        yes: it was said in the call.
        may_lose: also to what is destroyed or replaced, in the call.
        ask: asks a person; false is no.
        show: shows a plan.
    """

    def __init__(self, *, yes: bool, may_lose: bool, ask: Callable[[str], bool], show: Callable[[str], None]) -> None:
        self._yes, self._may_lose, self._ask, self._show = yes, may_lose, ask, show

    def to(self, planned: Planned, what: str) -> None:
        """Return if a plan may be applied.

        Raises:
            DeployError: it may not.
        """
        self._show(planned.table)
        if self._yes and planned.lost and not self._may_lose:
            some = ", ".join(planned.lost[:_TOLD]) + (" …" if len(planned.lost) > _TOLD else "")
            raise DeployError(
                f"The plan would destroy or replace {len(planned.lost)}: {some}.",
                remedy="Leave --yes out to be asked, or add --allow-loss.",
            )
        if not self._yes and not self._ask(f"Apply this to {what}?"):
            raise DeployError("The plan was not agreed to; nothing was applied.")


class Terraform:
    """Terraform in one folder.

    Args:
        folder: where the configuration is.
        scratch: a directory that others cannot read: plans hold secrets in clear.
        environment: of its processes.
        consent: who says yes to a plan.
    """

    def __init__(self, folder: Path, scratch: Path, environment: Mapping[str, str], consent: Consent) -> None:
        self.folder = folder
        self._plan = scratch / f"{hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:16]}.tfplan"
        self._environment = {**environment, "TF_IN_AUTOMATION": "1"}
        self._consent = consent
        self._is_ready = False

    def initialise(self, *backend: str) -> None:
        """`terraform init`, once.

        Args:
            backend: `-backend-config=…`, where the state lies.
        """
        if not self._is_ready:
            # Another account's backend may be remembered from before; a state is never moved by this.
            self._demand("init", "-input=false", "-reconfigure", *backend)
            self._is_ready = True

    def outputs(self) -> dict[str, Any]:
        """Outputs in the state; none before the first apply."""
        told = json.loads(self._demand("output", "-json").output)
        return {name: one["value"] for name, one in told.items()}

    def plan(self, *arguments: str) -> Planned:
        """Plan, and keep the plan for `apply`."""
        self._demand("plan", "-input=false", "-lock-timeout=5m", f"-out={self._plan}", *arguments)
        return read(json.loads(self._demand("show", "-json", str(self._plan)).output))

    def apply(self, planned: Planned, what: str) -> None:
        """Apply the plan that is kept, if that is agreed to.

        Raises:
            DeployError: nobody says yes, or Terraform failed.
        """
        self._consent.to(planned, what)
        ended = self._run("apply", "-input=false", "-lock-timeout=5m", str(self._plan), shown=True)
        if ended.status:
            raise DeployError(
                f"terraform apply failed in {self.folder} (exit status {ended.status}); what it had done stays done.",
                remedy="Put right what it says above; what AWS has already, scripts/tf-smart-import.sh adopts.",
            )

    def owns(self, address: str) -> bool:
        """Whether the state has a resource of that address."""
        ended = self._run("state", "list", address)
        return ended.status == 0 and bool(ended.output.strip())

    def _demand(self, verb: str, *arguments: str) -> Ended:
        ended = self._run(verb, *arguments)
        if ended.status:
            raise DeployError(
                f"terraform {verb} failed in {self.folder}: {_first_error(ended)}", remedy="Put that right."
            )
        return ended

    def _run(self, verb: str, *arguments: str, shown: bool = False) -> Ended:
        # `state` has verbs of its own, which take no colours either way.
        words = ["terraform", verb, *(() if verb == "state" else ("-no-color",)), *arguments]
        return run(words, directory=self.folder, environment=self._environment, shown=shown, tells_its_own=True)


def read(document: Mapping[str, Any]) -> Planned:
    """What a plan would do, of a document of `terraform show -json`."""
    changes = read_plan(document).changes
    rows = rows_of(changes)
    half_made = {one.address for one in changes if one.reason == _HALF_MADE}
    outputs = [one for one in document.get("output_changes", {}).values() if one["actions"] != ["no-op"]]
    counts = [(deed, sum(row.deed is deed for row in rows)) for deed in Deed]
    told = [f"{count} to {deed}" for deed, count in counts if count]
    return Planned(
        changes=len(rows) + len(outputs),
        lost=tuple(row.address for row in rows if row.deed.is_refused and row.address not in half_made),
        counts=", ".join(told or ([f"{len(outputs)} outputs to change"] if outputs else ["nothing to change"])),
        table=summary(document),
    )


def version(environment: Mapping[str, str], directory: Path) -> str:
    """Version of the Terraform that is installed.

    Raises:
        DeployUsageError: none, or one that is too old.
    """
    needed = f"Install Terraform {OLDEST[0]}.{OLDEST[1]} or newer."
    if shutil.which("terraform", path=environment.get("PATH")) is None:
        raise DeployUsageError("terraform is not installed.", remedy=needed)
    ended = run(["terraform", "version", "-json"], directory=directory, environment=environment)
    try:
        found = str(json.loads(ended.output)["terraform_version"])
    except (ValueError, LookupError):
        raise DeployUsageError("terraform does not say its version.", remedy=needed) from None
    if not new_enough(found):
        raise DeployUsageError(f"terraform is {found}, which cannot lock a state in S3 by itself.", remedy=needed)
    return found


def new_enough(text: str, oldest: Sequence[int] = OLDEST) -> bool:
    """Whether a version is at least that old one.

    Example:
        >>> new_enough("1.11.4"), new_enough("1.9.8"), new_enough("2.0.0-rc1")
        (True, False, True)
    """
    return tuple(int(part) for part in text.partition("-")[0].split(".")[:2]) >= tuple(oldest)


def _first_error(ended: Ended) -> str:
    """The first error's sentences, without the lines of source that Terraform quotes between them."""
    lines = [line.strip(" │╷╵") for line in (ended.complaint or ended.output).splitlines()]
    start = next((number for number, line in enumerate(lines) if line.startswith("Error:")), 0)
    end = next((number for number in range(start + 1, len(lines)) if lines[number].startswith("Error:")), len(lines))
    told = [line for line in lines[start:end] if line and not _QUOTED.match(line)]
    return " ".join(told)[:_LONGEST_ERROR] or "it did not say why"
