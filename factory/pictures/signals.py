"""The panel of a signal: what was told, what would have been told, limits, and shades where something was wrong."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from contracts.nameplates import NAMEPLATES
from contracts.telemetry import SIGNAL_UNITS, VEHICLE_SIGNAL_UNITS, AnySignal, Signal, VehicleSignal
from contracts.vehicles import VEHICLES
from dashboards.thresholds import ISO_20816_3_RIGID_MM_S
from factory.pictures import looks
from factory.pictures.axis import DAY_S, least_range
from factory.pictures.recording import Course
from simulator.arrays import Floats

HEIGHTS: dict[AnySignal, float] = {Signal.TEMP: 1.7, Signal.VIBRATION: 1.7, Signal.RPM: 1.1, Signal.POWER: 1.1}
"""Signals of machines from top to bottom, and how high their panels are [inch]."""
VEHICLE_HEIGHTS: dict[AnySignal, float] = {
    VehicleSignal.ENGINE_TEMP: 1.7,
    VehicleSignal.SPEED: 1.3,
    VehicleSignal.FUEL: 1.0,
    VehicleSignal.ODOMETER: 0.8,
}
"""The same of vehicles; where they are is on the map."""
LEAST_RANGES: dict[AnySignal, float] = {
    Signal.TEMP: 10.0,
    Signal.VIBRATION: 1.0,
    Signal.RPM: 200.0,
    Signal.POWER: 2.0,
    VehicleSignal.ENGINE_TEMP: 10.0,
    VehicleSignal.SPEED: 10.0,
    VehicleSignal.FUEL: 10.0,
    VehicleSignal.ODOMETER: 1.0,
}
"""What a panel spans at least, in the signal's unit: a sensor's noise must not fill it."""
NEAR_LIMIT_K = 15.0
"""So close to it, the limit of the nameplate is drawn [K]."""
MOST_POINTS = 3000
"""Above this a line is drawn as mean and range of bins: a pixel holds several readings."""
BINS = 1000
SHADE, SHADE_OF_OTHERS = 0.22, 0.10
"""How strongly a panel is shaded while a fault is at work; a lying sensor's own panel more than the others [1]."""


def axis_title(signal: AnySignal) -> str:
    r"""What stands beside a panel.

    Example:
        >>> axis_title(Signal.VIBRATION)
        'vibration\nmm/s'
    """
    told = SIGNAL_UNITS[signal] if isinstance(signal, Signal) else VEHICLE_SIGNAL_UNITS[signal]
    return f"{told.title}\n{told.unit}"


def signal_panel(axes: Axes, course: Course, signal: AnySignal, times: Floats) -> None:
    """Draw a signal of a machine or vehicle."""
    _shades(axes, course, signal)
    _line(axes, times, course.clean[signal], looks.CLEAN, width=0.9, style=(0, (4, 2)))
    _line(axes, times, course.readings[signal], looks.READING, width=1.0)
    least_range(axes, LEAST_RANGES[signal])
    _limits(axes, course, signal)


def _shades(axes: Axes, course: Course, signal: AnySignal) -> None:
    for fault in course.faults:
        if fault.draft.signal in (None, signal):
            shade = SHADE if fault.draft.signal is signal else SHADE_OF_OTHERS
            colour = looks.FAMILIES[fault.draft.family]
            axes.axvspan(fault.starts_s / DAY_S, fault.ends_s / DAY_S, color=colour, alpha=shade, lw=0)
    for draft in course.events:
        axes.axvline(draft.at.timestamp() / DAY_S, color=looks.EVENTS[draft.event][0], lw=0.7, alpha=0.7)


def _limits(axes: Axes, course: Course, signal: AnySignal) -> None:
    plate, sheet = NAMEPLATES.get(course.identity.model), VEHICLES.get(course.identity.model)
    highest = float(np.nanmax(course.readings[signal], initial=0.0))
    if signal is Signal.VIBRATION and plate is not None:
        _, b_c, c_d = ISO_20816_3_RIGID_MM_S[plate.iso_20816_group]
        _limit(axes, b_c, "zone C")
        if highest > 0.8 * b_c:
            _limit(axes, c_d, "zone D")
        axes.set_ylim(bottom=0)
    elif signal is Signal.TEMP and plate is not None and highest > plate.temperature_limit_c - NEAR_LIMIT_K:
        _limit(axes, plate.temperature_limit_c, "limit")
    elif signal is VehicleSignal.ENGINE_TEMP and sheet is not None and highest > sheet.coolant_limit_c - NEAR_LIMIT_K:
        _limit(axes, sheet.coolant_limit_c, "limit")


def _limit(axes: Axes, value: float, word: str) -> None:
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom, max(top, value + 0.12 * (value - bottom)))
    axes.axhline(value, color=looks.LIMIT, lw=0.9, ls=":")
    axes.annotate(
        f"{word}, {value:g}",
        (1, value),
        xycoords=("axes fraction", "data"),
        xytext=(-2, 1.5),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=7,
        color=looks.LIMIT,
        bbox={"facecolor": "white", "alpha": 0.7, "lw": 0, "pad": 0.5},
    )


def _line(
    axes: Axes,
    times: Floats,
    values: Floats,
    colour: str,
    *,
    width: float,
    style: str | tuple[int, tuple[int, int]] = "-",
) -> None:
    if len(times) <= MOST_POINTS:
        axes.plot(times, values, color=colour, lw=width, ls=style)
        return
    places = np.linspace(0, len(times), BINS + 1).astype(int)
    known = [values[begin:end][~np.isnan(values[begin:end])] for begin, end in pairwise(places)]
    lowest, mean, highest = (
        [float(part(some)) if some.size else np.nan for some in known] for part in (np.min, np.mean, np.max)
    )
    axes.fill_between(times[places[:-1]], lowest, highest, color=colour, alpha=0.25, lw=0)
    axes.plot(times[places[:-1]], mean, color=colour, lw=width, ls=style)
