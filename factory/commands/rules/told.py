"""Refusals of SQL, told with a caret below the offending word."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from rules.errors import CatalogError
from rules.sql import SqlError

WRONG_CALL = 2


@contextmanager
def carets() -> Iterator[None]:
    """Tell an error in SQL over several lines, where the command line tells others in two, and end with status 2."""
    try:
        yield
    except SqlError as error:
        _end(str(error))
    except CatalogError as error:
        if not isinstance(error.__cause__, SqlError):
            raise
        _end(error.message)


def _end(text: str) -> None:
    click.echo(text, err=True)
    raise click.exceptions.Exit(WRONG_CALL)
