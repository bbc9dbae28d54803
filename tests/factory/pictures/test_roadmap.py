"""The map below a vehicle's panels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from contracts.telemetry import VehicleSignal
from factory.pictures import looks
from factory.pictures.recording import Course, Recording
from factory.pictures.roadmap import map_panel
from factory.provision.request import vehicle
from simulator.vehicles.roads import PLACES

Play = Callable[..., Recording]
HOT = """[
  {kind: bias, target: VHC001, signal: engine_temp_c, parameters: {magnitude: 90}, start_s: 1800, duration_s: 600},
  {kind: bias, target: VHC001, signal: gps_longitude, parameters: {magnitude: 0.03}, start_s: 3000, duration_s: 600}]"""


def _drawn(played: Play, faults: str = "[]") -> tuple[Course, Axes]:
    course = played(faults, span_s=3600.0, make=vehicle).courses[0]
    axes = Figure().subplots()
    map_panel(axes, course)
    return course, axes


def _points(axes: Axes, colour: str) -> np.ndarray:
    lines = [line for line in axes.lines if line.get_color() == colour]
    return np.concatenate([np.asarray(line.get_xydata()) for line in lines])


def test_every_town_is_named(played: Play) -> None:
    """And the whole network is in the frame."""
    _, axes = _drawn(played)
    names = {text.get_text() for text in axes.texts if isinstance(text, Annotation)}
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()

    assert names == {place.name for place in PLACES.values() if place.town}
    assert all(left < one.longitude < right and bottom < one.latitude < top for one in PLACES.values())


def test_it_is_true_to_scale(played: Play) -> None:
    """At 12.7° north a degree of longitude is cos 12.7° = 0.976 of one of latitude."""
    _, axes = _drawn(played)

    assert abs(1 / float(axes.get_aspect()) - 0.976) < 0.001


def test_positions_are_those_that_were_told(played: Play) -> None:
    """A wrong receiver is seen off the road, beside the true track; a hot engine where it was told to be hot."""
    course, axes = _drawn(played, HOT)
    told, true = _points(axes, looks.READING), _points(axes, looks.CLEAN)
    aside = told[:, 0] - true[:, 0]

    assert len(told) == 3601
    assert np.allclose(aside[3000:3600], 0.03, atol=2e-6)
    assert (aside[:3000] == 0).all()
    engine = course.readings[VehicleSignal.ENGINE_TEMP]
    assert len(_points(axes, looks.VERMILION)) == (engine > 100).sum() == 600
