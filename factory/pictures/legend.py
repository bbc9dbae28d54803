"""The legend: only what is in the picture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.artist import Artist
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from contracts.telemetry import MachineState
from factory.pictures import looks
from factory.pictures.extras import COMPONENTS, running_out
from factory.pictures.recording import Recording
from factory.pictures.roadmap import too_hot
from simulator.delivery import AS_IT_IS
from simulator.plant import STATES


def handles(recording: Recording) -> list[Artist]:
    """What stands for what."""
    return [
        *_lines(recording),
        *_states(recording),
        *_faults(recording),
        *_events(recording),
        *_lives(recording),
        *_ways(recording),
    ]


def _lines(recording: Recording) -> Iterator[Artist]:
    yield Line2D([], [], color=looks.READING, lw=1.2, label="reading")
    if recording.scenario.faults:
        yield Line2D([], [], color=looks.CLEAN, lw=0.9, ls=(0, (4, 2)), label="without the faults")
    yield Line2D([], [], color=looks.LIMIT, lw=0.9, ls=":", label="limit")
    if recording.of_vehicles and any(too_hot(course).any() for course in recording.courses):
        yield Line2D([], [], color=looks.VERMILION, marker=".", ms=7, ls="", label="engine too hot")


def _states(recording: Recording) -> Iterator[Artist]:
    told = [course.way.told for course in recording.courses if course.way is not None]
    found = np.unique(np.concatenate([*(course.state for course in recording.courses), *told]))
    seen = {STATES[index] for index in found.tolist() if index != AS_IT_IS}
    for state in MachineState:
        if state in seen:
            yield Patch(facecolor=looks.STATES[state], edgecolor=looks.GREY, lw=0.5, label=state.value)


def _faults(recording: Recording) -> Iterator[Artist]:
    families = {span.draft.family for course in recording.courses for span in course.faults}
    for family, colour in looks.FAMILIES.items():
        if family in families:
            yield Patch(facecolor=colour, alpha=0.6, label=f"{family} fault")


def _events(recording: Recording) -> Iterator[Artist]:
    happened = {draft.event for course in recording.courses for draft in course.events}
    for event, (colour, marker, word) in looks.EVENTS.items():
        if event in happened:
            yield Line2D([], [], color=colour, marker=marker, ls="-", lw=0.9, label=word)


def _lives(recording: Recording) -> Iterator[Artist]:
    found = dict.fromkeys(name for course in recording.courses for name in running_out(course, recording))
    for name in found:
        yield Line2D([], [], color=COMPONENTS.get(name, looks.BLACK), lw=1.3, label=f"life of the {name}")


def _ways(recording: Recording) -> Iterator[Artist]:
    ways = [course.way for course in recording.courses if course.way is not None]
    if any(way.late_s.any() for way in ways):
        yield Line2D([], [], color=looks.BLUE, marker=".", ls="", label="message late")
    if any(way.clock_s.any() for way in ways):
        yield Line2D([], [], color=looks.VERMILION, lw=1.2, label="clock ahead")
    if any((way.copies > 1).any() for way in ways):
        yield Line2D([], [], color=looks.GREEN, marker="|", ls="", label="sent again")
    if any(way.offline.any() for way in ways):
        yield Patch(facecolor=looks.BLACK, alpha=0.35, label="offline")
    if any(way.refused.any() for way in ways):
        yield Patch(facecolor=looks.PURPLE, alpha=0.35, label="certificate refused")
