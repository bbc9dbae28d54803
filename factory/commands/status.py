"""`factory status`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from factory.commands.data_dir import data_dir_option
from factory.console import make_console
from factory.errors import LocalFactoryUsageError
from factory.up.layout import Layout
from factory.up.runfile import read_run_file
from factory.up.show import status_view
from factory.up.status import StatusReader


@click.command()
@data_dir_option("Data directory that `factory up` was given.")
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def status(data_dir: Path, as_json: bool) -> int:
    """Show what the running factory is doing.

    Machines, messages, firing alerts, mails, and what each program uses. Exits 0 while the factory runs, 1 while not.

    \b
    Examples:
      factory status
      factory status --json --data-dir /tmp/drift
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    if not data_dir.is_dir():
        raise LocalFactoryUsageError(f"--data-dir {data_dir} does not exist.", remedy="`factory up` makes ./var.")
    run_file = read_run_file(Layout(data_dir).run_file)
    if run_file is None:
        click.echo(json.dumps({"running": False}) if as_json else f"No factory has run in {data_dir}.")
        return 1
    told = StatusReader(run_file).read()
    if as_json:
        click.echo(json.dumps(told, indent=2))
    elif told["running"]:
        console = make_console()
        console.print(status_view(told))
        if told["supervisor_pid"] is None:
            console.print(
                "Its supervisor is gone: nothing restarts what dies. `factory up` or `factory down` take over."
            )
    else:
        click.echo(f"No factory runs in {data_dir}.")
    return 0 if told["running"] else 1
