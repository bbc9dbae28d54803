"""Vehicles on their duties: where each is in its plan, and what that means on the road.

A vehicle follows its plan by a clock of its own. While all is well that clock goes with the time. A driver who has to
pull over, or an engine that gives less, slows it down: position and way remain those of the plan, and the speed is
the plan's times the rate of the clock, so speed stays the derivative of the position whatever happens.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contracts.identity import Identity
from simulator.arrays import Flags, Floats
from simulator.randomness import Randomness
from simulator.vehicles.models import VEHICLE_MODELS
from simulator.vehicles.physics import road_work
from simulator.vehicles.timetable import Timetable
from simulator.vehicles.trips import COLUMNS, Plan, home_of, make_plan, parked_row

PULL_OVER_S = 12.0
"""Time in which a driver comes to a standstill, or gets going again [s]."""
LATEST_START_S = 7200.0
"""A vehicle that could not leave in time leaves up to so much later; then another takes its duty [s]."""
_PLACE = {name: place for place, name in enumerate(COLUMNS)}
_MOST_DUTIES = 10_000


@dataclass(frozen=True, slots=True)
class Motion:
    """What a step has done, one element a vehicle.

    Attributes:
        latitude: position at its end [°].
        longitude: likewise [°].
        speed_m_s: speed at its end [m/s].
        distance_m: way within it [m].
        driven_kj: work of the engine at the wheels within it [kJ].
        braked_kj: work taken from the vehicle within it [kJ].
        engine_s: time for which the engine ran within it [s].
        engine_on: whether the engine runs at its end.
        starts: starts of the engine within it [1].
        at_depot: vehicles that have no duty at its end.
    """

    latitude: Floats
    longitude: Floats
    speed_m_s: Floats
    distance_m: Floats
    driven_kj: Floats
    braked_kj: Floats
    engine_s: Floats
    engine_on: Flags
    starts: Floats
    at_depot: Flags


class Journeys:
    """The duties of a fleet.

    Args:
        identities: the vehicles, in the order of the rows.
        timetable: when they drive.
        randomness: randomness of the vehicles.
        start_s: when the fleet is first seen, Unix time [s].
    """

    def __init__(
        self, identities: Sequence[Identity], timetable: Timetable, randomness: Randomness, start_s: float
    ) -> None:
        count = len(identities)
        self._models = [VEHICLE_MODELS[identity.model] for identity in identities]
        self._timetable = timetable
        self._randomness = [randomness.take(np.array([row])) for row in range(count)]
        self._parked = [parked_row(home_of(one)) for one in self._randomness]
        self._plans: list[Plan | None] = [None] * count
        self._next: list[tuple[int, float]] = [(0, np.inf)] * count
        self._now_s = start_s
        self._clock_s: Floats = np.zeros(count)
        self._rate: Floats = np.ones(count)
        self._ends_s: Floats = np.full(count, np.inf)
        self._leaves_s: Floats = np.full(count, np.inf)
        self._held: Flags = np.zeros(count, dtype=np.bool_)
        self._phase: Floats = np.zeros((count, len(COLUMNS)))
        self._until_s: Floats = np.full(count, np.inf)
        self._so_far: Floats = np.zeros((5, count))
        for row in range(count):
            self._be_somewhere(row)

    def step(self, moment_s: float, rate: Floats) -> Motion:
        """Go on to a moment.

        Args:
            moment_s: Unix time; not before the last one [s].
            rate: how fast each goes on with its plan: 1 as planned, 0 if it has to stand [1].
        """
        elapsed_s, self._now_s = moment_s - self._now_s, moment_s
        advance_s, self._rate = self._go_on(elapsed_s, rate)
        self._held |= (self._leaves_s <= moment_s) & (rate <= 0)
        done = np.zeros((5, len(self._models)))
        self._clock_s = self._clock_s + advance_s
        for _ in range(_MOST_DUTIES):  # a long step may hold the end of a duty, the next one, and more
            over = np.flatnonzero(self._clock_s >= self._ends_s)
            for row in over.tolist():
                done[:, row] += self._finish(row)
            ready = np.flatnonzero((self._leaves_s <= moment_s) & (rate > 0))
            for row in ready.tolist():
                self._leave(row, moment_s)
            if not (over.size or ready.size):
                break
        self._find_phases()
        so_far, speed, latitude, longitude = self._look()
        done += so_far - self._so_far
        self._so_far = so_far
        engine_on = (self._phase[:, _PLACE["engine_on"]] > 0) & ((rate > 0) | (self._rate > 0))
        return Motion(
            latitude=latitude,
            longitude=longitude,
            speed_m_s=speed * self._rate,
            distance_m=np.maximum(done[0], 0.0),
            driven_kj=np.maximum(done[1], 0.0),
            braked_kj=np.maximum(done[2], 0.0),
            engine_s=self._real_time(done[3], advance_s, elapsed_s),
            engine_on=engine_on,
            starts=done[4],
            at_depot=np.isinf(self._ends_s),
        )

    @property
    def stands(self) -> Flags:
        """Vehicles whose plan does not go on."""
        flags: Flags = self._rate <= 0
        return flags

    def stops_of(self, row: int) -> tuple[str, ...]:
        """Where the present duty of a vehicle goes; nowhere if it has none."""
        plan = self._plans[row]
        return () if plan is None else plan.stops

    # --- within ------------------------------------------------------------------------------------------------------

    def _go_on(self, elapsed_s: float, wanted: Floats) -> tuple[Floats, Floats]:
        """How far the clocks of the plans advance, and their rates at the end: these change steadily."""
        most = elapsed_s / PULL_OVER_S
        change = np.minimum(np.maximum(wanted - self._rate, -most), most)
        rate = self._rate + change
        changing_s = np.abs(change) * PULL_OVER_S
        advance_s: Floats = 0.5 * (self._rate + rate) * changing_s + rate * (elapsed_s - changing_s)
        return advance_s, rate

    @staticmethod
    def _real_time(planned_s: Floats, advance_s: Floats, elapsed_s: float) -> Floats:
        """The engine runs longer than planned if the plan takes longer."""
        slowed = np.where(advance_s > 0, elapsed_s / np.maximum(advance_s, 1e-9), 0.0)
        ran: Floats = np.minimum(np.maximum(planned_s * np.minimum(np.maximum(slowed, 1.0), 10.0), 0.0), elapsed_s)
        return ran

    def _be_somewhere(self, row: int) -> None:
        """Where a vehicle is when the fleet is first seen."""
        last = self._timetable.last_duty(row, self._now_s)
        if last is not None:
            plan = make_plan(self._models[row], self._randomness[row], *last)
            if self._now_s < plan.starts_s + plan.lasts_s:
                self._begin(row, plan, self._now_s - plan.starts_s)
                self._find_phases()
                self._so_far[:, row] = self._look()[0][:, row]
                return
        self._park(row, self._now_s)

    def _park(self, row: int, from_s: float) -> None:
        self._plans[row] = None
        self._ends_s[row] = self._until_s[row] = np.inf
        self._clock_s[row] = 0.0
        self._phase[row] = self._parked[row]
        self._so_far[:, row] = 0.0
        self._next[row] = self._timetable.next_duty(row, from_s)
        self._leaves_s[row] = self._next[row][1]

    def _leave(self, row: int, moment_s: float) -> None:
        duty, starts_s = self._next[row]
        held, self._held[row] = bool(self._held[row]), False
        if held and moment_s - starts_s > LATEST_START_S:
            self._park(row, moment_s)  # another vehicle has taken that duty
        else:
            plan = make_plan(self._models[row], self._randomness[row], duty, starts_s)
            self._begin(row, plan, 0.0 if held else moment_s - starts_s)

    def _begin(self, row: int, plan: Plan, since_s: float) -> None:
        self._plans[row] = plan
        self._leaves_s[row] = np.inf
        self._clock_s[row] = since_s
        self._ends_s[row] = plan.lasts_s
        self._so_far[:, row] = 0.0
        self._until_s[row] = -np.inf

    def _finish(self, row: int) -> Floats:
        """End a duty; returns what was still to be done in it."""
        plan = self._plans[row]
        assert plan is not None  # noqa: S101 - only who has a duty can end it
        left: Floats = plan.totals - self._so_far[:, row]
        late_s = self._clock_s[row] - plan.lasts_s
        self._park(row, self._now_s - late_s)
        return left

    def _find_phases(self) -> None:
        # Row by row, but only those whose phase is over, and without an array for each: most of a fleet's time is here.
        rows = np.flatnonzero(self._clock_s >= self._until_s)
        for row, clock_s in zip(rows.tolist(), self._clock_s[rows].tolist(), strict=True):
            plan = self._plans[row]
            if plan is None:
                continue
            after = bisect_right(plan.ends_s, clock_s)
            self._phase[row] = plan.table[after]
            self._until_s[row] = plan.ends_s[after] if after < len(plan.ends_s) else np.inf

    def _look(self) -> tuple[Floats, Floats, Floats, Floats]:
        """What was done since the start of the duty, and speed and position now."""
        columns = np.ascontiguousarray(self._phase.T)
        begins, from_m, speed, rate, latitude, longitude, north, east = columns[:8]
        force, air, drives, driven, braked, on, ran, starts = columns[8:]
        since_s = np.where(np.isinf(self._ends_s), 0.0, self._clock_s - begins)
        way = (speed + 0.5 * rate * since_s) * since_s
        work = np.maximum(0.0, road_work(force, air, speed, rate, since_s)) / 1000
        so_far = np.array(
            [from_m + way, driven + drives * work, braked + (1 - drives) * work, ran + on * since_s, starts]
        )
        return so_far, np.maximum(0.0, speed + rate * since_s), latitude + north * way, longitude + east * way
