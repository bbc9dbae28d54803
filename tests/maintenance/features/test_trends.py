"""How machines have been over hours, days and weeks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from contracts.nameplates import nameplate
from maintenance.features import COLUMNS, FEATURES, Trends
from maintenance.features.arrays import Floats
from maintenance.features.trends import END_MM_S, LONG_H, RESOLVED_MM_S
from maintenance.features.windows import PLACE

PLATES = [nameplate("centrifugal_pump")] * 5


def hour(**columns: float | list[float]) -> Floats:
    """An hour of five pumps that work quietly, but for what is said."""
    rows = np.zeros((5, len(COLUMNS)))
    for name, value in ({"running": 1.0, "power": 0.8, "residual": 20.0} | columns).items():
        rows[:, PLACE[name]] = value
    return rows


def told(trends: Trends, feature: str, machine: int = 0) -> float:
    """One feature of a machine."""
    return float(trends.features()[machine, [column.name for column in FEATURES].index(feature)])


def test_each_feature_has_a_name_of_its_own() -> None:
    """Names are not used twice, and there is a number for each."""
    assert len({column.name for column in FEATURES}) == len(FEATURES)
    assert Trends(PLATES).features().shape == (5, len(FEATURES))


def test_a_warm_hall_is_taken_away() -> None:
    """All machines get 7 K warmer: none is over the hall, whose air has risen by 7 K."""
    trends = Trends(PLATES)
    for _ in range(30):
        trends.push(hour())
    trends.push(hour(residual=27.0))

    assert told(trends, "over_hall_1h") == pytest.approx(0.0)
    assert told(trends, "hall_past_1d") == pytest.approx(7.0)


def test_one_warm_machine_stands_out() -> None:
    """One of five machines gets 7 K warmer: the median of the plant stays, so the 7 K are its own."""
    trends = Trends(PLATES)
    for _ in range(30):
        trends.push(hour())
    trends.push(hour(residual=[27.0, 20.0, 20.0, 20.0, 20.0]))

    assert told(trends, "over_hall_past_1d", 0) == pytest.approx(7.0)
    assert told(trends, "over_hall_past_1d", 1) == pytest.approx(0.0)


def test_three_machines_have_no_hall() -> None:
    """With so few the median is one of them: nothing is taken away."""
    trends = Trends(PLATES[:3])
    trends.push(hour(residual=25.0)[:3])

    assert math.isnan(told(trends, "hall_1h"))
    assert told(trends, "over_hall_1h") == pytest.approx(25.0)


def test_a_fault_that_was_is_not_what_is_usual() -> None:
    """Ten hours of a fault within the last three days leave the median as it was."""
    trends = Trends(PLATES)
    for number in range(72):
        trends.push(hour(vibration=5.0 if 40 <= number < 50 else 1.0))

    assert told(trends, "vibration_past_3d") == pytest.approx(0.0)


def test_the_past_ends_with_a_long_repair() -> None:
    """Three hours of repair: what the machine was before is no longer its own past, and its age begins anew."""
    trends = Trends(PLATES)
    for _ in range(48):
        trends.push(hour(excess=9.0))
    for _ in range(3):
        trends.push(hour(running=0.0, down=1.0, excess=math.nan))
    for _ in range(10):
        trends.push(hour(excess=0.0))

    assert told(trends, "since_repair") == 10.0
    assert told(trends, "added") == pytest.approx(0.0)
    assert told(trends, "excess_past_7d") == pytest.approx(0.0)


def test_a_short_stop_ends_nothing() -> None:
    """Changing a filter takes an hour, and the past goes on."""
    trends = Trends(PLATES)
    for _ in range(24):
        trends.push(hour(vibration=1.0))
    trends.push(hour(running=0.0, down=1.0))
    trends.push(hour(vibration=3.0))

    assert math.isnan(told(trends, "since_repair"))
    assert told(trends, "vibration_past_1d") == pytest.approx(2.0)


def test_what_wear_adds_and_its_index() -> None:
    """4 mm²/s² over a machine whose own level is 0 are 2 mm/s; the index is ln(1 + 2 / 0.12)."""
    trends = Trends(PLATES)
    for _ in range(72):
        trends.push(hour(excess=0.0))
    for _ in range(24):
        trends.push(hour(excess=4.0))

    assert told(trends, "added") == pytest.approx(2.0)
    assert told(trends, "wear_index") == pytest.approx(math.log1p(2.0 / RESOLVED_MM_S))


def test_a_straight_line_points_at_the_end() -> None:
    """An index that grows by 0.1 a day since a repair is at the limit when it says so."""
    trends, days = Trends(PLATES), 20
    for _ in range(3):
        trends.push(hour(running=0.0, down=1.0, excess=math.nan))
    for number in range(days * 24):
        added = RESOLVED_MM_S * math.expm1(0.1 * number / 24)
        trends.push(hour(excess=added**2))
    index = told(trends, "wear_index")
    left_h = 24 * (math.log1p(END_MM_S / RESOLVED_MM_S) - index) / 0.1

    # The index is that of a day's mean energy, which makes the line bend a little: 5 % in time.
    assert math.exp(told(trends, "to_limit")) == pytest.approx(left_h, rel=0.05)
    assert told(trends, "wear_index_7d") == pytest.approx(0.1, rel=0.05)


def test_silence_is_remembered_as_silence() -> None:
    """Skipping hours is the same as pushing hours without a reading, however many."""
    skipped, pushed = Trends(PLATES), Trends(PLATES)
    for trends in (skipped, pushed):
        for _ in range(5):
            trends.push(hour(excess=1.0))
    skipped.skip(LONG_H + 40)
    for _ in range(LONG_H + 40):
        pushed.push(np.full((5, len(COLUMNS)), np.nan))

    assert np.array_equal(skipped.features(), pushed.features(), equal_nan=True)
