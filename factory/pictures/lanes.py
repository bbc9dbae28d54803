"""What really happened, as bars above the signals: faults, failures and repairs, states."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from contracts.truth import TruthEvent
from factory.pictures import looks
from factory.pictures.axis import DAY_S, bare
from factory.pictures.recording import Course, Span
from simulator.arrays import Floats, States
from simulator.delivery import AS_IT_IS
from simulator.plant import STATES

TIMES = ("ramp_s", "on_s", "off_s")
"""Parameters that a bar shows by itself."""
LATE = 0.65
"""Names of what happens after this share of the time stand to its left [1]."""


def lanes_of(course: Course) -> list[str]:
    """The lanes of a machine's faults: one for each, however often it comes."""
    return list(dict.fromkeys(fault_text(fault) for fault in course.faults))


def lane_count(course: Course) -> int:
    """How many lanes a machine needs: those of its faults, and one for what wear brings."""
    return len(lanes_of(course)) + bool(course.events)


def fault_lanes(axes: Axes, course: Course, lanes: int) -> None:
    """Each fault as a bar with its name, failures and repairs as markers; the time axis must be set."""
    bare(axes)
    axes.set_ylim(lanes - 0.5, -0.5)
    names = lanes_of(course)
    for fault in course.faults:
        begin, lane = fault.starts_s / DAY_S, names.index(fault_text(fault))
        width, colour = fault.ends_s / DAY_S - begin, looks.FAMILIES[fault.draft.family]
        axes.barh(lane, width, left=begin, height=0.8, color=colour, alpha=0.6, lw=0)
    for lane, name in enumerate(names):
        first_s = min(fault.starts_s for fault in course.faults if fault_text(fault) == name)
        _word(axes, name, first_s / DAY_S, lane)
    for draft in course.events:
        colour, marker, _ = looks.EVENTS[draft.event]
        at = draft.at.timestamp() / DAY_S
        axes.plot([at], [lanes - 1], color=colour, marker=marker, ms=5, ls="")
        if draft.event is TruthEvent.FAILED:
            _word(axes, f"{draft.label} failed", at, lanes - 1, room=14)
    if not course.faults and not course.events:
        axes.annotate("none", (0, 0.5), xycoords="axes fraction", va="center", color=looks.GREY, fontsize=8)


def fault_text(fault: Span) -> str:
    """A fault in a few words: its name, its signal, how strong it is."""
    draft = fault.draft
    strong = [f"{name} {value:g}" for name, value in draft.parameters.items() if name not in TIMES]
    return ", ".join([f"{draft.label}{f' ({draft.signal})' if draft.signal else ''}", *strong])


def _word(axes: Axes, text: str, at: float, lane: int, room: int = 4) -> None:
    """A name beside a moment: to the right of it, or to the left where the picture soon ends."""
    first, last = axes.get_xlim()
    late = at > first + LATE * (last - first)
    axes.annotate(
        text,
        (at, lane),
        xytext=(-room if late else room, 0),
        textcoords="offset points",
        ha="right" if late else "left",
        va="center",
        fontsize=8,
    )


def state_band(axes: Axes, course: Course, times: Floats) -> None:
    """What the machine was doing, as a band of colours; below, what it told, where that is something else."""
    bare(axes)
    axes.set_ylim(0, 1)
    _band(axes, course.state, times)
    if course.way is not None and (course.way.told != AS_IT_IS).any():
        # Below, what its messages tell; where that is the truth, the two are of one colour.
        _band(axes, np.where(course.way.told == AS_IT_IS, course.state, course.way.told), times, top=0.45)
        axes.axhline(0.45, color="white", lw=1.5)


def _band(axes: Axes, states: States, times: Floats, *, top: float = 1.0) -> None:
    changes = np.flatnonzero(np.diff(states)) + 1
    for begin, end in pairwise([0, *changes.tolist(), len(times) - 1]):
        colour = looks.STATES[STATES[int(states[begin])]]
        axes.axvspan(times[begin], times[end], ymax=top, color=colour, lw=0)
