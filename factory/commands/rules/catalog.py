"""Rules as the command line names them, and the plant whose names fill their placeholders."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from contracts.errors import UsageError
from contracts.resources import Resources
from contracts.telemetry import DEVICE_ID_PATTERN
from rules.actions import Toolbox
from rules.loading import CATALOG_DIR

Command = TypeVar("Command", bound=Callable[..., Any])
NO_ACCOUNT = "000000000000"


def _formed(pattern: str, right: str) -> Callable[[click.Context, click.Parameter, str], str]:
    """A check of an option's form."""

    def check(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise click.BadParameter(f"{value!r} is not {right}.")
        return value

    return check


def account_option(command: Command) -> Command:
    """The option `--account`."""
    return click.option(
        "--account",
        default=NO_ACCOUNT,
        show_default=True,
        callback=_formed(r"\d{12}", "twelve digits"),
        help="AWS account: what accountid() gives, and what fills placeholders.",
    )(command)


def plant_options(command: Command) -> Command:
    """The options `--plant` and `--account`, by which placeholders are filled."""
    command = account_option(command)
    return click.option(
        "--plant",
        default="plant1",
        show_default=True,
        callback=_formed(DEVICE_ID_PATTERN, "a name of letters, digits, _ and -"),
        help="Plant whose names fill the rule's placeholders.",
    )(command)


def dry_tools(resources: Resources) -> Toolbox:
    """What actions need to be prepared, and nothing by which one could be performed."""
    return Toolbox.to_look_at(resources)


def find_rule(name: str) -> Path:
    """The file of a rule: a path, or a name in the factory's catalog.

    Raises:
        UsageError: neither.
    """
    if name.endswith(".json") or "/" in name:
        path = Path(name)
        if not path.is_file():
            raise UsageError(f"There is no rule file {name!r}.", remedy=_known())
        return path
    path = CATALOG_DIR / f"{name}.json"
    if not path.is_file():
        raise UsageError(f"There is no rule {name!r}.", remedy=_known())
    return path


def _known() -> str:
    names = ", ".join(sorted(file.stem for file in CATALOG_DIR.glob("*.json")))
    return f"The catalog has {names}; or name a .json file."
