"""Failures, repairs and planned maintenance: when machines are down, and the maintenance log."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from contracts.identity import Identity
from contracts.truth import TruthCause, TruthEvent
from simulator.arrays import Flags, Floats, States
from simulator.drafts import TruthDraft
from simulator.load import REPAIR, STOPPED
from simulator.models import machine_model
from simulator.randomness import Randomness
from simulator.wear import Wear

SLOT_S = 900.0
"""Wear is looked at each quarter of an hour of the plant's time [s]; no outage is shorter."""
SHORTEST_WAIT_H = 0.25
"""A failed machine stands at least so long until somebody comes [h]."""
MEAN_WAIT_H = 1.5
"""Beyond that, waiting times are exponential with this mean [h]: technician, spare part."""
REPAIR_LIMITS = (0.6, 1.4)
"""Repairs take between these, by the component's mean [1]."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A machine that is going to be down, is, or was.

    Attributes:
        row: the machine.
        place: row of the component in the tables of wear.
        cycle: which of the machine's components of that name.
        damage: used share of its life when this was decided [1].
        life_h: its life at rated load and speed [h].
        failed: whether it failed; else it is renewed by plan.
        down_s: Unix time from which the machine does not work [s].
        repair_s: from when it is worked on [s].
        up_s: from when it works again [s].
    """

    row: int
    place: int
    cycle: int
    damage: float
    life_h: float
    failed: bool
    down_s: float
    repair_s: float
    up_s: float


class Upkeep:
    """Decides when machines are down, by their wear, and tells what was done.

    At the beginning of each slot wear is looked at. What has come to its end fails within that slot; what is due by
    plan is renewed within the time that its model says. A machine has one outage at a time. The new component is in, as
    far as wear is concerned, at the first look after the machine went down, when it still stands.

    Args:
        identities: the machines.
        wear: their components.
        randomness: randomness of the machines.
    """

    def __init__(self, identities: Sequence[Identity], wear: Wear, randomness: Randomness) -> None:
        self._identities, self._wear, self._randomness = identities, wear, randomness
        self._outages: dict[int, Outage] = {}
        self._to_renew: dict[int, Outage] = {}
        self._next_s = math.inf
        self._told_down: set[int] = set()
        self._news: list[TruthDraft] = []

    def look(self, moment_s: float) -> None:
        """See to the components at the beginning of a slot.

        Args:
            moment_s: Unix time [s].
        """
        for row, outage in list(self._to_renew.items()):
            if outage.down_s <= moment_s:
                self._wear.renew(outage.place, np.array([row]))
                del self._to_renew[row]
        due = self._wear.damage >= self._wear.limit
        if due.any():
            self._decide(due, moment_s)

    def down(self, state: States, throughput: Floats, moments_s: Floats) -> None:
        """Mark machines that are down, in place.

        Args:
            state: index into `STATES`, shape (T, N).
            throughput: by rated throughput, shape (T, N) [1].
            moments_s: Unix times [s], shape (T,).
        """
        for row, outage in self._outages.items():
            first, repair, end = np.searchsorted(moments_s, (outage.down_s, outage.repair_s, outage.up_s))
            state[first:repair, row] = STOPPED
            state[repair:end, row] = REPAIR
            throughput[first:end, row] = 0.0

    def advance(self, moment_s: float) -> None:
        """Tell what has happened by a moment, and forget outages that are over."""
        if moment_s < self._next_s:
            return
        for row, outage in list(self._outages.items()):
            if outage.failed and outage.down_s <= moment_s and row not in self._told_down:
                self._told_down.add(row)
                facts = {"life_h": round(outage.life_h, 2), "cycle": float(outage.cycle)}
                self._tell(outage, TruthEvent.FAILED, outage.down_s, facts)
            if outage.up_s <= moment_s:
                event = TruthEvent.REPAIRED if outage.failed else TruthEvent.MAINTAINED
                facts = {
                    "downtime_h": round((outage.up_s - outage.down_s) / 3600, 4),
                    "damage": round(min(outage.damage, 1.0), 4),
                    "cycle": float(outage.cycle),
                }
                self._tell(outage, event, outage.up_s, facts)
                self._told_down.discard(row)
                del self._outages[row]
        self._next_s = min((self._next_event_s(row, one) for row, one in self._outages.items()), default=math.inf)

    def take_news(self) -> list[TruthDraft]:
        """What happened since the last call."""
        news, self._news = self._news, []
        return news

    def _next_event_s(self, row: int, outage: Outage) -> float:
        return outage.down_s if outage.failed and row not in self._told_down else outage.up_s

    def _decide(self, due: Flags, moment_s: float) -> None:
        for place, row in zip(*(found.tolist() for found in np.nonzero(due)), strict=True):
            if row not in self._outages:
                outage = self._outage(place, row, moment_s)
                self._outages[row] = self._to_renew[row] = outage
                self._next_s = min(self._next_s, self._next_event_s(row, outage))

    def _outage(self, place: int, row: int, moment_s: float) -> Outage:
        failed = bool(self._wear.to_failure[place]) or self._wear.damage[place, row] >= 1.0
        cycle = int(self._wear.cycle[place, row])
        some, name = self._randomness.take(np.array([row])), self._wear.components[place]
        when, wait, work = (float(some.uniform(f"upkeep/{name}/{what}", cycle)[0]) for what in ("at", "wait", "work"))
        low, high = REPAIR_LIMITS
        if failed:
            down_s = moment_s + when * SLOT_S
            repair_s = down_s + 3600 * (SHORTEST_WAIT_H - MEAN_WAIT_H * math.log1p(-wait))
            length_h = float(self._wear.tables["repair_h"][place, row]) * (low + (high - low) * work)
        else:
            repair_s = down_s = moment_s + when * 3600 * float(self._wear.tables["planning_h"][place, row])
            length_h = float(self._wear.tables["planned_h"][place, row]) * (low + (high - low) * work)
        up_s = max(repair_s + 3600 * length_h, down_s + SLOT_S)
        damage, life_h = float(self._wear.damage[place, row]), float(self._wear.life_h[place, row])
        return Outage(row, place, cycle, damage, life_h, failed, down_s, repair_s, up_s)

    def _tell(self, outage: Outage, event: TruthEvent, moment_s: float, facts: dict[str, float]) -> None:
        identity, name = self._identities[outage.row], self._wear.components[outage.place]
        cause: TruthCause = "wear" if outage.failed else "plan"
        self._news.append(
            TruthDraft(
                fault_id=f"{identity.device_id}-{name}-{outage.cycle}",
                event=event,
                at=datetime.fromtimestamp(round(moment_s, 3), UTC),
                line=identity.line,
                device_id=identity.device_id,
                family="wear",
                kind=name,
                label=machine_model(identity.model).component(name).label,
                signal=None,
                parameters=facts,
                cause=cause,
            )
        )
