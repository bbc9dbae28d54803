"""Which machines or vehicles of a scenario are drawn, if nobody says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from contracts.identity import Identity
from contracts.vehicles import FLEET_LINE, VEHICLES
from factory.errors import LocalFactoryUsageError
from factory.provision.request import machine, vehicle
from simulator.population import make_population, of_vehicles
from simulator.scenario import Scenario

MOST_MACHINES = 3
"""Machines or vehicles side by side that a page has room for."""
LOOKED_AT = 50
"""Machines, or vehicles, among which those to be drawn are looked for; a scenario may name others."""
_NUMBERED = re.compile(r"(M|VHC)(\d{3,6})")
_MAKERS = {"M": machine, "VHC": vehicle}


def machines_of(
    scenario: Scenario, names: Sequence[str], *, seed: int, start: datetime, plant: str = "plant1"
) -> tuple[Identity, ...]:
    """The machines to be drawn, as `factory up` numbers them; or vehicles, if the scenario means any.

    Args:
        scenario: what is played.
        names: who is wanted, of one kind; by default one of each fault, then others that have one, then M001 and on.
        seed: seed of everything random; it says who is hit by what hits only some.
        start: when the plant is first seen.
        plant: name of the plant.

    Raises:
        LocalFactoryUsageError: a name that no numbered machine or vehicle has, both kinds, or too many of them.

    Example:
        >>> from simulator.scenario import load_scenario
        >>> from datetime import UTC
        >>> start = datetime(2026, 1, 5, 6, tzinfo=UTC)
        >>> [one.device_id for one in machines_of(load_scenario("drift"), [], seed=1, start=start)]
        ['M003']
    """
    if len(names) > MOST_MACHINES:
        raise LocalFactoryUsageError(
            f"--machine is given {len(names)} times, and a picture has room for {MOST_MACHINES}.",
            remedy="Draw several pictures.",
        )
    if names:
        wanted = tuple(_numbered(name, plant) for name in names)
        if of_vehicles(wanted) and not all(one.model in VEHICLES for one in wanted):
            raise LocalFactoryUsageError(
                f"{' and '.join(names)}: machines and vehicles have panels of their own.", remedy="Draw two pictures."
            )
        return wanted
    return tuple(dict.fromkeys(_hit(scenario, seed, start, plant)))[: _wanted(scenario)]


def _wanted(scenario: Scenario) -> int:
    """As many machines as the scenario names; where it names groups or none, as many as there is room for."""
    targets = {fault.target for fault in scenario.faults}
    named = {target for target in targets if _NUMBERED.fullmatch(target)}
    return min(MOST_MACHINES, len(named)) if targets and named == targets else MOST_MACHINES


def _hit(scenario: Scenario, seed: int, start: datetime, plant: str) -> Iterator[Identity]:
    """Machines that have a fault: first one of each, then the others; and then those that have none."""
    named = [_numbered(fault.target, plant) for fault in scenario.faults if _NUMBERED.fullmatch(fault.target)]
    vehicles = _means_vehicles(scenario)
    make = vehicle if vehicles else machine
    mine = [one for one in named if (one.model in VEHICLES) == vehicles]
    some = {one.device_id: one for one in [*(make(number, plant) for number in range(1, LOOKED_AT + 1)), *mine]}
    # Who has a fault that hits a share of the machines is known to the plant only.
    members = tuple(some.values())
    faults = make_population(members, scenario, seed=seed, start=start, interval_s=1.0).active_faults()
    first = {(fault.kind, fault.signal, str(fault.parameters)): fault.device_id for fault in reversed(faults)}
    yield from (some[device_id] for device_id in reversed(first.values()))
    yield from (some[fault.device_id] for fault in faults)
    yield from some.values()


def _means_vehicles(scenario: Scenario) -> bool:
    """Whether the scenario is about vehicles: a fault is meant for one, for a model of them or for their line."""
    targets = {fault.target for fault in scenario.faults}
    return not targets.isdisjoint((FLEET_LINE, *VEHICLES)) or any(target.startswith("VHC") for target in targets)


def _numbered(name: str, plant: str) -> Identity:
    match = _NUMBERED.fullmatch(name)
    if match is None or int(match[2]) == 0:
        raise LocalFactoryUsageError(
            f"{name!r} is no numbered machine or vehicle.", remedy="Name one like M003 or VHC003."
        )
    return _MAKERS[match[1]](int(match[2]), plant)
