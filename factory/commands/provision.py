"""`factory provision`."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ProfileNotFound
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from contracts.resources import REGION
from factory.commands.moments import Moment
from factory.commands.numbers import FiniteRange
from factory.commands.zones import fleet_zone_option
from factory.console import make_console
from factory.local_aws.credentials import ROOT_FILE, root_credentials
from factory.provision import (
    CredentialFiles,
    FleetRequest,
    Plan,
    Provisioned,
    Provisioner,
    ProvisionError,
    ProvisionRequest,
    ProvisionUsageError,
    SmtpAccount,
    draw_secrets,
    parse_device,
    wait_for_local_aws,
    write_profiles,
)
from factory.provision.request import MOST_MACHINES
from factory.up.layout import Layout
from maintenance.fleet.settings import DEFAULT_THRESHOLD_C
from simulator.scenario import scenario_text

RIGHT = {
    "plant": "Write a-z, 0-9 and -, at most 25 characters: it is part of the buckets' names.",
    "endpoint-url": "Write http://HOST:PORT.",
    "region": "Write it as us-east-1.",
}
CLOCKS_DIFFER = timedelta(minutes=1)
"""A moment that is no further ahead was now, by the clock of another machine."""
KEEP = "keep"
EXAMPLES = """\b
Examples:
  factory provision --machines 1000 --endpoint-url http://127.0.0.1:4566
  factory provision --machines 20 --vehicles 10 --endpoint-url http://127.0.0.1:4566
  factory provision --machines 20 --region eu-central-1 --plan-only
  factory provision --machines 20 --speed 24 --endpoint-url http://127.0.0.1:4566
  factory provision --machines 20 --scenario drift --start keep --endpoint-url http://127.0.0.1:4566
  factory provision --machines 0 --fleet --fleet-administrator chief@fleet.example
"""


class Start(Moment):
    """A moment, or that the plant's time runs on."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The moment, or `keep` as it is."""
        return KEEP if value == KEEP else super().convert(value, param, ctx)


@click.command(epilog=EXAMPLES)
@click.option(
    "--machines", type=click.IntRange(0, MOST_MACHINES), required=True, help="How many machines: M001, M002, …"
)
@click.option(
    "--vehicles",
    type=click.IntRange(0, MOST_MACHINES),
    default=0,
    show_default=True,
    help="How many vehicles: VHC001, VHC002, …",
)
@click.option("--plant", default="plant1", show_default=True, help="Name of the plant.")
@click.option("--device", "devices", multiple=True, metavar="NAME:LINE:MODEL", help="Another machine; repeatable.")
@click.option("--scenario", metavar="NAME|FILE", help="What happens in the plant.")
@click.option("--interval", type=FiniteRange(0, 3600, min_open=True), metavar="SECONDS", help="Between readings.")
@click.option("--speed", type=FiniteRange(min=1, max=10_000), metavar="K", help="Plant time by real time.")
@click.option(
    "--start",
    type=Start(),
    metavar="now|keep|UTC",
    help="When scenario and plant time begin: now, or as 2026-01-31T06:00. By default with the first provisioning, and "
    "anew with a scenario or speed; keep: with the first one, whatever is said.",
)
@click.option("--seed", type=click.IntRange(0), help="Seed of everything random.")
@click.option(
    "--shard-size",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="Machines of a shard, the unit that several simulators share; 1000 unless said when the plant is made.",
)
@click.option(
    "--critical-temperature", type=FiniteRange(min=-273.15), metavar="°C", help="Above this a rule alerts at once."
)
@click.option("--endpoint-url", metavar="URL", help="A local AWS; without it this is a real account.")
@click.option("--region", default=REGION, show_default=True, help="AWS region.")
@click.option("--profile", help="Profile of the AWS configuration whose credentials are used.")
@click.option("--issuer", type=click.Choice(["aws", "plant"]), help="Who signs: AWS IoT, or a CA of the plant's own.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var"),
    show_default=True,
    help="Of the local AWS: its root's key is read there, the programs' keys are written there.",
)
@click.option("--fleet", is_flag=True, help="Make the fleet's pipeline as well: inbox, function, tables, alerts.")
@fleet_zone_option
@click.option(
    "--fleet-threshold",
    type=FiniteRange(0, 300, min_open=True),
    default=DEFAULT_THRESHOLD_C,
    show_default=True,
    metavar="°C",
    help="An engine above it is alerted about.",
)
@click.option(
    "--fleet-administrator",
    "fleet_administrators",
    multiple=True,
    metavar="ADDRESS",
    help="Who is told where a vehicle has no recipient of its own; repeatable.",
)
@click.option("--model-url", metavar="URL", help="A local model server in the place of the SageMaker endpoint.")
@click.option("--smtp-host", help="Where alert mail is handed in.")
@click.option("--smtp-port", type=click.IntRange(1, 65535), help="Its port.")
@click.option("--smtp-username", help="The account there.")
@click.option(
    "--smtp-password-file",
    type=click.File("r"),
    help="File with its password, - for standard input; a password on a command line is seen by all.",
)
@click.option("--smtp-sender", metavar="ADDRESS", help="From whom.")
@click.option("--smtp-recipient", metavar="ADDRESS", help="To whom.")
@click.option(
    "--profiles-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the programs' keys there as well, DIR/PROGRAM/credentials, as AWS_SHARED_CREDENTIALS_FILE wants them.",
)
@click.option(
    "--secrets-dir",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Draw there the passwords of containers that are missing, a file each.",
)
@click.option(
    "--wait",
    "wait_s",
    type=FiniteRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="How long to wait for a local AWS that is starting.",
)
@click.option("--yes", is_flag=True, help="Do not ask before changing a real account.")
@click.option("--plan-only", is_flag=True, help="Show what would be done, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Tell the result as JSON.")
def provision(
    machines: int, vehicles: int, plant: str, as_json: bool, yes: bool, plan_only: bool, **options: Any
) -> int:
    """Make identities and cloud resources.

    A thing and a certificate for each machine and vehicle, one policy by which it connects only as itself and publishes
    only to its own topics, buckets, table, topic, secrets. What is there already stays: a second run creates nothing.
    """
    request = _request(machines, vehicles, plant, options)
    if request.endpoint_url is not None and options["wait_s"]:
        wait_for_local_aws(request.endpoint_url, options["wait_s"])
    files = CredentialFiles(Layout(options["data_dir"]).root / "credentials")
    known = files.load() if request.local else {}
    provisioner = Provisioner(request, session_of(request, options), known)
    plan = provisioner.plan()
    # With --json standard output is the result alone: what people want to see goes beside it.
    console = make_console(stderr=as_json)
    _show(plan, console)
    if plan_only:
        return _tell_plan(plan, as_json=as_json)
    if not (plan.empty or request.local or yes):
        click.confirm(f"Do this in account {plan.names.account}, {plan.names.region}?", abort=True, err=True)
    provisioned = _carry_out(provisioner, plan, console)
    if request.local:
        files.save(provisioned.credentials)
    _give_containers(provisioned, options)
    _tell(provisioned, console, as_json=as_json)
    return 0


def _give_containers(provisioned: Provisioned, options: dict[str, Any]) -> None:
    if options["profiles_dir"] is not None:
        write_profiles(options["profiles_dir"], provisioned.credentials)
    if options["secrets_dir"] is not None:
        draw_secrets(options["secrets_dir"])


def _request(machines: int, vehicles: int, plant: str, options: dict[str, Any]) -> ProvisionRequest:
    devices = tuple(parse_device(text, plant) for text in options["devices"])
    try:
        return ProvisionRequest(
            plant=plant,
            machines=machines,
            vehicles=vehicles,
            devices=devices,
            seed=options["seed"],
            shard_size=options["shard_size"],
            interval_s=options["interval"],
            scenario=scenario_text(options["scenario"]) if options["scenario"] else None,
            speed=options["speed"],
            started_at=_start(options),
            critical_temperature_c=options["critical_temperature"],
            issuer=options["issuer"],
            endpoint_url=options["endpoint_url"],
            region=options["region"],
            smtp=_smtp(options),
            fleet=_fleet(options),
        )
    except ValidationError as error:
        raise wrong_value(error) from None


def _fleet(options: dict[str, Any]) -> FleetRequest | None:
    if not options["fleet"]:
        return None
    return FleetRequest(
        zone=options["fleet_zone"],
        threshold_c=options["fleet_threshold"],
        administrators=",".join(options["fleet_administrators"]),
        model_url=options["model_url"],
    )


def _start(options: dict[str, Any]) -> datetime | None:
    # A new scenario would be over if it counted from the old epoch; at another speed the plant's time would jump.
    anew = options["scenario"] is not None or options["speed"] is not None
    if options["start"] == KEEP:
        return None
    start: datetime | None = options["start"]
    if start is not None and start > datetime.now(UTC) + CLOCKS_DIFFER:
        raise ProvisionUsageError(
            f"--start {start:%Y-%m-%dT%H:%M:%SZ} is still to come, and a plant's time begins when it is provisioned.",
            remedy="Write now, or a moment that has been.",
        )
    return start or (datetime.now(UTC) if anew else None)


def wrong_value(error: ValidationError) -> ProvisionUsageError:
    """What to tell of a value that a request does not take."""
    problem = error.errors()[0]
    name = "-".join(str(part) for part in problem["loc"]).removesuffix("_s").replace("_", "-")
    return ProvisionUsageError(
        f"--{name} {problem['input']!r} cannot be used.", remedy=RIGHT.get(name, problem["msg"] + ".")
    )


def _smtp(options: dict[str, Any]) -> SmtpAccount | None:
    given = {
        name: options[f"smtp_{name}"]
        for name in ("host", "port", "username", "sender", "recipient")
        if options[f"smtp_{name}"] is not None
    }
    if options["smtp_password_file"] is not None:
        given["password"] = options["smtp_password_file"].read().strip()
    if not given:
        return None
    if "host" not in given:
        raise ProvisionUsageError(
            "The options --smtp-… tell of an account, but not where it is.", remedy="Add --smtp-host."
        )
    return replace(SmtpAccount(port=587), **given)


def session_of(request: ProvisionRequest, options: dict[str, Any]) -> boto3.session.Session:
    """Credentials: of the profile, of the local AWS's root, or of the environment, in this order.

    Raises:
        ProvisionUsageError: there is no such profile.
        ProvisionError: the configuration of AWS cannot be read.
    """
    aws = Layout(options["data_dir"]).aws
    try:
        if options["profile"] or not (request.local and (aws / ROOT_FILE).exists()):
            return boto3.session.Session(profile_name=options["profile"], region_name=request.region)
    except ProfileNotFound as error:
        raise ProvisionUsageError(f"{error}.") from None
    except BotoCoreError as error:
        raise ProvisionError(f"{error}.") from None
    root = root_credentials(aws)
    return boto3.session.Session(root.access_key_id, root.secret_access_key, region_name=request.region)


def _show(plan: Plan, console: Console) -> None:
    where = plan.request.endpoint_url or f"AWS account {plan.names.account}, {plan.names.region}"
    if plan.empty:
        console.print(f"{plan.request.plant} on {where}: everything is there.")
        return
    table = Table(
        box=None, show_header=False, pad_edge=False, title=f"{plan.request.plant} on {where}", title_justify="left"
    )
    for line in plan.lines():
        table.add_row(line.act, line.what, line.name)
    console.print(table)


def _carry_out(provisioner: Provisioner, plan: Plan, console: Console) -> Provisioned:
    columns = (
        TextColumn("{task.description:<40.40}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal or plan.empty) as bar:
        task = bar.add_task("", total=plan.work)
        return provisioner.carry_out(plan, lambda done, what: bar.update(task, advance=done, description=what))


def _tell_plan(plan: Plan, *, as_json: bool) -> int:
    if as_json:
        lines = [{"act": line.act, "what": line.what, "name": line.name} for line in plan.lines()]
        click.echo(json.dumps({"plant": plan.request.plant, "account": plan.names.account, "plan": lines}, indent=2))
    return 0


def _tell(provisioned: Provisioned, console: Console, *, as_json: bool) -> None:
    if not as_json:
        console.print(f"{provisioned.machines} machines, {provisioned.created} created or changed.")
        return
    names = provisioned.names
    told = {
        "plant": names.plant,
        "account": names.account,
        "region": names.region,
        "machines": provisioned.machines,
        "created": provisioned.created,
        "shards": dict(provisioned.shards),
        "identities_bucket": names.identities_bucket,
        "lake_bucket": names.lake_bucket,
        "leases_table": names.leases_table,
        "alerts_topic_arn": names.alerts_topic_arn,
        "smtp_secret": names.smtp_secret,
        "configuration": provisioned.configuration.model_dump(mode="json"),
        # Their secrets are in the files of --data-dir alone.
        "programs": sorted(provisioned.credentials),
    }
    click.echo(json.dumps(told, indent=2))
