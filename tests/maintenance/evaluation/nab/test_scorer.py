"""The scorer against what the benchmark has published, and against its rules."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maintenance.evaluation.nab.scorer import PROFILES, nab_score, probation_rows, scaled_sigmoid

WINDOWS = json.loads((Path(__file__).parents[1] / "data" / "nab" / "combined_windows.json").read_text())
STANDARD, LOW_FALSE_ALARMS, LOW_MISSES = PROFILES

# results/random/random_{standard,reward_low_FP_rate}_scores.csv of numenta/NAB at commit 0cc871b: the detector that
# tells random.uniform(0, 1) after random.seed(42), with the thresholds of config/thresholds.json. Series of 4,032 rows
# from 2014-04-01, five minutes apart. That version divided by 0.98661 where the scaled sigmoid at -1 is meant, so they
# agree to five digits.
PUBLISHED = [
    ("art_daily_flatmiddle", 0.0741341263404, -0.0358770441146),
    ("art_daily_jumpsdown", 0.196325077281, 0.0862822826708),
    ("art_daily_jumpsup", 0.196325077281, 0.0862822826708),
    ("art_daily_nojump", 0.196325077281, 0.0862822826708),
    ("art_increase_spike_density", 0.00613664035665, -0.0979095597522),
    ("art_load_balancer_spikes", 0.154259160419, 0.044237022275),
]


def _windows(name: str, moments: list[datetime]) -> list[tuple[int, int]]:
    return [
        (moments.index(datetime.fromisoformat(left)), moments.index(datetime.fromisoformat(right)))
        for left, right in WINDOWS[name]
    ]


def _random_detector(rows: int) -> np.ndarray:
    generator = random.Random(42)  # noqa: S311 - the published detector's own generator
    return np.array([generator.uniform(0, 1) for _ in range(rows)])


@pytest.mark.parametrize(("name", "standard", "low_false_alarms"), PUBLISHED)
def test_the_random_detector_gets_its_published_score(name, standard, low_false_alarms):
    """Scores of a detector that anybody can run again, file by file."""
    moments = [datetime(2014, 4, 1) + timedelta(minutes=5 * row) for row in range(4032)]
    windows = _windows(f"artificialWithAnomaly/{name}.csv", moments)
    told = _random_detector(4032)

    assert nab_score(told >= 0.998449707031, windows, STANDARD).raw == pytest.approx(standard, abs=1e-5)
    assert nab_score(told >= 0.99951171875, windows, LOW_FALSE_ALARMS).raw == pytest.approx(low_false_alarms, abs=1e-5)


def test_a_window_is_worth_what_the_position_of_its_first_alarm_is():
    """By hand: alarm at row 51 of 100: y = -(99 - 50 + 1)/100 = -0.5, so S(-0.5)/S(-1) = 0.84828/0.98661."""
    alarms = np.zeros(1000, dtype=bool)
    alarms[[550, 560]] = True

    assert nab_score(alarms, [(500, 599)]).raw == pytest.approx(0.84828 / 0.98661, abs=1e-5)


def test_a_false_alarm_costs_the_less_the_sooner_it_follows_a_window():
    """By hand: 0.11 S(y), y rows past the right edge by width - 1; -0.11 before any window and three widths after."""
    windows = [(500, 599)]

    def cost(row: int) -> float:
        alarms = np.zeros(1000, dtype=bool)
        alarms[row] = True
        return nab_score(alarms, windows).raw + 1.0

    assert cost(400) == pytest.approx(-0.11)
    assert cost(698) == pytest.approx(-0.11 * 0.98661, abs=1e-5)
    assert cost(599 + 3 * 99) == pytest.approx(-0.11)
    assert -0.11 < cost(601) < 0.0


def test_alarms_and_windows_in_the_probation_do_not_count():
    """The first 15 % are for learning, 750 rows at most: the benchmark's rule."""
    alarms = np.zeros(1000, dtype=bool)
    alarms[:150] = True

    assert probation_rows(1000) == 150
    assert probation_rows(100_000) == 750
    assert nab_score(alarms, [(500, 599)]).raw == -1.0
    assert nab_score(alarms, [(100, 140), (500, 599)]).windows == 1


@pytest.mark.parametrize(("profile", "null"), [(STANDARD, -4.0), (LOW_FALSE_ALARMS, -4.0), (LOW_MISSES, -8.0)])
def test_silence_gets_0_and_perfection_100(profile, null):
    """Four windows: the null detector loses each, twice as much if misses weigh double; the perfect one gains each."""
    windows = [(300, 350), (400, 450), (600, 650), (800, 850)]
    perfect = np.zeros(1000, dtype=bool)
    perfect[[left for left, _ in windows]] = True

    silent = nab_score(np.zeros(1000, dtype=bool), windows, profile)

    assert (silent.raw, silent.normalised) == (null, 0.0)
    assert nab_score(perfect, windows, profile).normalised == pytest.approx(100.0)


@given(position=st.floats(-1.0, 10.0), later=st.floats(0.0, 5.0))
def test_the_later_an_alarm_the_less_it_is_worth(position, later):
    """The scaled sigmoid never grows, and stays between -1 and 1."""
    assert -1.0 <= scaled_sigmoid(position + later) <= scaled_sigmoid(position) + 1e-12 <= 1.0


@given(rows=st.sets(st.integers(0, 999), max_size=40))
def test_one_more_false_alarm_never_helps(rows):
    """Whatever a detector says, an alarm outside all windows before the first of them costs 0.11."""
    alarms = np.zeros(1000, dtype=bool)
    alarms[[row for row in rows if row != 200]] = True
    more = alarms.copy()
    more[200] = True

    assert nab_score(more, [(500, 599)]).raw == pytest.approx(nab_score(alarms, [(500, 599)]).raw - 0.11)
