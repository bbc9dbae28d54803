"""`factory down`."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import click

from factory.commands.data_dir import data_dir_option
from factory.commands.numbers import FiniteRange
from factory.errors import LocalFactoryError, LocalFactoryUsageError
from factory.up.layout import Layout
from factory.up.process import ask_to_stop
from factory.up.runfile import ProcessMark, read_run_file, supervisor_of
from factory.up.stopping import Stopper

_POLL_S = 0.2


@click.command()
@data_dir_option("Data directory that `factory up` was given.")
@click.option("--force", is_flag=True, help="Do not wait until everything is archived.")
@click.option(
    "--timeout",
    "timeout_s",
    type=FiniteRange(min=1),
    default=180.0,
    show_default=True,
    metavar="SECONDS",
    help="How long it may take.",
)
def down(data_dir: Path, force: bool, timeout_s: float) -> int:
    """Stop the factory of a data directory, in order.

    The plant stops first, then the engine once it has archived what was said, and the local AWS last. Programs whose
    supervisor was killed are found and stopped too. Where nothing runs, nothing is done.

    \b
    Examples:
      factory down
      factory down --data-dir /tmp/drift
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    layout = Layout(data_dir)
    if not data_dir.is_dir():
        raise LocalFactoryUsageError(f"--data-dir {data_dir} does not exist.", remedy="`factory up` makes ./var.")
    run_file = read_run_file(layout.run_file)
    if supervisor := supervisor_of(layout.lock_file):
        _ask_supervisor(supervisor, layout, force=force, timeout_s=timeout_s)
    elif run_file is not None and (marks := run_file.living()):
        forced = threading.Event()
        if force:
            forced.set()
        Stopper(f"{run_file.url('rules')}/metrics", forced, click.echo).stop(marks)
    else:
        click.echo(f"No factory runs in {data_dir}.")
        return 0
    click.echo("The factory is down.")
    return 0


def _ask_supervisor(supervisor: ProcessMark, layout: Layout, *, force: bool, timeout_s: float) -> None:
    """Ask it as Ctrl-C does, twice where it is not to wait."""
    click.echo(f"Asking the supervisor (pid {supervisor.pid}) to stop the factory")
    ask_to_stop(supervisor)
    if force:
        time.sleep(_POLL_S)
        ask_to_stop(supervisor)
    end = time.monotonic() + timeout_s
    while supervisor_of(layout.lock_file):
        if time.monotonic() >= end:
            raise LocalFactoryError(
                f"The factory in {layout.root} is still stopping after {timeout_s:.0f} s.",
                remedy="`factory down --force` does not wait until everything is archived.",
            )
        time.sleep(_POLL_S)
