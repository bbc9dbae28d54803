"""`factory evaluate`: its commands, each imported when it is used."""

from __future__ import annotations

import click

from factory.commands.lazy_group import LazyCommand, LazyGroup

COMMANDS = {
    "fleet": LazyCommand(
        "factory.commands.evaluate_fleet:evaluate_fleet", "Judge the fleet's model by vehicles it never saw."
    ),
    "cmapss": LazyCommand("factory.commands.evaluate_cmapss:evaluate_cmapss", "Remaining life on NASA's C-MAPSS sets."),
    "nab": LazyCommand("factory.commands.evaluate_nab:evaluate_nab", "Alarms on the temperatures of the NAB."),
    "ai4i": LazyCommand("factory.commands.evaluate_ai4i:evaluate_ai4i", "Failures of the AI4I 2020 milling machine."),
    "skab": LazyCommand("factory.commands.evaluate_skab:evaluate_skab", "Anomalous rows of the SKAB pump."),
    "plant": LazyCommand(
        "factory.commands.evaluate_plant:evaluate_plant_command", "Judge the plant's models by plants they never saw."
    ),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def evaluate() -> None:
    """Judge models by data that they never saw."""
