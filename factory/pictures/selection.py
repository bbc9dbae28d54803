"""Which machines of a scenario are drawn, and for how long, if nobody says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from contracts.identity import Identity
from factory.errors import LocalFactoryUsageError
from factory.provision.request import machine
from simulator.faults import EVERYTHING, FaultRequest
from simulator.faults.request import DAY_S
from simulator.scenario import Scenario

MOST_MACHINES = 3
"""Machines side by side that a page has room for."""
CALM_SPAN_S = 8 * 3600.0
"""Length of a scenario in which nothing is planned: a shift [s]."""
OPEN_END_S = 1800.0
"""How long a fault without an end is looked at, after it has come up [s]."""
REPEATS_SHOWN = 3
"""Times that a fault which comes by chance should be seen, on average."""
LOOKED_AT = 50
"""Machines among which those to be drawn are looked for; a scenario may name others."""
AFTERMATH = 0.15
"""What is shown of the time after all is over, by the time before [1]."""
_NUMBERED = re.compile(r"M(\d{3,6})")


def machines_of(scenario: Scenario, names: Sequence[str], plant: str = "plant1") -> tuple[Identity, ...]:
    """The machines to be drawn, as `factory up` numbers them.

    Args:
        scenario: what is played.
        names: who is wanted; by default those whom the scenario names, then the first of its lines, then M001 and on.
        plant: name of the plant.

    Raises:
        LocalFactoryUsageError: a name that no numbered machine has, or too many of them.

    Example:
        >>> from simulator.scenario import load_scenario
        >>> [one.device_id for one in machines_of(load_scenario("drift"), [])]
        ['M003']
    """
    if len(names) > MOST_MACHINES:
        raise LocalFactoryUsageError(
            f"--machine is given {len(names)} times, and a picture has room for {MOST_MACHINES}.",
            remedy="Draw several pictures.",
        )
    if names:
        return tuple(_numbered(name, plant) for name in names)
    return tuple(dict.fromkeys(_hit(scenario, plant)))[: _wanted(scenario)]


def _wanted(scenario: Scenario) -> int:
    """As many machines as the scenario names; where it names groups or none, as many as there is room for."""
    targets = {fault.target for fault in scenario.faults}
    named = {target for target in targets if _NUMBERED.fullmatch(target)}
    return min(MOST_MACHINES, len(named)) if targets and named == targets else MOST_MACHINES


def default_span_s(scenario: Scenario) -> float:
    """How long a scenario is to be watched: as it says itself, or until its faults are over and a little more [s].

    Example:
        >>> from simulator.scenario import parse_scenario
        >>> stuck = "{kind: stuck, target: M001, signal: temp, start_s: 1000, duration_s: 2000}"
        >>> default_span_s(parse_scenario("{name: mine, faults: [" + stuck + "]}"))
        3450.0
    """
    if scenario.length_s is not None:
        return scenario.length_s
    if not scenario.faults:
        return CALM_SPAN_S
    return round(max(_end_s(fault) for fault in scenario.faults) * (1 + AFTERMATH), 0)


def _end_s(fault: FaultRequest) -> float:
    if fault.repeats is not None:
        return fault.start_s + REPEATS_SHOWN * DAY_S / fault.repeats.rate_per_day
    lasting_s = fault.duration_s if fault.duration_s is not None else fault.ramp + OPEN_END_S
    return fault.start_s + lasting_s + fault.checked_parameters().outlasts_s


def _hit(scenario: Scenario, plant: str) -> Iterator[Identity]:
    """Machines that have a fault: first one of each, then the others; and then those that have none."""
    some = [machine(number, plant) for number in range(1, LOOKED_AT + 1)]
    each = [[one for one in some if _meant(fault, one)] or _named(fault.target, plant) for fault in scenario.faults]
    yield from (found[0] for found in each if found)
    yield from (one for found in each for one in found)
    yield from some


def _meant(fault: FaultRequest, one: Identity) -> bool:
    models = fault.definition.models
    return fault.target in (EVERYTHING, one.device_id, one.line, one.model) and (not models or one.model in models)


def _named(target: str, plant: str) -> list[Identity]:
    return [_numbered(target, plant)] if _NUMBERED.fullmatch(target) else []


def _numbered(name: str, plant: str) -> Identity:
    match = _NUMBERED.fullmatch(name)
    if match is None or int(match[1]) == 0:
        raise LocalFactoryUsageError(f"{name!r} is no numbered machine.", remedy="Name one like M003.")
    return machine(int(match[1]), plant)
