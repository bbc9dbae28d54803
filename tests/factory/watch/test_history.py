"""What machines told over the last minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from factory.watch.history import SLOTS, History
from factory.watch.snapshot import Snapshot

Tell = Callable[..., dict[str, Any]]
Take = Callable[..., Snapshot]


def _watched(
    told: Tell,
    snapshot: Take,
    noon: datetime,
    values: list[float | None],
    silent: range = range(0),
    every_s: float = 1.0,
) -> History:
    """A machine that was looked at again and again; while silent, it tells nothing new."""
    history, timestamp, temp = History(float(SLOTS)), noon, 0.0
    for number, value in enumerate(values):
        if number not in silent:
            timestamp = noon + timedelta(seconds=number * every_s)
        temp = value if value is not None else temp
        readings = {"rpm": 1.0} if value is None else {"temp": temp, "rpm": 1.0}
        history.add(snapshot([told(timestamp=timestamp.isoformat(), readings=readings)], number * every_s))
    return history


def test_each_second_has_its_value(told: Tell, snapshot: Take, noon: datetime) -> None:
    """With slots of a second and a look a second, the trend is what was told."""
    history = _watched(told, snapshot, noon, [1.0, 2.0, 3.0])

    assert history.trend("M001", "temp", 10) == [1.0, 2.0, 3.0]
    assert history.span_s == 3.0


def test_a_narrow_trend_takes_the_last_of_each_stretch(told: Tell, snapshot: Take, noon: datetime) -> None:
    """Six seconds on three places: the last of each two."""
    history = _watched(told, snapshot, noon, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])

    assert history.trend("M001", "temp", 3) == [2.0, 4.0, 6.0]


def test_a_silent_sensor_leaves_a_gap(told: Tell, snapshot: Take, noon: datetime) -> None:
    """A signal that is absent from a reading is absent from the trend, and the others go on."""
    history = _watched(told, snapshot, noon, [1.0, None, 3.0])

    assert history.trend("M001", "temp", 10) == [1.0, None, 3.0]
    assert history.trend("M001", "rpm", 10) == [1.0, 1.0, 1.0]


def test_a_silent_machine_leaves_a_gap(told: Tell, snapshot: Take, noon: datetime) -> None:
    """One that tells nothing new is drawn on for five seconds, and then no more."""
    history = _watched(told, snapshot, noon, [1.0] * 12 + [2.0], silent=range(2, 12))

    assert history.trend("M001", "temp", 20) == [1.0] * 7 + [None] * 5 + [2.0]


def test_rare_looks_leave_no_gaps(told: Tell, snapshot: Take, noon: datetime) -> None:
    """Looks every four seconds fill slots of one second."""
    history = _watched(told, snapshot, noon, [1.0, 2.0, 3.0], every_s=4.0)

    assert history.trend("M001", "temp", 20) == [1.0, 2.0, 2.0, 2.0, 2.0, 3.0, 3.0, 3.0, 3.0]


def test_the_past_is_forgotten(told: Tell, snapshot: Take, noon: datetime) -> None:
    """No more slots are kept than there are, and the oldest go first."""
    history = _watched(told, snapshot, noon, [float(number) for number in range(SLOTS + 30)])

    assert history.trend("M001", "temp", 1000) == [float(number) for number in range(30, SLOTS + 30)]


def test_who_never_told_anything_has_no_values(told: Tell, snapshot: Take, noon: datetime) -> None:
    """An unknown machine has a trend of gaps; before the first look there is none at all."""
    assert _watched(told, snapshot, noon, [1.0, 2.0]).trend("M999", "temp", 5) == [None, None]
    assert History(60.0).trend("M001", "temp", 5) == []
