"""Looking again and again at a simulator that comes and goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from factory.errors import LocalFactoryError, LocalFactoryUsageError
from factory.watch.scene import Order, Selection
from factory.watch.snapshot import Snapshot
from factory.watch.watcher import Watcher

Tell = Callable[..., dict[str, Any]]
Take = Callable[..., Snapshot]


class _Source:
    """Tells what it was given, one after the other."""

    url = "http://127.0.0.1:9100"

    def __init__(self, *answers: Snapshot | Exception) -> None:
        self._answers = list(answers)

    def read(self) -> Snapshot:
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def _watcher(*answers: Snapshot | Exception) -> Watcher:
    return Watcher(_Source(*answers), Selection(), Order.WORST, 60.0)


def test_an_absence_is_told_and_is_over_when_it_is_back(told: Tell, snapshot: Take) -> None:
    """What was told stays while the simulator is away, and goes on when it is back."""
    watcher = _watcher(snapshot([told()]), LocalFactoryError("Nobody."), snapshot([told()], 2.0))
    scenes = [watcher.look() for _ in range(3)]

    assert [scene.away for scene in scenes] == [None, "Nobody.", None]
    assert [len(scene.rows) for scene in scenes] == [1, 1, 1]


def test_a_wrong_address_is_not_an_absence() -> None:
    """It will not get better by looking again."""
    with pytest.raises(LocalFactoryUsageError):
        _watcher(LocalFactoryUsageError("That is no address.")).look()


def test_rates_are_told_over_some_seconds(told: Tell, snapshot: Take) -> None:
    """100 messages in the last 10 s are 10 a second, however they came."""
    counts = [0.0, 90.0, 90.0, 100.0]
    seen = [
        snapshot([told()], after_s, totals={"x_total": count})
        for after_s, count in zip((0.0, 1.0, 9.0, 10.0), counts, strict=True)
    ]
    watcher = _watcher(*seen)

    assert [watcher.look() for _ in seen][-1].rates == {"x_total": 10.0}


def test_the_order_is_turned_from_its_top(told: Tell, snapshot: Take) -> None:
    """By name at once, without another look, and from the first page."""
    watcher = _watcher(snapshot([told("M002", connected=False), told("M001")]))
    worst = [row.machine.device_id for row in watcher.look().rows]
    watcher.page = 3
    watcher.turn_order()

    assert worst == ["M002", "M001"]
    assert [row.machine.device_id for row in watcher.scene().rows] == ["M001", "M002"]
    assert watcher.scene().page == 0
