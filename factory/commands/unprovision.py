"""`factory unprovision`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from contracts.resources import REGION, Resources
from factory.commands.provision import session_of, wrong_value
from factory.console import make_console
from factory.provision import ProvisionRequest
from factory.provision.removal import Leaving, Remover

EXAMPLES = """\b
Examples:
  factory unprovision --region eu-central-1 --plan-only
  factory unprovision --plant plant2 --region eu-central-1 --yes
  factory unprovision --endpoint-url http://127.0.0.1:4566
"""


@click.command(epilog=EXAMPLES)
@click.option("--plant", default="plant1", show_default=True, help="Name of the plant.")
@click.option("--endpoint-url", metavar="URL", help="A local AWS; without it this is a real account.")
@click.option("--region", default=REGION, show_default=True, help="AWS region.")
@click.option("--profile", help="Profile of the AWS configuration whose credentials are used.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var"),
    show_default=True,
    help="Of the local AWS: its root's key is read there.",
)
@click.option("--yes", is_flag=True, help="Do not ask before changing a real account.")
@click.option("--plan-only", is_flag=True, help="Show what would be taken away, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Tell the result as JSON.")
def unprovision(plant: str, yes: bool, plan_only: bool, as_json: bool, **options: Any) -> int:
    """Take the machines' identities away.

    Things, certificates and bundles of all machines and vehicles of a plant go. It comes before terraform destroy: AWS
    IoT deletes no policy that a certificate has, and no thing type that a thing is of. Buckets, keys, secrets and a CA
    of the plant's own stay.
    """
    try:
        request = ProvisionRequest(
            plant=plant, machines=0, endpoint_url=options["endpoint_url"], region=options["region"]
        )
    except ValidationError as error:
        raise wrong_value(error) from None
    remover = Remover(request, session_of(request, options))
    leaving = remover.survey()
    console = make_console(stderr=as_json)
    names = remover.names
    console.print(f"{plant} in account {names.account}, {names.region}: {_counted(leaving)}.")
    if not plan_only and leaving.work:
        if not (request.local or yes):
            click.confirm("Take all of it away? The machines' keys cannot be had again.", abort=True, err=True)
        _carry_out(remover, leaving, console)
    if as_json:
        click.echo(json.dumps(_told(names, leaving, done=not plan_only), indent=2))
    return 0


def _counted(leaving: Leaving) -> str:
    certificates = sum(map(len, leaving.things.values())) + len(leaving.certificates)
    return f"{len(leaving.things)} things, {certificates} certificates, {len(leaving.shards)} bundles"


def _carry_out(remover: Remover, leaving: Leaving, console: Console) -> None:
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=leaving.work)
        remover.carry_out(leaving, lambda done, what: bar.update(task, advance=done, description=what))
    console.print("Taken away.")


def _told(names: Resources, leaving: Leaving, *, done: bool) -> dict[str, Any]:
    return {
        "plant": names.plant,
        "account": names.account,
        "region": names.region,
        "things": sorted(leaving.things),
        "certificates": sorted({arn for arns in leaving.things.values() for arn in arns} | set(leaving.certificates)),
        "bundles": list(leaving.shards),
        "taken_away": done,
    }
