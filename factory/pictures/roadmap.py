"""Where a vehicle went: its positions on the roads of the fleet."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from contracts.telemetry import VehicleSignal
from contracts.vehicles import VEHICLES
from factory.pictures import looks
from factory.pictures.recording import Course
from simulator.arrays import Flags
from simulator.vehicles.roads import DEPOTS, PLACES, ROADS, Place, RoadClass

HEIGHT = 4.4
"""Height of a map [inch]."""
WIDTHS: dict[RoadClass, float] = {"national": 4.0, "state": 2.2}
ROAD, TOWN = "#D9D9D9", "#595959"
MARGIN_DEGREES, NAME_DEGREES = 0.04, 0.2
"""Around the roads, and for names beside them [°]."""
NEAR_DEGREES = 0.05
"""Names so close above one another would meet [°]."""


def map_panel(axes: Axes, course: Course) -> None:
    """Draw the roads, the positions that the vehicle told, and where it was too hot or broke down."""
    _roads(axes)
    latitude, longitude = course.readings[VehicleSignal.LATITUDE], course.readings[VehicleSignal.LONGITUDE]
    clean = course.clean[VehicleSignal.LONGITUDE], course.clean[VehicleSignal.LATITUDE]
    axes.plot(*clean, color=looks.CLEAN, marker=".", ms=1.5, ls="", zorder=2)
    axes.plot(longitude, latitude, color=looks.READING, marker=".", ms=2, ls="", zorder=3)
    hot = too_hot(course)
    axes.plot(longitude[hot], latitude[hot], color=looks.VERMILION, marker=".", ms=5, ls="", zorder=4)
    _frame(axes)
    axes.set_xlabel("longitude °", loc="left")
    axes.set_ylabel("latitude °")


def too_hot(course: Course) -> Flags:
    """Moments at which the engine was above its limit, as its sensor told."""
    limit_c = VEHICLES[course.identity.model].coolant_limit_c
    flags: Flags = course.readings[VehicleSignal.ENGINE_TEMP] > limit_c
    return flags


def _roads(axes: Axes) -> None:
    for road in ROADS:
        ends = PLACES[road.first], PLACES[road.second]
        axes.plot(
            [one.longitude for one in ends],
            [one.latitude for one in ends],
            color=ROAD,
            lw=WIDTHS[road.road_class],
            solid_capstyle="round",
            zorder=1,
        )
    for place in PLACES.values():
        if place.town:
            _town(axes, place)


def _town(axes: Axes, place: Place) -> None:
    home = place.name in DEPOTS
    axes.plot([place.longitude], [place.latitude], color=TOWN, marker="s" if home else "o", ms=4, zorder=5)
    right, up = place.longitude > _MIDDLE, not _under_another(place)
    axes.annotate(
        place.name,
        (place.longitude, place.latitude),
        xytext=(5 if right else -5, 3 if up else -3),
        textcoords="offset points",
        ha="left" if right else "right",
        va="bottom" if up else "top",
        fontsize=7,
        color=TOWN,
        weight="bold" if home else "normal",
        path_effects=[withStroke(linewidth=2, foreground="white")],
        zorder=6,
    )


def _under_another(place: Place) -> bool:
    """Whether a name beside a place would meet that of one a little to the north of it."""
    return any(
        0 < other.latitude - place.latitude < NEAR_DEGREES and abs(other.longitude - place.longitude) < NAME_DEGREES
        for other in PLACES.values()
        if other.town
    )


_MIDDLE = float(np.mean([place.longitude for place in PLACES.values()]))
"""Names stand to the outer side of this longitude [°]."""


def _frame(axes: Axes) -> None:
    """All roads, true to scale; a position off them, as a wrong sensor tells it, does not widen the map."""
    north = [place.latitude for place in PLACES.values()]
    east = [place.longitude for place in PLACES.values()]
    axes.set_ylim(min(north) - MARGIN_DEGREES, max(north) + MARGIN_DEGREES)
    axes.set_xlim(min(east) - NAME_DEGREES, max(east) + NAME_DEGREES)
    axes.set_aspect(1 / math.cos(math.radians(float(np.mean(north)))), anchor="W")
    axes.grid(visible=False)
