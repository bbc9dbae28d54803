"""`factory lake tables`."""

from __future__ import annotations

import json
import re
from datetime import date, datetime

import click

from contracts.telemetry import DEVICE_ID_PATTERN
from factory.console import make_console
from factory.errors import LocalFactoryUsageError
from maintenance.lake.glue import Place, ddl, glue_table
from maintenance.lake.tables import TABLES

_LOCATION = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?")


@click.command()
@click.option("--ddl", "form", flag_value="ddl", help="CREATE EXTERNAL TABLE statements for Athena.")
@click.option("--json", "form", flag_value="json", help="Values for Terraform's aws_glue_catalog_table.")
@click.option("--location", metavar="s3://BUCKET/PREFIX", help="Where the lake is; for --ddl and --json.")
@click.option(
    "--plant", "plants", multiple=True, metavar="NAME", help="A plant in the lake; may be told several times."
)
@click.option(
    "--first-day", type=click.DateTime(["%Y-%m-%d"]), default="2020-01-01", show_default=True, metavar="DAY",
    help="Day before which there is nothing.",
)  # fmt: skip
@click.option("--database", default="smart_factory", show_default=True, metavar="NAME", help="Of the data catalog.")
def tables(form: str | None, location: str | None, plants: tuple[str, ...], first_day: datetime, database: str) -> None:
    """Show the lake's tables, or declare them on AWS.

    \b
    Examples:
      factory lake tables
      factory lake tables --ddl --location s3://my-lake --plant plant1
      factory lake tables --json --location s3://my-lake --plant plant1 --plant plant2 --first-day 2026-01-01
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    if form is None:
        _show()
        return
    place = _place(location, plants, first_day.date())
    if not re.fullmatch(r"[a-z0-9_]{1,255}", database):
        raise LocalFactoryUsageError(
            f"--database {database!r} is no name of a database.", remedy="Small letters and _."
        )
    if form == "ddl":
        click.echo(";\n\n".join(ddl(table, place, database) for table in TABLES) + ";")
    else:
        click.echo(json.dumps({table.name: glue_table(table, place) for table in TABLES}, indent=2, ensure_ascii=False))


def _place(location: str | None, plants: tuple[str, ...], first_day: date) -> Place:
    if location is None or not _LOCATION.fullmatch(location):
        raise LocalFactoryUsageError(
            "--ddl and --json need --location." if location is None else f"--location {location!r} is not in S3.",
            remedy="Write s3://BUCKET/PREFIX.",
        )
    if not plants:
        raise LocalFactoryUsageError("--ddl and --json need a --plant.", remedy="For instance --plant plant1.")
    if wrong := [plant for plant in plants if not re.fullmatch(DEVICE_ID_PATTERN, plant)]:
        raise LocalFactoryUsageError(f"--plant {wrong[0]!r} is no name of a plant.", remedy="Letters, digits, _ and -.")
    return Place(location.rstrip("/"), plants, first_day)


def _show() -> None:
    console = make_console(plain_width=140)
    for table in TABLES:
        console.print(f"{table.name}: {table.comment}", style="bold")
        for column in (*table.columns, *table.partitions):
            console.print(f"  {column.name:<24} {column.glue:<10} {column.comment}", soft_wrap=True)
