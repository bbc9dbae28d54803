"""`--write` of the benchmarks: each command has a section of the page."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from click.core import ParameterSource

from factory.bench.page import Section, with_section
from factory.errors import LocalFactoryUsageError


def _writable(_context: click.Context, _option: click.Parameter, page: Path | None) -> Path | None:
    """Refuse now what could not be written after the minutes that measuring takes."""
    if page is not None and not os.access(page if page.exists() else page.parent, os.W_OK):
        raise LocalFactoryUsageError(
            f"--write {page} cannot be written.", remedy="Name a file in a directory of your own."
        )
    return page


WRITE = click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_writable,
    metavar="PAGE",
    help="Put the results into their section of this page in Markdown.",
)


def write_section(page: Path, heading: str, lines: Sequence[str]) -> None:
    """Put what the command that runs has found into its section of the page.

    Args:
        page: the file; made if there is none.
        heading: of the section.
        lines: what came out, in Markdown.
    """
    before = page.read_text(encoding="utf-8") if page.exists() else ""
    section = Section(heading, _command(click.get_current_context()), datetime.now(UTC).date(), lines)
    page.write_text(with_section(before, section), encoding="utf-8")


def _command(context: click.Context) -> str:
    """The command as it was called, without how its result is told."""
    words: list[str] = []
    for parameter in context.command.params:
        name, value = parameter.name or "", context.params.get(parameter.name or "")
        if name in ("write", "as_json") or context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        words += [str(each) for each in value] if isinstance(value, tuple) else [parameter.opts[0], str(value)]
    return " ".join([context.command_path, *map(shlex.quote, words)])
