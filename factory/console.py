"""The consoles on which the commands print."""

from __future__ import annotations

from rich.console import Console


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
