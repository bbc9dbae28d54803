"""Which lake is meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from factory.audit.places import local_lake
from factory.commands.data_dir import data_dir_option
from factory.errors import LocalFactoryUsageError
from maintenance.lake import Lake, open_lake

Command = TypeVar("Command", bound=Callable[..., Any])


def lake_options(command: Command) -> Command:
    """The options `--lake` and `--data-dir`."""
    command = data_dir_option("Data directory of a local factory, whose lake is taken without --lake.")(command)
    return click.option(
        "--lake",
        "address",
        metavar="DIR|s3://BUCKET/PREFIX",
        help="The lake: what `factory backfill --out` was given, or a bucket.",
    )(command)


def find_lake(address: str | None, data_dir: Path, *, to_write: bool) -> Lake:
    """The lake at an address, or that of a local factory.

    Args:
        address: as the caller wrote it.
        data_dir: of a local factory; used without an address.
        to_write: whether it is to be written, for which a local factory must run.

    Raises:
        LocalFactoryUsageError: the data directory has no lake, or its S3 does not run.
        MaintenanceUsageError: it is no address, or nothing is there.
    """
    if address is not None:
        return open_lake(address)
    local = local_lake(data_dir)
    if local.client is not None:
        return open_lake(f"s3://{local.bucket}", local.client)
    if to_write:
        raise LocalFactoryUsageError(
            f"The factory in {data_dir} is not running, and only its S3 may write into its lake.",
            remedy="Start it with `factory up`, or name another lake with --lake.",
        )
    return open_lake(str(local.folder))
