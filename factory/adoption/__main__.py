"""`python -m factory.adoption`, behind `scripts/tf-smart-import.sh`: what exists in AWS becomes Terraform's."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import boto3
import click
from botocore.exceptions import ProfileNotFound
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from contracts.errors import FactoryError
from factory.adoption.adopting import Adoption, adopt
from factory.adoption.answers import Finding
from factory.adoption.aws import Aws
from factory.adoption.errors import AdoptionUsageError
from factory.adoption.report import as_json, show
from factory.adoption.terraform import Terraform
from factory.console import make_console

EXAMPLES = """\b
Examples:
  scripts/tf-smart-import.sh --var-file production.tfvars
  scripts/tf-smart-import.sh --var-file production.tfvars --apply
  scripts/tf-smart-import.sh --dir terraform/examples/minimal --exclude 'aws_budgets_budget' --json
\b
Exit status: 0 nothing to adopt, or it is done; 3 something to adopt; 2 wrong call; 1 it failed or was refused.
"""


@click.command(epilog=EXAMPLES)
@click.option(
    "--dir",
    "directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("terraform"),
    show_default=True,
    help="Root of the configuration; terraform init was run there.",
)
@click.option(
    "--var-file",
    "var_files",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="Handed to terraform plan; repeatable.",
)
@click.option("--var", "variables", multiple=True, metavar="NAME=VALUE", help="Handed to terraform plan; repeatable.")
@click.option("--apply", is_flag=True, help="Apply the plan of the table: it adopts, and creates and changes as well.")
@click.option(
    "--exclude", multiple=True, metavar="PATTERN", help="Do not look for these addresses or types (* and ? are wild)."
)
@click.option("--json", "wants_json", is_flag=True, help="Print one JSON document on standard output.")
@click.option("--region", help="AWS region, where Terraform's plan names none.")
@click.option("--profile", help="Profile of the AWS configuration, for Terraform as well.")
@click.option("--endpoint-url", envvar="AWS_ENDPOINT_URL", metavar="URL", help="A local AWS, for Terraform as well.")
def command(
    directory: Path,
    var_files: tuple[Path, ...],
    variables: tuple[str, ...],
    apply: bool,
    exclude: tuple[str, ...],
    wants_json: bool,
    region: str | None,
    profile: str | None,
    endpoint_url: str | None,
) -> int:
    """Find what Terraform would create and AWS has already, and adopt it.

    Plans, asks AWS for each resource that is to be created and whose name is known, writes import blocks into
    imports.generated.tf and plans again. Nothing is changed without --apply. What would replace or destroy something is
    refused, with the argument that forces it.
    """
    wrong = [text for text in variables if not text.partition("=")[1]]
    if wrong:
        raise AdoptionUsageError(f"--var {wrong[0]} has no value.", remedy="Write --var NAME=VALUE.")
    arguments = [f"-var-file={path.absolute()}" for path in var_files] + [f"-var={text}" for text in variables]
    environment = _environment(region, profile, endpoint_url)
    aws = Aws(_session(region, profile), endpoint_url)
    # The plan has secrets in clear: the directory is ours alone, and goes.
    with tempfile.TemporaryDirectory(prefix="tf-smart-import-") as kept:
        terraform = Terraform(directory, Path(kept) / "plan", arguments, environment)
        result = _adopt_visibly(terraform, aws, apply=apply, exclude=exclude)
    if wants_json:
        click.echo(json.dumps(as_json(result, directory), indent=2))
    else:
        show(result, directory, make_console(plain_width=160))
    if result.error is not None:
        click.echo(result.error, err=True)
    return result.exit_status


def _adopt_visibly(terraform: Terraform, aws: Aws, *, apply: bool, exclude: tuple[str, ...]) -> Adoption:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = make_console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("plan", total=None)

        def say(line: str) -> None:
            progress.update(task, description=line, total=None, completed=0, visible=line != "apply")
            progress.console.print(f"tf-smart-import: {line}")

        def track(answers: Iterable[Finding | str], number: int) -> Iterable[Finding | str]:
            progress.update(task, description="ask AWS", total=number, completed=0)
            for answer in answers:
                progress.advance(task)
                yield answer

        return adopt(terraform, aws, apply=apply, exclude=exclude, say=say, track=track)


def _environment(region: str | None, profile: str | None, endpoint_url: str | None) -> dict[str, str]:
    chosen = {"AWS_REGION": region, "AWS_PROFILE": profile, "AWS_ENDPOINT_URL": endpoint_url, "TF_IN_AUTOMATION": "1"}
    return {**os.environ, **{name: value for name, value in chosen.items() if value}}


def _session(region: str | None, profile: str | None) -> boto3.session.Session:
    try:
        return boto3.Session(profile_name=profile, region_name=region or os.environ.get("AWS_REGION"))
    except ProfileNotFound:
        raise AdoptionUsageError(
            f"There is no AWS profile {profile}.", remedy="aws configure list-profiles names those that there are."
        ) from None


def main() -> int:
    """The exit status: 0 nothing to adopt, 3 something to adopt, 2 wrong call, 1 it failed or was refused."""
    try:
        status: int = command(standalone_mode=False)
    except FactoryError as error:
        click.echo(f"tf-smart-import: {error}", err=True)
        return error.exit_status
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("tf-smart-import: interrupted; the import blocks are what they were before.", err=True)
        return 130
    return status


if __name__ == "__main__":
    sys.exit(main())
