"""A timeline of a scenario: one column a machine or vehicle, one panel a signal, the truth above and behind them.

Where vehicles went is on a map below.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure, FigureBase

from contracts.nameplates import NAMEPLATES
from contracts.telemetry import AnySignal
from contracts.vehicles import VEHICLES
from factory.errors import LocalFactoryError
from factory.pictures import extras, lanes, roadmap, signals
from factory.pictures.axis import days
from factory.pictures.legend import handles
from factory.pictures.recording import Course, Recording, utc
from simulator.arrays import Floats

DPI = 130
WIDTH_ALONE, WIDTH_OF_EACH, WIDTH_BESIDE = 11.5, 6.0, 2.0
"""Width of a picture of one machine; else of each, and of what stands beside them [inch]."""
LANE_HEIGHT, HEAD_HEIGHT, LEGEND_COLUMNS = 0.32, 2.2, 8
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


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of panels, one a machine or vehicle.

    Attributes:
        title: what stands beside it.
        height: how high it is [inch].
        draw: draws the panel of a machine.
        flat: whether the title lies: there is no scale beside it.
    """

    title: str
    height: float
    draw: Callable[[Axes, Course], None]
    flat: bool = False


def draw(recording: Recording) -> Figure:
    """The figure of a recording.

    Args:
        recording: a scenario that was played; up to three machines or vehicles are readable.
    """
    with mpl.rc_context(_STYLE):
        rows, columns = _rows(recording), len(recording.courses)
        heights = [row.height for row in rows]
        map_height = roadmap.HEIGHT if recording.of_vehicles else 0.0
        width = WIDTH_ALONE if columns == 1 else WIDTH_OF_EACH * columns + WIDTH_BESIDE
        figure = Figure(figsize=(width, HEAD_HEIGHT + sum(heights) + map_height), dpi=DPI)
        FigureCanvasAgg(figure)
        figure.set_layout_engine("constrained", rect=(0, 0.06, 1, 0.94))
        upper, lower = _parts(figure, sum(heights), map_height)
        grid = upper.subplots(len(rows), columns, sharex=True, squeeze=False, gridspec_kw={"height_ratios": heights})
        if lower is not None:
            for panel, course in zip(lower.subplots(1, columns, squeeze=False)[0], recording.courses, strict=True):
                roadmap.map_panel(panel, course)
        for row, panels in zip(rows, grid, strict=True):
            for panel, course in zip(panels, recording.courses, strict=True):
                panel.set_xlim(*days(recording.moments_s[[0, -1]]))
                row.draw(panel, course)
            panels[0].set_ylabel(row.title, **({"rotation": 0, "ha": "right", "va": "center"} if row.flat else {}))
        _titles(figure, grid[0], grid[-1], recording)
    return figure


def _parts(figure: Figure, height: float, map_height: float) -> tuple[FigureBase, FigureBase | None]:
    """Where the panels go, and where the map goes: it has no time, and need not end where the panels do."""
    if not map_height:
        return figure, None
    upper, lower = figure.subfigures(2, 1, squeeze=False, height_ratios=[height, map_height])[:, 0]
    return upper, lower


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


def _rows(recording: Recording) -> list[_Row]:
    """The panels from top to bottom."""
    times, count = days(recording.moments_s), max(1, *(lanes.lane_count(course) for course in recording.courses))
    panels = signals.VEHICLE_HEIGHTS if recording.of_vehicles else signals.HEIGHTS
    rows = [
        _Row(
            "truth", LANE_HEIGHT * count + 0.1, lambda axes, course: lanes.fault_lanes(axes, course, count), flat=True
        ),
        _Row("state", 0.22, lambda axes, course: lanes.state_band(axes, course, times), flat=True),
        *(_signal_row(signal, height, times) for signal, height in panels.items()),
    ]
    if extras.worn(recording):
        looks_at = days(recording.looks_s)
        rows.append(
            _Row("remaining life\nd", 1.3, lambda axes, course: extras.life_panel(axes, course, recording, looks_at))
        )
    if any(course.way is not None for course in recording.courses):
        rows.append(_Row("messages\ns", 1.1, lambda axes, course: extras.way_panel(axes, course.way, times)))
    return rows


def _signal_row(signal: AnySignal, height: float, times: Floats) -> _Row:
    return _Row(
        signals.axis_title(signal), height, lambda axes, course: signals.signal_panel(axes, course, signal, times)
    )


def _titles(figure: Figure, highest: Any, lowest: Any, recording: Recording) -> None:
    for axes, course in zip(highest, recording.courses, strict=True):
        identity = course.identity
        plate = NAMEPLATES.get(identity.model) or VEHICLES.get(identity.model)
        title = plate.title if plate else identity.model
        axes.set_title(f"{identity.device_id}  {title}, {identity.line}", weight="bold")
    for axes in lowest:
        _time_axis(axes, recording)
    figure.suptitle(_heading(recording), x=0.01, ha="left", fontsize=10)
    figure.legend(handles=handles(recording), loc="lower left", ncols=LEGEND_COLUMNS, frameon=False, fontsize=8.5)


def _time_axis(axes: Axes, recording: Recording) -> None:
    locator = AutoDateLocator(minticks=4, maxticks=8)  # type: ignore[no-untyped-call]
    axes.xaxis_date("UTC")
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))  # type: ignore[no-untyped-call]
    first, last = (f"{utc(moment_s):%Y-%m-%d}" for moment_s in recording.moments_s[[0, -1]].tolist())
    axes.set_xlabel("UTC, " + (first if first == last else f"{first} to {last}"), loc="left")


def _heading(recording: Recording) -> str:
    scenario, width = recording.scenario, 105 if len(recording.courses) == 1 else 80 * len(recording.courses)
    begins = utc(float(recording.moments_s[0]))
    how = f"Played on a virtual clock from {begins:%Y-%m-%d %H:%M} UTC, seed {recording.seed}, "
    how += f"a reading each {recording.interval_s:g} s."
    parts = (f"Scenario {scenario.name}", textwrap.fill(scenario.description, width), how)
    return "\n".join(part for part in parts if part) + "\n"
