"""Whose fleet a command means: the local factory's of a data directory, or that of an AWS account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import boto3
import click
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from contracts.resources import REGION, Resources
from factory.commands.data_dir import data_dir_option
from factory.errors import LocalFactoryError, LocalFactoryUsageError
from factory.provision import CredentialFiles
from factory.up.layout import Layout
from factory.up.runfile import read_run_file

Command = TypeVar("Command", bound=Callable[..., Any])
USER = "fleet"
_MISSING = ("ResourceNotFoundException", "NoSuchBucket", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


@dataclass(frozen=True, slots=True)
class FleetAccount:
    """A fleet's names, and clients that may do what `factory fleet` does.

    Args:
        names: of its resources.
        client: makes a client of a service.
        sns_mails: whether SNS itself sends the mails, to whoever is subscribed; else the mail program does, to anybody.
    """

    names: Resources
    client: Callable[[str], Any]
    sns_mails: bool = False


def account_options(command: Command) -> Command:
    """The options by which a fleet is found: `--data-dir`, or `--aws` and `--plant`."""
    command = click.option("--plant", default="plant1", show_default=True, help="Plant whose fleet it is, with --aws.")(
        command
    )
    command = click.option(
        "--aws", is_flag=True, help="The fleet of the AWS account that boto3 is set up for, not a local one."
    )(command)
    return data_dir_option("Data directory of the running factory.")(command)


def fleet_account(data_dir: Path, plant: str, *, aws: bool) -> FleetAccount:
    """The fleet that is meant.

    Raises:
        LocalFactoryUsageError: no factory has run in that directory, or none with a fleet.
        LocalFactoryError: AWS does not tell whose account it is.
    """
    if aws:
        session = boto3.Session()
        with said("ask whose account this is"):
            account = session.client("sts").get_caller_identity()["Account"]
        region = session.region_name or REGION
        client_of = cast("Callable[[str], Any]", session.client)
        return FleetAccount(Resources(plant, account, region), client_of, sns_mails=True)
    layout = Layout(data_dir)
    run_file = read_run_file(layout.run_file)
    if run_file is None:
        raise LocalFactoryUsageError(
            f"No factory has run in {data_dir}.", remedy="Start one with factory up, or name its --data-dir, or --aws."
        )
    key = CredentialFiles(layout.root / "credentials").load().get(USER)
    if key is None:
        raise LocalFactoryUsageError(
            f"The factory in {data_dir} has no user {USER}.", remedy="Start it again with factory up, which makes one."
        )
    session = boto3.Session(key.access_key_id, key.secret_access_key, region_name=REGION)
    config = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 2}, connect_timeout=3)

    def client(service: str) -> Any:
        make: Any = session.client
        return make(service, endpoint_url=run_file.aws_endpoint, config=config)

    return FleetAccount(Resources(run_file.plant, run_file.account), client)


@contextmanager
def said(deed: str) -> Iterator[None]:
    """Turn what boto3 raises into a sentence that says what was tried.

    Raises:
        LocalFactoryError: AWS cannot be reached, or refuses.
    """
    try:
        yield
    except EndpointConnectionError as error:
        raise LocalFactoryError(
            f"Could not {deed}: nobody answers at {error.kwargs.get('endpoint_url')}.",
            remedy="Start the factory with factory up, or name its --data-dir.",
        ) from None
    except ClientError as error:
        told = error.response.get("Error", {})
        missing = told.get("Code") in _MISSING
        raise LocalFactoryError(
            f"AWS refused to {deed}: {told.get('Code')}: {str(told.get('Message')).rstrip('.')}.",
            remedy="The fleet's pipeline is not there: start with factory up without --no-fleet." if missing else None,
        ) from None
    except BotoCoreError as error:
        raise LocalFactoryError(f"Could not {deed}: {str(error).rstrip('.')}.") from None
