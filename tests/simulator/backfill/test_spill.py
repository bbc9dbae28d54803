"""Wear by days: what goes to disk comes back as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from simulator.backfill.spill import WearSpill
from simulator.backfill.wear_table import wear_now
from simulator.plant import Plant


def test_days_come_back_whole(make_plant: Callable[..., Plant], tmp_path: Path) -> None:
    """Three looks over midnight make two days, with every component of every machine, number for number."""
    table = make_plant(5).wear_table()
    # 2026-01-02T22:30Z, 23:30Z and 00:30Z of the next day.
    looks = [wear_now(table, 1_767_393_000_000 + hour * 3_600_000) for hour in range(3)]
    spill = WearSpill(tmp_path / "wear")
    for look in looks:
        spill.add(look)
    days = dict(spill.days())

    assert list(days) == ["2026-01-02", "2026-01-03"]
    first, second = days.values()
    assert first.at_ms.tolist() == [*looks[0].at_ms.tolist(), *looks[1].at_ms.tolist()]
    assert second.component.words.take(second.component.index).to_pylist() == table.component.tolist()
    np.testing.assert_array_equal(second.damage, table.damage)
    np.testing.assert_array_equal(second.maintenance_due, table.maintenance_due)
    np.testing.assert_array_equal(second.remaining_useful_life_h, table.remaining_useful_life_h)


def test_nothing_added_is_no_day(tmp_path: Path) -> None:
    """And leaves no folder."""
    assert list(WearSpill(tmp_path / "wear").days()) == []
    assert list(tmp_path.iterdir()) == []
