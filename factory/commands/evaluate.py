"""`factory evaluate`: its commands, each imported when it is used."""

from __future__ import annotations

import click

from factory.commands.lazy_group import LazyCommand, LazyGroup

COMMANDS = {
    "plant": LazyCommand(
        "factory.commands.evaluate_plant:evaluate_plant_command", "Judge the plant's models by plants they never saw."
    ),
    "fleet": LazyCommand(
        "factory.commands.evaluate_fleet:evaluate_fleet", "Judge the fleet's model by vehicles it never saw."
    ),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def evaluate() -> None:
    """Judge models by data that they never saw."""
