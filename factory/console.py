"""The consoles on which the commands print."""

from __future__ import annotations

from collections.abc import Container, Mapping

from rich.console import Console
from rich.table import Table


def make_console(*, plain_width: int | None = None, stderr: bool = False) -> Console:
    """A console that prints what it is given, square brackets included.

    Rich would take `[°C/min]` for a style of its own and swallow it, in tables too. What is to be coloured is given as
    a `Text` or with a `style`.

    Args:
        plain_width: width where no terminal is [characters]; by default 80.
        stderr: print to standard error.
    """
    console = Console(markup=False, highlight=False, stderr=stderr)
    if plain_width is not None and not console.is_terminal:
        console.width = plain_width
    return console


def counts_table(meanings: Mapping[str, str], counts: Mapping[str, int], bad: Container[str]) -> Table:
    """A line a count: how many, of what, and what that means.

    Args:
        meanings: what each count is, by its name, in the order of the table.
        counts: how many.
        bad: names of counts that should be 0, and are seen if they are not.
    """
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right")
    table.add_column()
    table.add_column(style="dim")
    for name, meaning in meanings.items():
        style = "bold red" if counts[name] and name in bad else None
        table.add_row(f"{counts[name]:,}", name.replace("_", " "), meaning, style=style)
    return table
