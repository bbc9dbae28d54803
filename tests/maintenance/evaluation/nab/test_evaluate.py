"""Detectors on the two temperatures, against figures that another program got."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from maintenance.evaluation.nab.evaluate import evaluate_nab, level_alarms, rolling_z_alarms
from maintenance.evaluation.nab.scorer import PROFILES, nab_score
from maintenance.evaluation.nab.series import FILES, Series, read_series

DATA = Path(__file__).parents[1] / "data" / "nab"
MACHINE = Path(__file__).parents[3] / "simulator" / "data" / "nab" / FILES[0]


@pytest.fixture(scope="module")
def directory(tmp_path_factory) -> Path:
    """Both series and their windows in one place."""
    place = tmp_path_factory.mktemp("nab")
    for path in (MACHINE, DATA / FILES[1], DATA / "combined_windows.json"):
        shutil.copyfile(path, place / path.name)
    return place


# An independent program by other hands, whose scorer reproduces 14 published per-file scores, got these raw scores and
# normalised ones (standard, reward_low_FP_rate, reward_low_FN_rate) for a causal rolling z-score with one alarm a day.
@pytest.mark.parametrize(
    ("name", "days", "threshold", "found", "false_alarms", "raw", "normalised"),
    [
        (FILES[0], 1, 3, 4, 31, -0.487, (43.9, 1.4, 62.6)),
        (FILES[0], 1, 6, 2, 3, -1.219, (34.8, 30.6, 39.8)),
        (FILES[1], 7, 4, 1, 2, -0.316, (42.1, 36.7, 44.7)),
    ],
)
def test_the_rolling_z_score_gets_what_an_independent_program_gave_it(
    directory, name, days, threshold, found, false_alarms, raw, normalised
):
    """Baseline and scorer together: windows found, false alarms, and scores by all three profiles."""
    series = read_series(directory, name)
    alarms = rolling_z_alarms(series, days, threshold)

    scores = [nab_score(alarms, series.windows, profile) for profile in PROFILES]

    assert (scores[0].found, scores[0].false_alarms) == (found, false_alarms)
    assert scores[0].raw == pytest.approx(raw, abs=5e-4)
    assert [score.normalised for score in scores] == pytest.approx(normalised, abs=0.05)


def test_our_detector_beats_silence_and_the_rolling_z_score_on_the_machine(directory):
    """The machine's temperature: a raw standard score above 0, with five false alarms at most."""
    results = {(result.series, result.detector): result.scores["standard"] for result in evaluate_nab(directory)}

    ours = results[FILES[0], "level"]
    assert ours.raw > 0 > results[FILES[0], "rolling z-score, 1 day"].raw
    assert ours.false_alarms <= 5
    assert results[FILES[0], "null"].raw == -4.0
    assert results[FILES[1], "null"].raw == -2.0


@pytest.mark.parametrize("rows", [0, 1, 2, 24])
def test_a_series_of_a_day_is_too_short_for_a_window_of_a_day(rows):
    """No reading, one, two, and a day of hours: silence instead of a failure."""
    series = Series("short", 3600.0 * np.arange(rows), np.arange(rows) ** 9.0, ())

    assert not rolling_z_alarms(series).any()


def test_no_alarm_depends_on_what_comes_later(directory):
    """Causal: the alarms of a part of the series are those of the whole."""
    series = read_series(directory, FILES[1])
    part = Series(series.name, series.time_s[:4000], series.values[:4000], ())

    np.testing.assert_array_equal(level_alarms(part), level_alarms(series)[:4000])
    np.testing.assert_array_equal(rolling_z_alarms(part), rolling_z_alarms(series)[:4000])
