"""The plan of a duty: where it goes, how fast, and what work it takes at any time.

A plan is a table with a row for each phase of constant acceleration, so where the vehicle is, how fast it is and how
much work it has done since the start are closed formulas of the time since the start. A plan follows from seed, vehicle
and number of the duty alone: whoever plays the vehicle, in whatever steps, drives the same way.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from simulator.arrays import Flags, Floats
from simulator.randomness import Randomness
from simulator.vehicles.models import VehicleModel
from simulator.vehicles.physics import aerodynamic_factor, road_work, steady_force
from simulator.vehicles.profile import Phases, speed_profile
from simulator.vehicles.roads import DEPOTS, PLACES, TOWNS
from simulator.vehicles.routes import Edge, route, travel_s
from simulator.vehicles.weather import UTC_OFFSET_S

DRIVING_BUDGET_S = (3.5 * 3600.0, 5.5 * 3600.0)
"""Time that a duty is planned for, with all stops; the seed chooses within [s]."""
TRAFFIC = 1.35
"""Planned time by that at the limits: traffic, lights, speeding up [1]."""
MOST_STOPS = 14
FARTHEST_NEXT_S = 2700.0
"""The next customer is at most so far, at the limits [s]."""
SLOWEST_SHARE = 0.72
"""Slowest speed that free traffic leaves, by the limit [1]."""
RUSH_HOURS = ((8.0, 10.0), (17.0, 20.0))
"""Local hours of dense traffic [h]."""
RUSH_SHARE = 0.75
"""Speed left by it [1]."""
LIGHT_CHANCE = 0.4
"""Chance of having to stop at the end of a piece in a town [1]."""
LONGEST_LIGHT_S = 70.0
"""Longest time at a light [s]."""
DRAWS = 1024
"""Random numbers that a duty has in each stream: more than it has pieces."""

COLUMNS = (
    "begins_s",
    "from_m",
    "speed",
    "acceleration",
    "latitude",
    "longitude",
    "north_per_m",
    "east_per_m",
    "force_n",
    "air_factor",
    "drives",
    "driven_kj",
    "braked_kj",
    "engine_on",
    "engine_s",
    "starts",
)
"""What a row of the table holds: values at the beginning of a phase. `drives`: 1 if the engine works, 0 if the vehicle
is held back; `force_n` and `air_factor` have the sign that makes the work positive in either case. `driven_kj`,
`braked_kj`, `engine_s` and `starts` count from the start of the duty."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A duty, ready to be driven.

    Attributes:
        duty: its number.
        starts_s: when it begins, Unix time [s].
        lasts_s: its length [s].
        length_m: its way [m].
        stops: where it goes, depot included at both ends.
        table: a row a phase, columns as `COLUMNS`.
        ends_s: time since the start at which each phase but the last is over [s].
    """

    duty: int
    starts_s: float
    lasts_s: float
    length_m: float
    stops: tuple[str, ...]
    table: Floats
    ends_s: list[float]

    @property
    def totals(self) -> Floats:
        """Of the whole duty: way [m], work driven and braked [kJ], time of the engine [s], starts."""
        last = dict(zip(COLUMNS, self.table[-1], strict=True))
        left_s = self.lasts_s - last["begins_s"]
        force, air, speed, rate = (np.array(last[name]) for name in ("force_n", "air_factor", "speed", "acceleration"))
        work = max(0.0, float(road_work(force, air, speed, rate, np.array(left_s)))) / 1000
        return np.array(
            [
                self.length_m,
                last["driven_kj"] + last["drives"] * work,
                last["braked_kj"] + (1 - last["drives"]) * work,
                last["engine_s"] + last["engine_on"] * left_s,
                last["starts"],
            ]
        )


def home_of(randomness: Randomness) -> str:
    """The depot of one vehicle, by its randomness."""
    return DEPOTS[int(randomness.uniform("home", 0)[0] * len(DEPOTS))]


def make_plan(model: VehicleModel, randomness: Randomness, duty: int, starts_s: float) -> Plan:
    """The plan of a duty.

    Args:
        model: the vehicle's.
        randomness: of this vehicle alone.
        duty: number of the duty.
        starts_s: when it begins [s].
    """
    draws = duty * DRAWS + np.arange(DRAWS)
    choice = randomness.uniform("duty/choice", draws)
    stops = _stops(model, home_of(randomness), choice)
    legs = [route(start, end) for start, end in itertools.pairwise(stops)]
    way = [edge for leg in legs for edge in leg]
    lengths, in_town = _joined(way, "lengths_m"), np.concatenate([edge.in_town for edge in way])
    leg_ends = np.cumsum([sum(len(edge.lengths_m) for edge in leg) for leg in legs]) - 1
    speeds = _speeds(model, way, lengths, randomness.uniform("duty/traffic", draws), starts_s)
    halts, stands_s = _halts(in_town, randomness.uniform("duty/lights", draws))
    halts[leg_ends] = True
    stands_s[leg_ends] = (
        model.shortest_stop_s + (model.longest_stop_s - model.shortest_stop_s) * choice[-len(leg_ends) :]
    )
    stands_s[-1] = 0.0
    phases = speed_profile(lengths, speeds, halts, stands_s, model.speeding_up_m_s2, model.slowing_down_m_s2)
    to_customer = np.zeros(len(lengths), dtype=np.bool_)
    to_customer[leg_ends] = True
    at_customer = to_customer[phases.piece] & (phases.speed_m_s == 0) & (phases.acceleration_m_s2 == 0)
    mass_kg = model.sheet.empty_mass_kg + choice[-DRAWS // 2] * model.sheet.payload_kg
    table = _table(model, phases, way, at_customer, float(mass_kg))
    lasts_s = float(phases.begins_s[-1] + phases.lasts_s[-1])
    return Plan(duty, starts_s, lasts_s, float(lengths.sum()), stops, table, phases.begins_s[1:].tolist())


def _stops(model: VehicleModel, home: str, choice: Floats) -> tuple[str, ...]:
    """Customers one after the other, near ones, as long as the vehicle is back in time."""
    stops, spent_s = [home], 0.0
    least, most = DRIVING_BUDGET_S
    budget_s = least + (most - least) * choice[0]
    for number in range(MOST_STOPS):
        feasible = [
            town
            for town in TOWNS
            if town not in (stops[-1], home)
            and travel_s(stops[-1], town) <= FARTHEST_NEXT_S
            and spent_s + TRAFFIC * (travel_s(stops[-1], town) + travel_s(town, home)) + model.longest_stop_s
            <= budget_s
        ]
        if not feasible:
            break
        town = feasible[int(choice[1 + number] * len(feasible))]
        spent_s += TRAFFIC * travel_s(stops[-1], town) + 0.5 * (model.shortest_stop_s + model.longest_stop_s)
        stops.append(town)
    return (*stops, home)


def _joined(way: list[Edge], name: str) -> Floats:
    return np.concatenate([getattr(edge, name) for edge in way])


def _speeds(model: VehicleModel, way: list[Edge], lengths: Floats, traffic: Floats, starts_s: float) -> Floats:
    """Speed on each piece: the limit, less what other traffic takes."""
    limits = np.minimum(_joined(way, "limits_m_s"), model.sheet.top_speed_kmph / 3.6)
    free = limits * (SLOWEST_SHARE + (1 - SLOWEST_SHARE) * traffic[: len(limits)])
    hour = ((starts_s + UTC_OFFSET_S + np.cumsum(TRAFFIC * lengths / limits)) / 3600) % 24
    rush = np.logical_or.reduce([(begin <= hour) & (hour < end) for begin, end in RUSH_HOURS])
    return np.where(rush, RUSH_SHARE, 1.0) * free


def _halts(in_town: Flags, lights: Floats) -> tuple[Flags, Floats]:
    """Where there is a red light, and for how long."""
    chance = lights[: len(in_town)]
    red = in_town & (chance < LIGHT_CHANCE)
    return red, np.where(red, LONGEST_LIGHT_S * chance / LIGHT_CHANCE, 0.0)


def _table(model: VehicleModel, phases: Phases, way: list[Edge], at_customer: Flags, mass_kg: float) -> Floats:
    sheet = model.sheet
    counts = [len(edge.lengths_m) for edge in way]
    per_edge = {name: np.repeat([getattr(edge, name) for edge in way], counts)[phases.piece] for name in _OF_EDGE}
    air = np.full(len(phases.piece), aerodynamic_factor(sheet.drag_coefficient, sheet.frontal_area_m2))
    moving = (phases.speed_m_s > 0) | (phases.acceleration_m_s2 > 0)
    force = moving * steady_force(phases.acceleration_m_s2, per_edge["grade"], mass_kg, sheet.rolling_resistance)
    work_kj = road_work(force, air, phases.speed_m_s, phases.acceleration_m_s2, phases.lasts_s) / 1000
    drives = work_kj >= 0
    sign = np.where(drives, 1.0, -1.0)
    engine_on = ~at_customer
    begins = np.concatenate([[0.0], np.cumsum(_joined(way, "lengths_m"))[:-1]])[phases.piece]
    within_m = phases.from_m - begins
    # A stand at a customer ends with a start of the engine; so does the depot, before the first phase.
    starts = 1.0 + _before(at_customer.astype(np.float64))
    columns = {
        "begins_s": phases.begins_s,
        "from_m": phases.from_m,
        "speed": phases.speed_m_s,
        "acceleration": phases.acceleration_m_s2,
        "latitude": _joined(way, "latitudes")[phases.piece] + per_edge["north_per_m"] * within_m,
        "longitude": _joined(way, "longitudes")[phases.piece] + per_edge["east_per_m"] * within_m,
        "north_per_m": per_edge["north_per_m"],
        "east_per_m": per_edge["east_per_m"],
        "force_n": sign * force,
        "air_factor": sign * air,
        "drives": drives.astype(np.float64),
        "driven_kj": _before(np.where(drives, work_kj, 0.0)),
        "braked_kj": _before(np.where(drives, 0.0, -work_kj)),
        "engine_on": engine_on.astype(np.float64),
        "engine_s": _before(engine_on * phases.lasts_s),
        "starts": starts,
    }
    return np.stack([columns[name] for name in COLUMNS], axis=1)


def parked_row(place: str) -> Floats:
    """The row of a vehicle that stands at a place with its engine off."""
    here = dict.fromkeys(COLUMNS, 0.0) | {"latitude": PLACES[place].latitude, "longitude": PLACES[place].longitude}
    return np.array([here[name] for name in COLUMNS])


def _before(amounts: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(amounts)[:-1]])


_OF_EDGE = ("north_per_m", "east_per_m", "grade")
