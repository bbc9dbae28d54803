"""`factory undeploy`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from botocore.exceptions import BotoCoreError, ClientError

from factory.commands.deploy_options import Where, as_object, opened, say, say_result, where_options
from factory.deploy.errors import DeployUsageError
from factory.deploy.removal import Destroyed, Identities, Insights, TaskDefinitions, Unlocked, left
from factory.deploy.walk import walk


@click.command(short_help="Take a plant on AWS away, with its data.")
@where_options
@click.option("--plan", "dry", is_flag=True, help="Look, say what each step would do, and change nothing.")
@click.option("--with-data", is_flag=True, help="Agree that the lake, models, truth and tables go as well.")
def undeploy(
    folder: Path | None,
    profile: str | None,
    yes: bool,
    as_json: bool,
    root: Path,
    dry: bool,
    with_data: bool,
) -> None:
    """Take a plant on AWS away, with all its data, and tell what stays.

    Things and certificates first, then what protects data, then all that Terraform has made, then what was written
    meanwhile, and task definitions. A removal that stopped goes on when it is called again. The bootstrap stays: other
    plants may have their state there.

    \b
    Examples:
      factory undeploy --plan
      factory undeploy --with-data
      factory undeploy --folder terraform/examples/minimal --with-data --yes

    \b
    Exit status: 0 it is gone; 1 a step failed, and the same call goes on from it; 2 wrong call.
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    if not (dry or with_data):
        raise DeployUsageError(
            "The lake, models, truth and tables of the plant would go as well.",
            remedy="Add --with-data to agree to that, or only look with --plan.",
        )
    # No image is needed to take something away.
    with opened(Where(folder or root / "terraform", profile, yes, with_data, root, tag="none")) as (plant, _):
        say(f"account {plant.account}, {plant.region}: plant {plant.name} of {plant.folder.path}, as {plant.caller}")
        steps = (Identities(plant), Unlocked(plant), Destroyed(plant), Insights(plant), TaskDefinitions(plant))
        results = walk(steps, dry=dry, say=say_result, refusals=(BotoCoreError, ClientError))
        lines = left(plant)
    if as_json:
        click.echo(json.dumps({"steps": as_object(results), "left": lines}, indent=2, ensure_ascii=False))
        return
    say("")
    say("what is there still:" if lines else "nothing is left of it")
    for line in lines:
        say(f"  {line}")
