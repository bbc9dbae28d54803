"""The panels of a timeline: faults, state, and one for each signal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from contracts.nameplates import Nameplate
from contracts.telemetry import SIGNAL_UNITS, Signal
from dashboards.thresholds import ISO_20816_3_RIGID_MM_S
from factory.pictures import looks
from factory.pictures.recording import Course, Span
from simulator.arrays import Floats
from simulator.plant import STATES

SIGNAL_HEIGHTS = {Signal.TEMP: 1.7, Signal.VIBRATION: 1.7, Signal.RPM: 1.1, Signal.POWER: 1.1}
"""Signals from top to bottom, and how high their panels are [inch]."""
LEAST_RANGES = {Signal.TEMP: 10.0, Signal.VIBRATION: 1.0, Signal.RPM: 200.0, Signal.POWER: 2.0}
"""What a panel spans at least, in the signal's unit: a sensor's noise must not fill it."""
NEAR_LIMIT_K = 15.0
"""So close to it, the limit of the nameplate is drawn [K]."""
MOST_POINTS = 3000
"""Above this a line is drawn as mean and range of bins: a pixel holds several readings."""
BINS = 1000
DAY_S = 86_400.0
SHADE, SHADE_OF_OTHERS = 0.22, 0.10
"""How strongly a panel is shaded while a fault is at work; a lying sensor's own panel more than the others [1]."""


def days(moments_s: Floats) -> Floats:
    """Unix times as matplotlib counts them, in days since 1970."""
    return moments_s / DAY_S


def axis_title(signal: Signal) -> str:
    r"""What stands beside a panel.

    Example:
        >>> axis_title(Signal.VIBRATION)
        'vibration\nmm/s'
    """
    return f"{SIGNAL_UNITS[signal].title}\n{SIGNAL_UNITS[signal].unit}"


def lanes_of(faults: Sequence[Span]) -> list[int]:
    """A lane for each fault, so that no two at a time share one; the first that is free."""
    free_from: list[float] = []
    lanes = []
    for fault in faults:
        lane = next((place for place, end in enumerate(free_from) if end <= fault.starts_s), len(free_from))
        free_from[lane : lane + 1] = [fault.ends_s]
        lanes.append(lane)
    return lanes


def lane_count(faults: Sequence[Span]) -> int:
    """How many lanes the faults of a machine need."""
    return max(lanes_of(faults), default=-1) + 1


def fault_lanes(axes: Axes, course: Course, lanes: int) -> None:
    """The truth: each fault as a bar with its name, failures and repairs as markers."""
    _bare(axes)
    axes.set_ylim(lanes - 0.5, -0.5)
    for fault, lane in zip(course.faults, lanes_of(course.faults), strict=True):
        begin, end = fault.starts_s / DAY_S, fault.ends_s / DAY_S
        axes.barh(lane, end - begin, left=begin, height=0.8, color=looks.FAMILIES[fault.draft.family], alpha=0.6, lw=0)
        _word(axes, fault_text(fault), begin, lane)
    for draft in course.events:
        colour, marker, _ = looks.EVENTS[draft.event]
        at = draft.at.timestamp() / DAY_S
        axes.plot([at], [0], color=colour, marker=marker, ms=6, ls="")
        _word(axes, draft.label, at, 0)
    if not course.faults and not course.events:
        axes.annotate("none", (0, 0.5), xycoords="axes fraction", va="center", color=looks.GREY, fontsize=8)


def _word(axes: Axes, text: str, at: float, lane: int) -> None:
    """A name beside a moment: to the right of it, or to the left where the picture soon ends."""
    first, last = axes.get_xlim()
    late = at > first + 0.65 * (last - first)
    axes.annotate(
        text,
        (at, lane),
        xytext=(-4 if late else 4, 0),
        textcoords="offset points",
        ha="right" if late else "left",
        va="center",
        fontsize=8,
    )


def fault_text(fault: Span) -> str:
    """A fault in a few words: its name, its signal, how strong it is."""
    draft = fault.draft
    strong = [f"{name} {value:g}" for name, value in draft.parameters.items() if name != "ramp_s"]
    return ", ".join([f"{draft.label}{f' ({draft.signal})' if draft.signal else ''}", *strong])


def state_band(axes: Axes, course: Course, times: Floats) -> None:
    """What the machine was doing, as a band of colours."""
    _bare(axes)
    changes = np.flatnonzero(np.diff(course.state)) + 1
    edges = [0, *changes.tolist(), len(times) - 1]
    for begin, end in pairwise(edges):
        axes.axvspan(times[begin], times[end], color=looks.STATES[STATES[int(course.state[begin])]], lw=0)


def signal_panel(axes: Axes, course: Course, signal: Signal, times: Floats, plate: Nameplate | None) -> None:
    """A signal as told, as it would have been, its limits, and shades where something was wrong."""
    for fault in course.faults:
        if fault.draft.signal in (None, signal):
            shade = SHADE if fault.draft.signal is signal else SHADE_OF_OTHERS
            colour = looks.FAMILIES[fault.draft.family]
            axes.axvspan(fault.starts_s / DAY_S, fault.ends_s / DAY_S, color=colour, alpha=shade, lw=0)
    _line(axes, times, course.clean[signal], looks.CLEAN, width=0.9, style=(0, (4, 2)))
    _line(axes, times, course.readings[signal], looks.READING, width=1.0)
    for draft in course.events:
        axes.axvline(draft.at.timestamp() / DAY_S, color=looks.EVENTS[draft.event][0], lw=0.9)
    _least_range(axes, LEAST_RANGES[signal])
    if plate is not None:
        _limits(axes, course, signal, plate)


def _limits(axes: Axes, course: Course, signal: Signal, plate: Nameplate) -> None:
    highest = float(np.nanmax(course.readings[signal], initial=0.0))
    if signal is Signal.VIBRATION:
        _, b_c, c_d = ISO_20816_3_RIGID_MM_S[plate.iso_20816_group]
        _limit(axes, b_c, "zone C")
        if highest > 0.8 * b_c:
            _limit(axes, c_d, "zone D")
        axes.set_ylim(bottom=0)
    elif signal is Signal.TEMP and highest > plate.temperature_limit_c - NEAR_LIMIT_K:
        _limit(axes, plate.temperature_limit_c, "limit")


def _least_range(axes: Axes, least: float) -> None:
    low, high = axes.get_ylim()
    if high - low < least:
        middle = (low + high) / 2
        axes.set_ylim(max(0.0, middle - least / 2), middle + least / 2)


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
    bins = [values[begin:end] for begin, end in pairwise(places)]
    middle = [times[begin] for begin in places[:-1]]
    known = [some[~np.isnan(some)] for some in bins]
    lowest, mean, highest = (
        [float(part(some)) if some.size else np.nan for some in known] for part in (np.min, np.mean, np.max)
    )
    axes.fill_between(middle, lowest, highest, color=colour, alpha=0.25, lw=0)
    axes.plot(middle, mean, color=colour, lw=width, ls=style)


def _bare(axes: Axes) -> None:
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.tick_params(bottom=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
