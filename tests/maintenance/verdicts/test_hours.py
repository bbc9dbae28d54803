"""The hours that a plant is in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lake_rows import HOUR, rows_of

from maintenance.features.readings import PACE_S
from maintenance.verdicts.hours import COVERED_S, OpenHours, readings_of

MACHINES = [f"M{number:03d}" for number in range(1, 31)]


def open_hours(count: int = 4, settle_s: float = 10.0) -> OpenHours:
    """The hours of so many machines."""
    return OpenHours(MACHINES[:count], settle_s)


def test_an_hour_is_over_when_others_are_in_the_next_and_nothing_comes_any_more() -> None:
    """Two of four machines in the next hour end it, ten seconds after its last object."""
    hours = open_hours()
    hours.add(rows_of(("M001", 0.1, 1), ("M002", 0.2, 1)), 100.0)
    assert hours.over(200.0) == []
    hours.add(rows_of(("M001", 1.1, 2)), 200.0)
    assert hours.over(300.0) == []  # one machine alone may have a wrong clock
    hours.add(rows_of(("M002", 1.1, 2)), 300.0)
    assert hours.over(300.0) == [HOUR]
    hours.add(rows_of(("M003", 0.9, 1)), 305.0)  # a straggler
    assert hours.over(314.0) == []
    assert hours.over(315.0) == [HOUR]


def test_of_many_machines_a_tenth_ends_an_hour() -> None:
    """Of thirty machines two with wrong clocks end nothing, three do."""
    hours = open_hours(30)
    hours.add(rows_of(("M010", 0.1, 1)), 0.0)
    hours.add(rows_of(("M001", 24.1, 2), ("M002", 24.1, 2)), 0.0)
    assert hours.over(99.0) == []
    hours.add(rows_of(("M003", 1.1, 2)), 0.0)
    assert hours.over(99.0) == [HOUR]


def test_a_single_machine_ends_its_own_hours() -> None:
    """There is nobody else who could say how late it is."""
    hours = open_hours(1)
    hours.add(rows_of(("M001", 0.1, 1), ("M001", 1.1, 2), ("M001", 2.1, 3)), 0.0)
    assert hours.over(10.0) == [HOUR, HOUR + 1]


def test_one_that_has_not_settled_holds_up_those_after_it() -> None:
    """Hours are taken up in their order, whatever came last."""
    hours = open_hours(1)
    hours.add(rows_of(("M001", 1.1, 2), ("M001", 2.1, 3)), 0.0)
    hours.add(rows_of(("M001", 0.1, 1)), 5.0)
    assert hours.over(12.0) == []
    assert hours.over(15.0) == [HOUR, HOUR + 1]


def test_what_becomes_of_readings_is_told() -> None:
    """Used, thinned, late, or of nobody who is judged."""
    hours = open_hours(1)
    first = hours.add(rows_of(("M001", 0.0, 1), ("M001", 0.01, 2), ("M001", 0.5, 3), ("M999", 0.1, 1)), 0.0)
    assert +first == {"used": 2, "thinned": 1, "unknown": 1}
    again = hours.add(rows_of(("M001", 0.001, 4)), 1.0)
    assert +again == {"thinned": 1}
    hours.take_out(HOUR)
    late = hours.add(rows_of(("M001", 0.7, 4), ("M001", 1.7, 5)), 2.0)
    assert +late == {"late": 1, "used": 1}


@given(
    parts=st.lists(
        st.lists(st.tuples(st.sampled_from(MACHINES[:3]), st.integers(0, 3599)), min_size=1, max_size=20),
        min_size=1,
        max_size=5,
    )
)
def test_the_order_of_objects_does_not_matter(parts: list[list[tuple[str, int]]]) -> None:
    """Whatever object comes first, the same readings are used: of each machine the last of each two minutes."""
    numbered = [
        [(name, second / 3600, 10_000 * number + place) for place, (name, second) in enumerate(part)]
        for number, part in enumerate(parts)
    ]
    forth, back = open_hours(3), open_hours(3)
    for part in numbered:
        forth.add(rows_of(*part), 0.0)
    for part in reversed(numbered):
        back.add(rows_of(*part), 0.0)

    assert forth.rows(HOUR).sort_by("seq").equals(back.rows(HOUR).sort_by("seq"))
    slots = {(name, second // PACE_S) for part in parts for name, second in part}
    assert forth.rows(HOUR).num_rows == len(slots)


@pytest.mark.parametrize(("last", "judged"), [(COVERED_S, True), (COVERED_S - 60, False)])
def test_who_said_little_of_an_hour_is_not_judged_by_it(last: float, judged: bool) -> None:
    """Half an hour must lie between the first and the last reading."""
    rows = rows_of(("M001", 0.0, 1), ("M001", last / 3600, 2), ("M002", 0.0, 1), ("M002", 0.9, 2))

    assert set(readings_of(rows)) == ({"M001", "M002"} if judged else {"M002"})
