"""Files of the benchmark, as published and spoilt."""

import gzip
from pathlib import Path

import pytest

from maintenance.errors import DataError
from maintenance.evaluation.nab.series import read_series

DATA = Path(__file__).parents[1] / "data" / "nab"
AMBIENT = "ambient_temperature_system_failure.csv"


def test_the_ambient_temperature_is_read_with_its_windows():
    """7,267 rows, two windows of 363 rows each: 726 rows in all, as the benchmark's results count them (TP + FN)."""
    series = read_series(DATA, AMBIENT)

    assert len(series.values) == 7267
    assert sum(right - left + 1 for left, right in series.windows) == 726
    assert series.values[0] == 69.88083514


@pytest.mark.parametrize(("suffix", "packed"), [("", bytes), (".gz", gzip.compress)])
def test_the_layout_of_the_benchmark_s_repository_is_known(tmp_path, suffix, packed):
    """Data in data/realKnownCause/, windows in labels/, gzipped or not: nothing has to be moved."""
    (tmp_path / "data" / "realKnownCause").mkdir(parents=True)
    (tmp_path / "labels").mkdir()
    for folder, name in (("data/realKnownCause", AMBIENT), ("labels", "combined_windows.json")):
        (tmp_path / folder / f"{name}{suffix}").write_bytes(packed((DATA / name).read_bytes()))

    assert len(read_series(tmp_path, AMBIENT).windows) == 2


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda text: text.replace("value", "temperature", 1), "line 1: the column 'value' is missing"),
        (lambda text: text.replace("71.22022706", "warm"), "line 3: value 'warm' is not a number"),
        (lambda text: text.replace("71.22022706", "nan"), "line 3: value 'nan' is not a number"),
        (lambda text: text.replace(",71.22022706", ""), "line 3: 2 fields are needed, here are 1"),
        (lambda text: text.replace("2013-07-04 01:00:00", "noon"), "line 3: timestamp 'noon' is not a time"),
        (lambda text: text.replace("2013-12-15 07:00:00", "2013-12-15 07:30:00"), "where the series has no row"),
        (lambda _: "", "the file is empty"),
    ],
)
def test_a_malformed_file_is_told_by_its_line(tmp_path, spoil, told):
    """Whoever gave the file finds the spot."""
    (tmp_path / AMBIENT).write_text(spoil((DATA / AMBIENT).read_text()))
    (tmp_path / "combined_windows.json").write_bytes((DATA / "combined_windows.json").read_bytes())

    with pytest.raises(DataError, match=told):
        read_series(tmp_path, AMBIENT)


@pytest.mark.parametrize(
    ("windows", "told"),
    [
        ("{", "this is not JSON"),
        ("{}", "there are no windows of realKnownCause/ambient"),
        (f'{{"realKnownCause/{AMBIENT}": [["2013-12-15 07:00:00"]]}}', "there are no windows"),
        (f'{{"realKnownCause/{AMBIENT}": [["2013-12-16 07:00:00", "2013-12-15 07:00:00"]]}}', "not in order"),
    ],
)
def test_malformed_windows_are_told(tmp_path, windows, told):
    """The labels are data as well."""
    (tmp_path / AMBIENT).write_bytes((DATA / AMBIENT).read_bytes())
    (tmp_path / "combined_windows.json").write_text(windows)

    with pytest.raises(DataError, match=told):
        read_series(tmp_path, AMBIENT)
