"""What a request does to readings, machines, messages and connections, a function a family."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

import numpy as np

from simulator.arrays import Floats, Integers, States
from simulator.delivery import Delivery, Network
from simulator.faults.definition import MessageFault, NetworkFault, ProcessFault, SensorFault
from simulator.faults.group import FaultGroup
from simulator.faults.progress import Reading
from simulator.influences import Influences
from simulator.load import RUNNING

Columns = TypeVar("Columns", Influences, Delivery, Network)


def disturb(
    group: FaultGroup, values: Floats, moments_s: Floats, numbers: Integers, states: States, typical: Floats
) -> None:
    """Turn what the sensors of a signal would tell into what they tell under a sensor fault, in place.

    Args:
        group: the fault.
        values: what they would tell, (T, N) [unit of the signal].
        moments_s: Unix times, ascending, (T,) [s].
        numbers: numbers of the steps, (T,).
        states: states of the machines, (T, N).
        typical: what they tell at rated load, (N,) or (T, N) [unit of the signal].
    """
    definition = group.request.definition
    if not isinstance(definition, SensorFault) or not len(moments_s):
        return
    for rows in group.layers(group.at_work(moments_s[0], moments_s[-1])):
        during = group.window(rows, moments_s)
        if during.start == during.stop:  # they came and went between two moments
            continue
        machines = group.plant_rows(rows)
        value = values[during][:, machines]
        strength = group.strength(rows, moments_s[during, None])
        elapsed_s, over_s = group.times(rows, moments_s[during, None])
        reading = Reading(
            elapsed_s=elapsed_s,
            over_s=over_s,
            strength=strength,
            ramp_s=group.request.ramp,
            chance=group.chance(rows, numbers[during]),
            value=value,
            held=_held(group, rows, value, strength, moments_s[during, None]),
            running=states[during][:, machines] == RUNNING,
            typical=np.broadcast_to(typical, values.shape)[during][:, machines],
        )
        values[during, machines] = np.where(strength > 0, definition.effect(reading, group.parameters), value)


def _held(group: FaultGroup, rows: Integers, value: Floats, strength: Floats, moments_s: Floats) -> Floats:
    """What each sensor told when the present burst began; remembered from block to block."""
    table = group.table
    bursts = np.where(strength > 0, group.bursts(rows, moments_s), -1)
    seen = np.maximum.accumulate(np.vstack([table.burst[rows], bursts]), axis=0)
    begins = seen[1:] > seen[:-1]
    places = np.where(begins, np.arange(1, len(value) + 1)[:, None], 0)
    held: Floats = np.take_along_axis(
        np.vstack([table.held[rows], value]), np.maximum.accumulate(places, axis=0), axis=0
    )
    table.burst[rows], table.held[rows] = seen[-1], held[-1]
    return held


def influence(group: FaultGroup, influences: Influences, moment_s: float, number: int) -> bool:
    """Change the terms of the physics, in place; False if the fault is not at work."""
    return isinstance(group.request.definition, ProcessFault) and _edit(group, influences, moment_s, number)


def deliver(group: FaultGroup, delivery: Delivery, moment_s: float, number: int) -> bool:
    """Change what becomes of the messages, in place; False if the fault is not at work."""
    return isinstance(group.request.definition, MessageFault) and _edit(group, delivery, moment_s, number)


def connect(group: FaultGroup, network: Network, moment_s: float, number: int) -> bool:
    """Change the ways to the broker, in place; False if the fault is not at work."""
    return isinstance(group.request.definition, NetworkFault) and _edit(group, network, moment_s, number)


def _edit(group: FaultGroup, columns: Columns, moment_s: float, number: int) -> bool:
    definition: Any = group.request.definition  # the callers have seen that its effect is for such columns
    edited = False
    for part in group.layers(group.at_work(moment_s, moment_s)):
        rows = part[group.strength(part, np.float64(moment_s)) > 0]
        if not rows.size:
            continue
        machines = group.plant_rows(rows)
        some = _taken(columns, machines)
        definition.effect(some, group.progress(rows, moment_s, number), group.parameters)
        _put(columns, machines, some)
        edited = True
    return edited


def _taken(columns: Columns, rows: Integers) -> Columns:
    return type(columns)(**{field.name: getattr(columns, field.name)[rows] for field in fields(columns)})


def _put(columns: Columns, rows: Integers, some: Columns) -> None:
    for field in fields(columns):
        getattr(columns, field.name)[rows] = getattr(some, field.name)
