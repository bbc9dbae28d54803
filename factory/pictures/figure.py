"""A timeline of a scenario: one column a machine, one panel a signal, the truth behind them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from contracts.nameplates import NAMEPLATES
from contracts.telemetry import MachineState
from factory.errors import LocalFactoryError
from factory.pictures import looks, panels
from factory.pictures.recording import Course, Recording, utc
from simulator.plant import STATES

FORMATS = (".png", ".svg")
"""Endings of the files that can be written."""
DPI = 130
_STYLE: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that pictures are the same everywhere
    "font.size": 9,
    "grid.color": "#E5E5E5",
    "svg.hashsalt": "smart-factory",  # ids in an SVG are random otherwise
}


def draw(recording: Recording) -> Figure:
    """The figure of a recording.

    Args:
        recording: a scenario that was played; up to three machines are readable.
    """
    with mpl.rc_context(_STYLE):
        lanes = max(1, *(panels.lane_count(course.faults) for course in recording.courses))
        heights = [0.32 * lanes + 0.15, 0.22, *panels.SIGNAL_HEIGHTS.values()]
        columns = len(recording.courses)
        figure = Figure(figsize=(3.0 + (8.5 if columns == 1 else 6.0 * columns), 2.2 + sum(heights)), dpi=DPI)
        FigureCanvasAgg(figure)
        figure.set_layout_engine("constrained", rect=(0, 0.045, 1, 0.965))
        grid = figure.subplots(
            len(heights), columns, sharex=True, squeeze=False, gridspec_kw={"height_ratios": heights}
        )
        for column, course in enumerate(recording.courses):
            _column([axes[column] for axes in grid], recording, course, lanes, first=column == 0)
        _heading(figure, recording)
        _legend(figure, recording)
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write a figure: PNG or SVG, by the ending of the name.

    Raises:
        LocalFactoryError: it cannot be written.
    """
    # Neither the time nor the version of the library: the same scenario and seed give the same file.
    blank = {"Date": None} if path.suffix == ".svg" else {"Software": None}
    try:
        with mpl.rc_context(_STYLE):
            figure.savefig(path, metadata=blank)
    except OSError as error:
        raise LocalFactoryError(f"{path} cannot be written: {error.strerror}.", remedy="Name another --out.") from None


def _column(axes: Sequence[Axes], recording: Recording, course: Course, lanes: int, *, first: bool) -> None:
    identity, times = course.identity, panels.days(recording.moments_s)
    plate = NAMEPLATES.get(identity.model)
    axes[0].set_title(
        f"{identity.device_id}  {plate.title if plate else identity.model}, {identity.line}", weight="bold"
    )
    axes[0].set_xlim(times[0], times[-1])
    panels.fault_lanes(axes[0], course, lanes)
    panels.state_band(axes[1], course, times)
    for signal, panel in zip(panels.SIGNAL_HEIGHTS, axes[2:], strict=True):
        panels.signal_panel(panel, course, signal, times, plate)
        if first:
            panel.set_ylabel(panels.axis_title(signal))
    if first:
        for panel, title in ((axes[0], "faults"), (axes[1], "state")):
            panel.set_ylabel(title, rotation=0, ha="right", va="center")
    _time_axis(axes[-1], recording)


def _time_axis(axes: Axes, recording: Recording) -> None:
    locator = AutoDateLocator(minticks=4, maxticks=8)  # type: ignore[no-untyped-call]
    axes.xaxis_date("UTC")
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]
    first, last = (f"{utc(moment_s):%Y-%m-%d}" for moment_s in recording.moments_s[[0, -1]].tolist())
    axes.set_xlabel("UTC, " + (first if first == last else f"{first} to {last}"), loc="left")


def _heading(figure: Figure, recording: Recording) -> None:
    scenario, width = recording.scenario, 105 if len(recording.courses) == 1 else 85 * len(recording.courses)
    told = textwrap.fill(scenario.description, width)
    begins = utc(float(recording.moments_s[0]))
    how = f"Played on a virtual clock from {begins:%Y-%m-%d %H:%M} UTC, seed {recording.seed}, a reading each "
    figure.suptitle(
        f"Scenario {scenario.name}\n"
        + "\n".join(part for part in (told, f"{how}{recording.interval_s:g} s.") if part)
        + "\n",
        x=0.01,
        ha="left",
        fontsize=10,
    )


def _legend(figure: Figure, recording: Recording) -> None:
    handles: list[Line2D | Patch] = [
        Line2D([], [], color=looks.READING, lw=1.2, label="reading"),
        Line2D([], [], color=looks.CLEAN, lw=0.9, ls=(0, (4, 2)), label="without the faults"),
        Line2D([], [], color=looks.LIMIT, lw=0.9, ls=":", label="limit"),
    ]
    seen = {STATES[index] for course in recording.courses for index in set(course.state.tolist())}
    handles += [
        Patch(facecolor=looks.STATES[state], edgecolor=looks.GREY, lw=0.5, label=state.value)
        for state in MachineState
        if state in seen
    ]
    families = {span.draft.family for course in recording.courses for span in course.faults}
    handles += [
        Patch(facecolor=colour, alpha=0.6, label=f"{family} fault")
        for family, colour in looks.FAMILIES.items()
        if family in families
    ]
    happened = {draft.event for course in recording.courses for draft in course.events}
    handles += [
        Line2D([], [], color=colour, marker=marker, ls="-", lw=0.9, label=word)
        for event, (colour, marker, word) in looks.EVENTS.items()
        if event in happened
    ]
    figure.legend(handles=handles, loc="lower left", ncols=min(len(handles), 11), frameon=False, fontsize=8.5)
