"""Panels that only some scenarios need: remaining life where something wears out, the way of the messages."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from factory.pictures import looks
from factory.pictures.axis import least_range, stretches
from factory.pictures.recording import Course, Recording, Way
from simulator.arrays import Floats

COMPONENTS = {
    "bearing": looks.BLUE,
    "tool": looks.ORANGE,
    "seal": looks.GREEN,
    "filter": looks.PURPLE,
    "belt": looks.VERMILION,
    "coolant": looks.BLUE,
    "thermostat": looks.ORANGE,
    "brakes": looks.GREEN,
    "battery": looks.PURPLE,
}
"""Colour of a component's remaining life."""
LEAST_WAY_S = 5.0
"""What the panel of the messages spans at least [s]."""


def worn(recording: Recording) -> bool:
    """Whether something runs to failure: then remaining life is what the scenario is about."""
    return recording.scenario.plant.maintenance == "run_to_failure"


def running_out(course: Course, recording: Recording) -> list[str]:
    """Components that nobody renews before they fail; of a vehicle all of them."""
    if recording.of_vehicles:
        return list(course.lives) if worn(recording) else []
    return [name for name in course.lives if recording.scenario.plant.runs_to_failure(name)]


def life_panel(axes: Axes, course: Course, recording: Recording, looks_at: Floats) -> None:
    """Remaining life of what runs to failure [d]."""
    for name in running_out(course, recording):
        axes.plot(looks_at, course.lives[name] / 24.0, lw=1.3, color=COMPONENTS.get(name, looks.BLACK))
    axes.set_ylim(bottom=0)


def way_panel(axes: Axes, way: Way | None, times: Floats) -> None:
    """How late messages are, what the clock is off, what comes twice, and when there is no way at all."""
    if way is None:
        axes.set_ylim(0, LEAST_WAY_S)
        return
    late, wrong, again = way.late_s > 0, way.clock_s != 0, way.copies > 1
    axes.plot(times[late], way.late_s[late], color=looks.BLUE, marker=".", ms=2, ls="")
    axes.plot(times, np.where(wrong, way.clock_s, np.nan), color=looks.VERMILION, lw=1.3)
    axes.plot(times[again], np.zeros(int(again.sum())), color=looks.GREEN, marker="|", ms=7, ls="")
    for gone, colour in ((way.offline, looks.BLACK), (way.refused, looks.PURPLE)):
        for begin, end in stretches(gone):
            axes.axvspan(times[begin], times[min(end, len(times) - 1)], color=colour, alpha=0.35, lw=0)
    least_range(axes, LEAST_WAY_S)
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
