"""Time zones as options take them."""

from __future__ import annotations

import click

from contracts.errors import FactoryError
from maintenance.fleet.settings import zone_of
from maintenance.sentences import DEFAULT_ZONE


def check_zone(_context: click.Context, _parameter: click.Parameter, name: str) -> str:
    """The name of a time zone, if it is one.

    Raises:
        BadParameter: it is none.
    """
    try:
        zone_of(name)
    except FactoryError:
        raise click.BadParameter(f"{name!r} is not a time zone; write a name such as Asia/Kolkata.") from None
    return name


fleet_zone_option = click.option(
    "--fleet-zone",
    callback=check_zone,
    default=DEFAULT_ZONE,
    show_default=True,
    metavar="ZONE",
    help="Time zone of the clocks in the fleet's sentences.",
)
