"""What verdicts rest on, kept in the lake."""

from __future__ import annotations

from pathlib import Path

import pytest
from lake_rows import HOUR, rows_of

from maintenance.errors import LakeError
from maintenance.lake.address import open_store
from maintenance.verdicts.memory import Memory


def test_what_was_saved_comes_back_day_by_day(tmp_path: Path) -> None:
    """In the order of the hours, with the last hour of each day; an hour saved twice is there once."""
    memory = Memory(open_store(str(tmp_path)), "plant1")
    for hour in (HOUR + 23, HOUR + 24, HOUR + 2, HOUR + 2):
        memory.save(hour, rows_of(("M001", 0.5, hour), hour=hour))
    Memory(open_store(str(tmp_path)), "plant2").save(HOUR + 30, rows_of(("M001", 0.5, 1)))

    assert [(last, rows["seq"].to_pylist()) for last, rows in memory.days()] == [
        (HOUR + 23, [HOUR + 2, HOUR + 23]),
        (HOUR + 24, [HOUR + 24]),
    ]


def test_older_days_than_features_look_back_are_left(tmp_path: Path) -> None:
    """Two weeks and the day that they begin in."""
    memory = Memory(open_store(str(tmp_path)), "plant1")
    for day in range(20):
        memory.save(HOUR + 24 * day, rows_of(("M001", 0.5, day + 1)))

    assert [last for last, _ in memory.days()] == [HOUR + 24 * day for day in range(5, 20)]


def test_nothing_is_remembered_at_first(tmp_path: Path) -> None:
    """A new plant has no days."""
    assert list(Memory(open_store(str(tmp_path)), "plant1").days()) == []


@pytest.mark.parametrize(("name", "content"), [("hour=03.parquet", b"nonsense"), ("notes.txt", b"")])
def test_something_else_lies_there(tmp_path: Path, name: str, content: bytes) -> None:
    """It is named, with what to do about it."""
    folder = tmp_path / "verdicts/plant=plant1/dt=2025-01-01"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)

    with pytest.raises(LakeError, match=name) as caught:
        list(Memory(open_store(str(tmp_path)), "plant1").days())
    assert "Remove it" in str(caught.value)
