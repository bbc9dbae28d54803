"""The machines that a scenario replays: they need identities beside the numbered ones."""

from __future__ import annotations

from contracts.identity import Identity
from factory.provision.request import REPLAY_MODEL
from simulator.scenario import parse_scenario


def replayed(scenario: str, plant: str) -> tuple[Identity, ...]:
    """Machines whose readings come from a file, by a scenario's text.

    Raises:
        ScenarioError: it cannot be played.

    Example:
        >>> replayed("name: calm", "plant1")
        ()
    """
    return tuple(
        Identity(device_id=replay.device_id, plant=plant, line=replay.line, model=REPLAY_MODEL)
        for replay in parse_scenario(scenario, "the scenario").replays
    )


def merged(named: tuple[Identity, ...], needed: tuple[Identity, ...]) -> tuple[Identity, ...]:
    """Devices that were named, then those that a scenario needs beside them."""
    names = {one.device_id for one in named}
    return (*named, *(one for one in needed if one.device_id not in names))
