"""`factory dashboards`: the files by which the factory is watched."""

from __future__ import annotations

import click

from dashboards import committed


@click.group()
def dashboards() -> None:
    """Write dashboards and monitoring files."""


@dashboards.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a committed file is out of date.")
def generate(check: bool) -> None:
    """Render the files under dashboards/generated from the code.

    \b
    Examples:
      factory dashboards generate
      factory dashboards generate --check
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    if check:
        committed.check()
        click.echo(f"{len(committed.rendered())} generated files are up to date.")
        return
    changed = committed.write()
    click.echo("\n".join(f"wrote {path}" for path in changed) or "Nothing has changed.")
