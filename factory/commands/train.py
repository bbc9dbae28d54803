"""`factory train`: its commands, each imported when it is used."""

from __future__ import annotations

import click

from factory.commands.lazy_group import LazyCommand, LazyGroup

COMMANDS = {
    "fleet": LazyCommand("factory.commands.train_fleet:train_fleet", "Train the model of the vehicle fleet."),
    "plant": LazyCommand(
        "factory.commands.train_plant:train_plant_command", "Train the four models of the plant's machines."
    ),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def train() -> None:
    """Train models from histories, beside plain baselines.

    A model is a directory with model.skops and card.json. The same data, seed and code give the same version.
    """
