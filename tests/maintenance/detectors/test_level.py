"""The detector of one signal: what it finds, what it leaves alone, and how much it remembers."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from maintenance.detectors.level import LevelDetector

HOUR_S, DAY_H = 3600.0, 24


def _days(days: int, seed: int = 1) -> np.ndarray:
    """Hourly readings: a day between 65 and 75, and noise."""
    hours = np.arange(days * DAY_H)
    return 70 + 5 * np.sin(2 * math.pi * hours / DAY_H) + np.random.default_rng(seed).normal(size=len(hours))


def _alarms(values: np.ndarray, detector: LevelDetector | None = None) -> list[int]:
    judge = detector or LevelDetector()
    return [hour for hour, value in enumerate(values) if judge.score_one(HOUR_S * hour, float(value)).alarm]


def test_days_like_any_other_give_no_alarm():
    """Three months of the same: silence."""
    assert _alarms(_days(90)) == []


@pytest.mark.parametrize("shift", [-40.0, 40.0])
def test_a_level_that_shifts_gives_one_alarm_within_hours(shift):
    """However long it stays away, it is one event."""
    values = _days(60)
    values[50 * DAY_H :] += shift

    alarms = _alarms(values[: 55 * DAY_H])

    assert len(alarms) == 1
    assert 0 <= alarms[0] - 50 * DAY_H <= 3


def test_a_second_event_after_a_quiet_day_gives_an_alarm_of_its_own():
    """Two excursions of six hours, three days apart."""
    values = _days(60)
    values[50 * DAY_H : 50 * DAY_H + 6] += 60
    values[53 * DAY_H : 53 * DAY_H + 6] += 60

    assert [hour // DAY_H for hour in _alarms(values)] == [50, 53]


def test_it_says_nothing_before_it_has_learned():
    """A week of past and the day that is kept out of it are needed."""
    values = _days(8)
    values[6 * DAY_H :] += 500

    assert _alarms(values) == []


@settings(max_examples=20, deadline=None)
@given(factor=st.floats(0.01, 100.0), offset=st.floats(-1000.0, 1000.0))
def test_the_unit_makes_no_difference(factor, offset):
    """°C or °F: the same alarms."""
    values = _days(40)
    values[35 * DAY_H :] += 60

    assert _alarms(values * factor + offset) == _alarms(values)


def test_silence_and_a_clock_set_back_do_no_harm():
    """NaN and infinity are passed over; an hour that comes twice, as in autumn, changes no later verdict."""
    detector = LevelDetector()
    values = _days(30)
    for hour, value in enumerate(values):
        detector.score_one(HOUR_S * hour, float(value))
    detector.score_one(HOUR_S * 700, 70.0)
    silent = [detector.score_one(HOUR_S * 720, value) for value in (math.nan, math.inf, -math.inf)]

    assert [(verdict.score, verdict.alarm) for verdict in silent] == [(0.0, False)] * 3
    assert detector.score_one(HOUR_S * 721, 70.0).score < 4.0


def test_memory_is_bounded_whatever_the_rate_of_readings():
    """A reading a minute for forty days: four weeks and a day of hourly samples are kept, and not one more."""
    detector = LevelDetector()
    for minute in range(40 * DAY_H * 60):
        detector.score_one(60.0 * minute, 70.0 + minute % 7)

    assert len(detector._past) == 28 * DAY_H
    assert len(detector._recent) == DAY_H


def _made_up(seed: int) -> tuple[int, np.ndarray, list[tuple[int, int]]]:
    """A series like those on which the settings were chosen: readings a day, values, and rows of its events.

    A daily cycle, noise that hangs together and has heavy tails, slow drift, and two to four shifts of three to nine
    standard deviations that last from hours to two days.
    """
    random = np.random.default_rng(seed)
    a_day = int(random.choice([24, 288]))
    rows = a_day * int(random.integers(60, 90))
    day = random.uniform(0, 3) * np.sin(2 * np.pi * (np.arange(rows) / a_day + random.uniform()))
    near = np.exp(-1 / (a_day * random.uniform(0.05, 0.5)))
    heavy = random.standard_t(4, size=rows) * np.sqrt(1 - near**2) * random.uniform(0.5, 2) / math.sqrt(2)
    far = np.exp(-1 / (a_day * random.uniform(3, 15)))
    drift = random.normal(size=rows) * math.sqrt(2 / (a_day * 8)) * random.uniform(0.5, 2)
    values = day + lfilter([1], [1, -near], heavy) + lfilter([1], [1, -far], drift)
    values += random.normal(size=rows) * random.uniform(0.1, 0.6)
    events: list[tuple[int, int]] = []
    spread, wide = values.std(), int(0.1 * rows / 4)
    for start in np.sort(random.uniform(0.25, 0.9, size=int(random.integers(2, 5))) * rows).astype(int):
        if events and start - wide <= events[-1][1]:
            continue
        ramp, lasts = int(a_day * random.uniform(0.02, 0.5)), int(a_day * random.uniform(0.1, 1.5))
        rise = np.minimum(np.arange(lasts + 2 * ramp) / max(ramp, 1), 1.0)
        shape = np.minimum(rise, rise[::-1]) * random.choice([-1, 1]) * random.uniform(3, 9) * spread
        values[start : start + len(shape)] += shape[: rows - start]
        events.append((int(start), int(start + wide)))
    return a_day, values, events


def test_the_settings_hold_on_series_that_they_were_not_chosen_on():
    """Ten new made-up series: nine of ten events found, and not more than one false alarm a series."""
    found = events = false_alarms = 0
    for seed in range(90_000, 90_010):
        a_day, values, windows = _made_up(seed)
        detector = LevelDetector()
        verdicts = (detector.score_one(86400.0 / a_day * row, float(value)) for row, value in enumerate(values))
        alarms = [row for row, verdict in enumerate(verdicts) if verdict.alarm]
        events += len(windows)
        found += sum(any(begin <= row <= end for row in alarms) for begin, end in windows)
        false_alarms += sum(not any(begin <= row <= end for begin, end in windows) for row in alarms)

    assert events >= 20
    assert found >= 0.9 * events
    assert false_alarms <= 10
