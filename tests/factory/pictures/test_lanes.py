"""Faults as bars."""

from __future__ import annotations

from collections.abc import Callable

from factory.pictures.lanes import lane_count, lanes_of
from factory.pictures.recording import Recording

Play = Callable[..., Recording]


def test_each_fault_has_a_lane_however_often_it_comes(played: Play) -> None:
    """Two faults are two lanes; one that repeats forty times a day has one."""
    repeated = "{kind: dropout, target: M001, signal: rpm, duration_s: 60, repeats: {rate_per_day: 400}}"
    other = "{kind: stuck, target: M001, signal: temp, start_s: 60}"
    course = played(f"[{repeated}, {other}]", span_s=3600.0).courses[0]

    assert sum(fault.draft.kind == "dropout" for fault in course.faults) > 1
    assert sorted(lanes_of(course)) == ["Dropout (rpm), probability 1", "Stuck value (temp)"]
    assert lane_count(course) == 2


def test_where_nothing_happens_there_is_no_lane(played: Play) -> None:
    """A calm machine needs none."""
    assert lane_count(played().courses[0]) == 0
