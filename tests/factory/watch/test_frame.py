"""A frame, from fixed values."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from rich.console import Console
from rich.text import Text

from factory.watch.frame import frame, pages
from factory.watch.history import History
from factory.watch.scene import Order, Scene, Selection, rows_of
from factory.watch.snapshot import Snapshot

Tell = Callable[..., dict[str, Any]]
Take = Callable[..., Snapshot]
URL = "http://127.0.0.1:9100"


def _lines(scene: Scene, width: int = 160, height: int = 40) -> list[str]:
    """The frame as a terminal of that size shows it."""
    console = Console(file=io.StringIO(), width=width, height=height)
    console.print(frame(scene, width, height))
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def _scene(snapshot: Snapshot, *before: Snapshot, **changes: Any) -> Scene:
    history = History(600.0)
    for one in (*before, snapshot):
        history.add(one)
    rows = rows_of(snapshot, Selection(), Order.WORST)
    return Scene(URL, snapshot, rows, history, now=snapshot.taken_at, **changes)


def test_a_machine_has_a_line(told: Tell, snapshot: Take) -> None:
    """Name, state, age, place, each signal with its trend, and what is to be said."""
    before = snapshot([told(readings={"temp": 40.0})])
    hot = told(timestamp="2026-01-02T12:00:09Z", readings={"temp": 91.0, "vibration": 1.07, "rpm": 2948.0})

    line = next(one for one in _lines(_scene(snapshot([hot], 10.0), before)) if one.startswith("M001"))

    assert line.split() == [
        *("M001", "running", "1", "s", "up", "line1", "centrifugal_pump"),
        *("91.0", "▁██", "1.07", "··▅", "2948", "··▅", "above", "90", "°C"),
    ]


def test_the_way_to_the_broker_is_told(told: Tell, snapshot: Take) -> None:
    """Connected or not, and how many messages the machine keeps."""
    lines = _lines(_scene(snapshot([told("M001", unsettled=3), told("M002", connected=False, unsettled=12)])))

    assert "up+3" in next(line for line in lines if line.startswith("M001")).split()
    assert "off+12" in next(line for line in lines if line.startswith("M002")).split()


def test_the_head_tells_the_whole(told: Tell, snapshot: Take) -> None:
    """How many machines, in which states, how many faults, and what was counted."""
    faults = [
        {"fault_id": "a", "device_id": "M001", "kind": "stuck", "signal": "temp", "stage": "active"},
        {"fault_id": "b", "device_id": "M001", "kind": "noise", "signal": "rpm", "stage": "pending"},
    ]
    totals = {"simulator_messages_published_total": 12_345.0, "simulator_reconnects_total": 2.0}
    seen = snapshot([told("M001"), told("M002", state="idle", connected=False)], faults=faults, totals=totals)

    first, second = _lines(_scene(seen, rates={"simulator_messages_published_total": 20.0}))[:2]

    assert first == ("plant1  1 of 2 connected  1 running, 1 idle  faults 1 and 1 to come  simulator ok  12:00:00 UTC")
    assert second.startswith("published 12,345 (20.0/s)  acknowledged 0  refused 0")
    assert second.endswith("reconnects 2")


@pytest.mark.parametrize(("height", "shown"), [(40, 30), (20, 14), (12, 6), (3, 1)])
def test_as_many_as_fit_are_shown_and_the_rest_is_counted(told: Tell, snapshot: Take, height: int, shown: int) -> None:
    """Thirty machines on terminals of several heights: the frame is never higher than it may, but for the least."""
    scene = _scene(snapshot([told(f"M{number:03d}") for number in range(1, 31)]))
    lines = _lines(scene, height=height)

    assert sum(line.startswith("M0") for line in lines) == shown
    assert len(lines) <= max(height, 7)
    assert ("not shown" in lines[-1]) == (shown < 30)
    assert lines[-1].startswith(f"1 to {shown} of 30 machines")


def test_pages_are_turned(told: Tell, snapshot: Take) -> None:
    """The last page has what is left, and a page beyond it is the last."""
    scene = _scene(snapshot([told(f"M{number:03d}") for number in range(1, 31)]))

    assert pages(scene, 20) == 3
    for page in (2, 9):
        lines = _lines(replace(scene, page=page), height=20)
        assert [line[:4] for line in lines if line.startswith("M0")] == [f"M{number:03d}" for number in range(29, 31)]
        assert lines[-1].startswith("29 to 30 of 30 machines; 28 not shown")


@pytest.mark.parametrize("width", [60, 80, 100, 118, 200])
def test_no_line_is_wider_than_the_terminal(told: Tell, snapshot: Take, width: int) -> None:
    """Whatever the width, a machine has one line; line and model appear where there is room."""
    scene = _scene(snapshot([told(connected=False, state="stopped"), told("M002")]))
    lines = _lines(scene, width=width)

    assert all(Text(line).cell_len <= width for line in lines)
    assert sum(line.startswith("M00") for line in lines) == 2
    assert any("centrifugal_pump" in line for line in lines) == (width >= 118)


def test_vehicles_have_a_table_of_their_own(told: Tell, snapshot: Take) -> None:
    """Columns follow what is told: a van shows speed and fuel, and no vibration."""
    van = told("V001", model="van", state=None, readings={"speed_kmph": 62.5, "fuel_level_percent": 71.25})
    lines = _lines(_scene(snapshot([told(), van])))

    heads = [line.split() for line in lines if line.startswith("machine") or "speed_kmph" in line]
    assert [line[:4] for line in lines if line[:4] in ("M001", "V001")] == ["M001", "V001"]
    assert any("speed_kmph" in head and "vibration" not in head for head in heads)
    assert "62.5" in next(line for line in lines if line.startswith("V001"))


def test_a_signal_that_nobody_knows_is_shown_as_it_comes(told: Tell, snapshot: Take) -> None:
    """A newer simulator may tell more than this command has heard of."""
    lines = _lines(_scene(snapshot([told(readings={"temp": 50.0, "humidity": 0.4567})])))

    assert any("humidity" in line for line in lines)
    assert any("0.4567" in line for line in lines)


def test_an_absent_simulator_is_told_and_what_was_told_stays(told: Tell, snapshot: Take, noon: datetime) -> None:
    """The last frame stays on the screen, with its age."""
    scene = replace(_scene(snapshot([told()])), away="No simulator answers at X.", now=noon + timedelta(seconds=12))
    lines = _lines(scene)

    assert lines[0] == "No simulator answers at X. Looking again and again."
    assert lines[1].endswith("as 12 s ago")
    assert any(line.startswith("M001") for line in lines)


def test_before_the_first_answer_there_is_a_sentence() -> None:
    """Where nobody has answered yet, it says where it looks and how to end it."""
    told = _lines(Scene(URL, None, (), History(60.0), away="No simulator answers at X."))

    assert told[0].startswith("No simulator answers at X.")
    assert told[-1] == f"No simulator has answered at {URL} yet. Ctrl-C ends this."


def test_a_plant_in_another_time_tells_its_clock(told: Tell, snapshot: Take) -> None:
    """A plant that plays January in May says so."""
    assert _lines(_scene(snapshot([told()], 1e7)))[0].endswith("2026-01-02 12:00:00 UTC on the plant's clock")
