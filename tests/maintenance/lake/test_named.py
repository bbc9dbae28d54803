"""Questions that come with the product, checked by hand."""

from datetime import timedelta

import pytest
from lake_lines import DAY, as_object, machine_line, raw_key

from maintenance.errors import QueryError
from maintenance.lake import Lake
from maintenance.lake.named import named_query
from maintenance.lake.stores import Store

HOT = named_query("hours_above_temperature")


def _told(store: Store, *readings: tuple[str, str, float | None]) -> None:
    """Readings of machines at times of the day, as HH:MM."""
    lines = []
    for seq, (device_id, clock, temp) in enumerate(readings, start=1):
        hours, minutes = clock.split(":")
        at = DAY + timedelta(hours=int(hours), minutes=int(minutes))
        lines.append(machine_line(device_id, seq, at, temp=temp))
    store.put(raw_key(DAY, "a"), as_object(*lines))
    Lake(store).compact()


def test_hours_above_a_temperature(folder: Store) -> None:
    """By hand: 1 min, 5 of 28 min, 5 of 30 min, nothing for 80.0 itself, 2 min until midnight: 13 min."""
    _told(
        folder,
        ("M001", "10:00", 85.0), ("M001", "10:01", 75.0), ("M001", "10:02", 90.0), ("M001", "10:30", 81.0),
        ("M001", "11:00", 80.0), ("M001", "11:01", None), ("M001", "23:58", 80.1), ("M002", "10:00", 20.0),
    )  # fmt: skip
    told = Lake(folder).query(HOT.text({})).to_pylist()
    assert [(row["device_id"], row["dt"], row["readings"], row["hottest_c"]) for row in told] == [
        ("M001", "2026-01-31", 7, 90.0), ("M002", "2026-01-31", 1, 20.0),
    ]  # fmt: skip
    assert [row["hours_above"] for row in told] == pytest.approx([13 / 60, 0.0])


def test_its_values_can_be_set(folder: Store) -> None:
    """A reading of 85 °C above 84, which stands for ten minutes at most."""
    _told(folder, ("M001", "10:00", 85.0), ("M001", "11:00", 20.0))
    told = Lake(folder).query(HOT.text({"limit_c": "84", "longest_gap_s": "600"})).to_pylist()
    assert told[0]["hours_above"] == pytest.approx(1 / 6)
    assert Lake(folder).query(HOT.text({"last_day": "2026-01-30"})).num_rows == 0


def test_machines_of_the_same_name_are_not_one(folder: Store) -> None:
    """Two plants have an M001 each; the other's reading does not end this one's: by hand, 4 minutes and 1."""
    at = [DAY + timedelta(minutes=minute) for minute in (0, 3, 4)]
    for plant, readings in {"plant1": [(1, at[0], 85.0), (2, at[2], 20.0)], "plant2": [(1, at[1], 85.0)]}.items():
        lines = [machine_line("M001", seq, moment, temp=temp, plant=plant) for seq, moment, temp in readings]
        folder.put(raw_key(DAY, "a", plant), as_object(*lines))
    folder.put(raw_key(DAY, "b", "plant2"), as_object(machine_line("M001", 2, at[2], temp=20.0, plant="plant2")))
    Lake(folder).compact()
    told = Lake(folder).query(HOT.text({})).to_pylist()
    assert [(row["plant"], row["hours_above"]) for row in told] == [
        ("plant1", pytest.approx(4 / 60)), ("plant2", pytest.approx(1 / 60)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "told"),
    [({"limit": "80"}, "no parameter limit.*limit_c"), ({"limit_c": "hot"}, "limit_c=hot is not a number"),
     ({"longest_gap_s": "1.5"}, "longest_gap_s=1.5 is not a whole number")],
)  # fmt: skip
def test_a_wrong_value_is_told(values: dict[str, str], told: str) -> None:
    """With what would be right."""
    with pytest.raises(QueryError, match=told):
        HOT.text(values)


def test_a_question_that_there_is_not_is_told() -> None:
    """With those that there are."""
    with pytest.raises(QueryError, match=r"no question hot\. There are: .*hours_above_temperature"):
        named_query("hot")
