"""`factory deploy`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError

from contracts.resources import REGION
from factory.commands.deploy_options import Where, as_object, opened, say, say_result, where_options
from factory.deploy.applies import Foundation, Services, Serving
from factory.deploy.bootstrap import Bootstrap
from factory.deploy.draft import draft, write_draft
from factory.deploy.folder import Folder
from factory.deploy.images import Images
from factory.deploy.last_words import last_words
from factory.deploy.machines import DEFAULT_MACHINES, Machines, Wish, enrolled
from factory.deploy.models import Models
from factory.deploy.needs import caller_of, is_local, refuse_root, refuse_without_tools, session_in
from factory.deploy.plant import Plant
from factory.deploy.running import Running
from factory.deploy.secrets import SMTP_FIELDS, Given, Secrets
from factory.deploy.terraform import Terraform
from factory.deploy.walk import Result, State, Step, chosen, walk
from factory.provision.request import MOST_MACHINES


@click.command(short_help="Walk from an empty account to a factory on AWS.")
@where_options
@click.option("--until", metavar="STEP", help="The last step of this call.")
@click.option("--skip", multiple=True, metavar="STEP", help="Leave a step out; repeatable.")
@click.option(
    "--allow-loss", is_flag=True, help="With --yes: apply plans that destroy or replace, which are refused else."
)
@click.option("--plan", "dry", is_flag=True, help="Look, say what each step would do, and change nothing.")
@click.option("--machines", type=click.IntRange(1, MOST_MACHINES), help="How many.  [default: 20, or as there are]")
@click.option("--vehicles", type=click.IntRange(0, MOST_MACHINES), help="How many.")
@click.option("--scenario", metavar="NAME|FILE", help="What happens in the plant.")
@click.option("--smtp", type=click.Path(path_type=Path), metavar="FILE", help="JSON with the account for alert mail.")
@click.option(
    "--grafana-password-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Password of Grafana's administrator; without it one is drawn.",
)
@click.option(
    "--github",
    metavar="OWNER/NAME",
    help="Repository that may deploy by push; OWNER@1234/NAME@5678 where GitHub's tokens name it so.  "
    "[default: of origin, asked of gh]",
)
@click.option("--tag", help="Tag of the images.  [default: the commit]")
@click.option("--quick-models", is_flag=True, help="Train small models, in seconds.")
@click.option("--login", default="", metavar="HOST", help="Host of the login that the load balancer leads to.")
@click.option("--no-smoke", is_flag=True, help="Do not ask the load balancer from here.")
@click.option("--write-draft", is_flag=True, help="Write a draft of the file that says what the plant is, and end.")
@click.option("--github-variables", is_flag=True, help="Print what GitHub is told as TERRAFORM_VARIABLES, and end.")
def deploy(folder: Path | None, profile: str | None, yes: bool, as_json: bool, root: Path, **options: Any) -> None:
    """Walk from an empty account to a running factory on AWS, and go on where it stopped.

    Steps: bootstrap (state and GitHub's roles), foundation (everything but services), secrets, images, machines
    (identities), services, running (followed until stable, and looked at from outside), models, serving (what needs
    models). Each first looks at AWS whether it is done; nothing is remembered elsewhere. Before each apply its plan is
    shown, and asked about.

    What your plant is stands in plant.auto.tfvars.json beside the Terraform; --write-draft makes one. Needed are
    Terraform 1.11, credentials of AWS, and for images docker with buildx, git, jq and AWS's command line.

    \b
    Examples:
      factory deploy --write-draft
      factory deploy --plan
      factory deploy --smtp smtp.json --scenario drift
      factory deploy --folder terraform/examples/minimal --until services
      factory deploy --yes --smtp smtp.json --json

    \b
    Exit status: 0 all is there; 1 a step failed, and the same call goes on from it; 2 wrong call.
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    where = Where(folder or root / "terraform", profile, yes, options["allow_loss"], root, options["tag"])
    if options["write_draft"]:
        say(_draft(where))
        return
    with opened(where) as (plant, bootstrap):
        if options["github_variables"]:
            click.echo(json.dumps(plant.folder.own, indent=2, ensure_ascii=False))
            return
        say(f"account {plant.account}, {plant.region}: plant {plant.name} of {plant.folder.path}, as {plant.caller}")
        steps = chosen(_steps(plant, bootstrap, options), options["until"], options["skip"])
        if not options["dry"]:
            _refuse_early(plant, steps)
        refusals = (BotoCoreError, ClientError)
        results = walk(steps, dry=options["dry"], say=say_result, refusals=refusals)
        _tell(plant, results, options, as_json=as_json)


def _steps(plant: Plant, bootstrap: Terraform, options: dict[str, Any]) -> list[Step]:
    images = Images(plant, is_commit=options["tag"] is None)
    models = Models(plant, quick=options["quick_models"])
    running = Running(plant, login=options["login"], smoke=not options["no_smoke"])
    ask = _ask_mail_account if sys.stdin.isatty() and sys.stderr.isatty() else None
    followed = None if "running" in options["skip"] else running
    return [
        Bootstrap(plant, bootstrap, options["github"]),
        Foundation(plant),
        Secrets(plant, Given(options["smtp"], options["grafana_password_file"], ask)),
        images,
        Machines(plant, Wish(options["machines"], options["vehicles"], options["scenario"])),
        Services(plant, images, models),
        running,
        models,
        Serving(plant, models, followed),
    ]


def _refuse_early(plant: Plant, steps: list[Step]) -> None:
    """An hour later is too late to hear that there is no docker, or that a change was not committed."""
    for step in steps:
        if isinstance(step, Images) and step.missing():
            step.refuse_changes()
            refuse_without_tools(step.platforms(), plant.environment, plant.repository)


def _tell(plant: Plant, results: list[Result], options: dict[str, Any], *, as_json: bool) -> None:
    outputs = plant.outputs() if plant.can_start else {}
    lines = last_words(plant, outputs, options["machines"] or enrolled(plant) or DEFAULT_MACHINES)
    left = [one.step for one in results if one.state in (State.MISSING, State.HIDDEN)]
    if as_json:
        told = {"account": plant.account, "region": plant.region, "plant": plant.name, "steps": as_object(results)}
        click.echo(json.dumps({**told, "outputs": outputs, "next": lines}, indent=2, ensure_ascii=False))
        return
    say("")
    until = f" until {options['until']}" if options["until"] else ""
    say(f"to do: {', '.join(left)}" if left else f"nothing is left to do{until}")
    for line in lines:
        say(line)


def _draft(where: Where) -> str:
    folder = Folder(where.folder)
    session = session_in(os.environ.get("AWS_REGION", REGION), where.profile)
    account, caller = caller_of(session)
    if not is_local(os.environ):
        refuse_root(caller)
    return write_draft(folder, draft(folder, caller, account, str(session.region_name)))


def _ask_mail_account() -> dict[str, Any]:
    say("The account by which alerts are mailed (SES, or any SMTP with STARTTLS); it goes to Secrets Manager alone.")
    kinds: dict[str, Any] = {"port": click.IntRange(1, 65535)}
    return {
        name: click.prompt(f"  {name}", type=kinds.get(name), hide_input=name == "password", err=True)
        for name in SMTP_FIELDS
    }
