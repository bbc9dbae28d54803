"""`factory lake`: the archive becomes tables, and the tables answer."""

from __future__ import annotations

import click

from factory.commands.lake.compact import compact
from factory.commands.lake.query import query
from factory.commands.lake.tables import tables

__all__ = ["lake"]


@click.group()
def lake() -> None:
    """Turn the archive into tables, and ask them."""


for command in (compact, query, tables):
    lake.add_command(command)
