"""`python -m factory.rollout`, behind `scripts/roll-out`, `scripts/smoke-load-balancer` and others beside them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from contracts.errors import FactoryError
from factory.rollout import doorway, report
from factory.rollout.errors import RolloutError
from factory.rollout.follow import Rollout, is_good
from factory.rollout.load_balancer import PAGES, PATIENCE_S, Finding, LoadBalancer, look_until_right
from factory.rollout.plan_summary import summary
from factory.rollout.sources import Clocks


@click.group()
def cli() -> None:
    """What a deployment needs after `terraform apply`."""


@cli.command(
    "follow",
    epilog="\b\nExamples:\n"
    "  scripts/roll-out smart-factory-plant1\n"
    "  scripts/roll-out smart-factory-plant1 --keep --json\n",
)
@click.argument("cluster")
@click.option("--keep", is_flag=True, help="Start no service anew whose secrets, identities or models are newer.")
@click.option(
    "--patience", type=click.FloatRange(min=0), default=1800.0, show_default=True, help="How long to wait [s]."
)
@click.option("--json", "as_json", is_flag=True, help="Tell the outcomes as JSON.")
def follow(cluster: str, keep: bool, patience: float, as_json: bool) -> None:
    """Wait until each service of a cluster runs what was deployed; tell what was rolled back, and why.

    Services that are not being deployed, but whose secrets, identities or models are newer than their tasks, are
    started anew before.
    """
    clocks = Clocks(boto3.client("secretsmanager"), boto3.client("s3"))
    rollout = Rollout(cluster, boto3.client("ecs"), clocks, report.say)
    if not keep:
        rollout.renew()
    outcomes = rollout.follow(patience)
    why = {one.service: rollout.why(one) for one in outcomes if not is_good([one])}
    for service, sentence in ((service, sentence) for service, words in why.items() for sentence in words):
        report.say(f"{service}: a task stopped: {sentence}")
    report.add_to_page(report.services(outcomes, rollout.renewed, why))
    if as_json:
        told = {"services": [asdict(one) for one in outcomes], "renewed": rollout.renewed, "stopped": why}
        click.echo(json.dumps(told, indent=2))
    if not is_good(outcomes):
        bad = ", ".join(f"{one.service} is {one.state}" for one in outcomes if not is_good([one]))
        raise RolloutError(f"Not everything runs that was deployed: {bad}.")


@cli.command(
    "smoke",
    epilog="\b\nExamples:\n"
    "  scripts/smoke-load-balancer https://factory.example\n"
    "  scripts/smoke-load-balancer https://factory.example --login login.example --open sg-0123456789abcdef0\n"
    "  scripts/smoke-load-balancer http://127.0.0.1:8088 --without grafana\n",
)
@click.argument("url")
@click.option("--login", default="", help="Host of the login that every path leads to.")
@click.option(
    "--open", "group", default="", help="Security group to be opened to this machine meanwhile, and to no other."
)
@click.option("--without", multiple=True, type=click.Choice(sorted(PAGES)), help="A page that is not there.")
@click.option("--patience", type=click.FloatRange(min=0), default=PATIENCE_S, show_default=True, help="How long [s].")
@click.option("--json", "as_json", is_flag=True, help="Tell the findings as JSON.")
def smoke(url: str, login: str, group: str, without: tuple[str, ...], patience: float, as_json: bool) -> None:
    """Ask every path of the load balancer, or of the proxy of docker-compose.yml, what a person would."""
    balancer = LoadBalancer(url, login)
    opened = doorway.doorway(boto3.client("ec2"), group, doorway.own_address()) if group else nullcontext()
    with opened:
        findings = look_until_right(balancer, frozenset(without), patience)
    for one in findings:
        report.say(f"{'ok' if one.is_right else 'WRONG'}: {one.told}")
    report.add_to_page(report.load_balancer(findings))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in findings], indent=2))
    _raise_for(findings)


@cli.command("close", epilog="\b\nExample:\n  scripts/close-load-balancer sg-0123456789abcdef0\n")
@click.argument("group")
def close(group: str) -> None:
    """Take away what a smoke test opened in a security group and could not close, as it was killed."""
    doorway.close(boto3.client("ec2"), group)


def _raise_for(findings: Sequence[Finding]) -> None:
    if wrong := [one for one in findings if not one.is_right]:
        raise RolloutError(f"{len(wrong)} of {len(findings)} checks failed: {'; '.join(one.told for one in wrong)}.")


@cli.command("summarize", epilog="\b\nExample:\n  terraform show -json plan.tfplan | scripts/plan-summary\n")
@click.argument("plan", type=click.Path(dir_okay=False, allow_dash=True, path_type=str), default="-")
def summarize(plan: str) -> None:
    """Write a plan of Terraform as a table, without any of its values."""
    text = sys.stdin.read() if plan == "-" else Path(plan).read_text(encoding="utf-8")
    try:
        click.echo(summary(json.loads(text)), nl=False)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        message = f"This is no plan in JSON ({type(error).__name__}: {error})."
        raise RolloutError(message, remedy="Pipe `terraform show -json PLAN` into it.") from None


def main() -> int:
    """The exit status: 0 all is right, 1 something is not, 2 a wrong call."""
    try:
        cli(standalone_mode=False)
    except FactoryError as error:
        report.fail(str(error))
        return error.exit_status
    except (BotoCoreError, ClientError) as error:
        report.fail(f"AWS refuses: {error}")
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
