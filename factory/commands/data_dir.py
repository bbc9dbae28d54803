"""The option by which a command finds a local factory that is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def data_dir_option(meaning: str) -> Callable[[Command], Command]:
    """`--data-dir DIRECTORY`, by default `var`.

    Args:
        meaning: what `--help` says of it.
    """
    return click.option(
        "--data-dir",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("var"),
        show_default=True,
        help=meaning,
    )
