"""What a scenario asks of a plant: its text, and the machines that it replays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from contracts.identity import Identity
from factory.provision.request import REPLAY_MODEL
from simulator.scenario import load_scenario, scenario_text


@dataclass(frozen=True, slots=True)
class ScenarioNeeds:
    """A scenario as provisioning sees it.

    Args:
        text: YAML, to be carried to the simulator.
        devices: machines whose readings come from a file, beside the numbered ones.
    """

    text: str
    devices: tuple[Identity, ...]


def scenario_needs(name_or_path: str | Path, plant: str) -> ScenarioNeeds:
    """What a scenario needs, by its name or from its file.

    Raises:
        ScenarioError: no such scenario, or one that cannot be played.

    Example:
        >>> scenario_needs("drift", "plant1").devices
        ()
    """
    scenario = load_scenario(name_or_path)
    devices = tuple(
        Identity(device_id=replay.device_id, plant=plant, line=replay.line, model=REPLAY_MODEL)
        for replay in scenario.replays
    )
    return ScenarioNeeds(scenario_text(name_or_path), devices)


def merged(named: tuple[Identity, ...], needed: tuple[Identity, ...]) -> tuple[Identity, ...]:
    """Devices that were named, then those that a scenario needs beside them."""
    names = {one.device_id for one in named}
    return (*named, *(one for one in needed if one.device_id not in names))
