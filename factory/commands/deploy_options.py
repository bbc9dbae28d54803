"""What `factory deploy` and `factory undeploy` have in common: which plant, with whose credentials, who says yes."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import click

from contracts.resources import REGION
from factory.deploy.errors import DeployUsageError
from factory.deploy.folder import Folder
from factory.deploy.needs import caller_of, refuse_without_rights, session_in
from factory.deploy.plant import Plant
from factory.deploy.programs import run
from factory.deploy.terraform import Consent, Terraform, version
from factory.deploy.walk import Result, State

ROOT = Path(__file__).parents[2]
"""This repository: scripts and Terraform are of it."""
_LONGEST_PLAN = 60
"""Lines of a plan's table that are shown; its counts stand above."""
_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Where:
    """Which plant, with whose credentials, and who says yes.

    Args:
        folder: of Terraform.
        profile: of the AWS configuration.
        yes: nobody is asked.
        allow_loss: nor where something is destroyed or replaced.
        root: this repository, or a copy of it.
        tag: of the images; None for the commit that is checked out.
    """

    folder: Path
    profile: str | None
    yes: bool
    allow_loss: bool
    root: Path
    tag: str | None = None


def where_options(command: _Command) -> _Command:
    """Add the options that both have."""
    options = (
        click.option(
            "--folder",
            type=click.Path(file_okay=False, path_type=Path),
            help="Root of Terraform: terraform, or one of terraform/examples.  [default: terraform]",
        ),
        click.option("--profile", help="Profile of the AWS configuration, for Terraform as well."),
        click.option("--yes", is_flag=True, help="Do not ask before an apply."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output."),
        click.option("--root", type=click.Path(file_okay=False, path_type=Path), default=ROOT, hidden=True),
    )
    for option in reversed(options):
        command = option(command)
    return command


@contextmanager
def opened(where: Where) -> Iterator[tuple[Plant, Terraform]]:
    """The plant, and Terraform of its bootstrap; plans that are made meanwhile are removed at the end.

    Raises:
        FactoryError: something that is needed for any step is not there.
    """
    folder = Folder(where.folder)
    environment = {**os.environ, **({"AWS_PROFILE": where.profile} if where.profile else {})}
    version(environment, where.root)
    with _ending_in_order(), tempfile.TemporaryDirectory(prefix="factory-deploy-") as kept:
        scratch = Path(kept)
        consent = Consent(yes=where.yes, may_lose=where.allow_loss, ask=_ask, show=_show_plan)
        region = str(folder.own.get("region", REGION))
        session = session_in(region, where.profile)
        account, caller = caller_of(session)
        # boto3 reads the second one alone, Terraform and the command line of AWS either.
        environment |= {"AWS_REGION": region, "AWS_DEFAULT_REGION": region}
        plant = Plant(
            repository=where.root,
            folder=folder,
            terraform=Terraform(folder.path, scratch, environment, consent),
            session=session,
            account=account,
            caller=caller,
            environment=environment,
            scratch=scratch,
            tag=where.tag or _commit(where.root, environment),
        )
        if not plant.is_local:
            refuse_without_rights(folder, caller)
        yield plant, Terraform(where.root / "terraform" / "bootstrap", scratch, environment, consent)


def say(text: str) -> None:
    """Tell people; standard output is the result's alone."""
    click.echo(text, err=True)


def say_result(result: Result) -> None:
    """A line for a step that is over."""
    mark = {State.THERE: "=", State.DONE: "✓", State.MISSING: "+", State.HIDDEN: "?"}[result.state]
    say(f"{mark} {result.step:<12} {result.state}: {result.told}")


def as_object(results: list[Result]) -> list[dict[str, str]]:
    """Results for programs."""
    return [{"step": one.step, "state": str(one.state), "told": one.told} for one in results]


def _commit(root: Path, environment: dict[str, str]) -> str:
    try:
        ended = run(["git", "rev-parse", "HEAD"], directory=root, environment=environment)
    except FileNotFoundError:
        raise DeployUsageError("git is not installed, and images are tagged by their commit.") from None
    if ended.status:
        raise DeployUsageError(f"{root} is no clone of a git repository.", remedy="Name the images' tag with --tag.")
    return ended.output.strip()


def _ask(question: str) -> bool:
    if not sys.stdin.isatty():
        raise DeployUsageError("Nobody is there to agree to the plan.", remedy="Add --yes, or only look with --plan.")
    return click.confirm(question, err=True)


def _show_plan(table: str) -> None:
    lines = table.splitlines()
    say("\n".join(lines[:_LONGEST_PLAN]))
    if len(lines) > _LONGEST_PLAN:
        say(f"… and {len(lines) - _LONGEST_PLAN} lines more of the same kind or milder.")


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """A plain kill ends as Ctrl-C does: programs that were called end first."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
