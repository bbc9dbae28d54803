"""The benchmark's layout and protocol, on files made up in the same form."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from maintenance.errors import DataError
from maintenance.evaluation.skab.data import read_experiments
from maintenance.evaluation.skab.evaluate import evaluate_skab, outlier_scores

SENSORS = (
    "Accelerometer1RMS",
    "Accelerometer2RMS",
    "Current",
    "Pressure",
    "Temperature",
    "Thermocouple",
    "Voltage",
    "Volume Flow RateRMS",
)
ROWS, BEGIN, END = 1100, 570, 970


def _experiment(path: Path, seed: int) -> None:
    """A pump for 1,100 seconds; from 570 to 970 a valve is half closed: less flow, more vibration and current."""
    random = np.random.default_rng(seed)
    usual = np.array([0.027, 0.040, 1.1, 0.05, 79.5, 26.0, 230.0, 32.0])
    noise = np.array([0.0003, 0.0006, 0.25, 0.3, 0.1, 0.01, 12.0, 0.4])
    values = usual + noise * random.normal(size=(ROWS, len(SENSORS)))
    values[BEGIN:END] += noise * np.array([2, 2, 1, 0, 0, 0, 0, -6])
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        file.write(";".join(["datetime", *SENSORS, "anomaly", "changepoint"]) + "\n")
        for row, reading in enumerate(values):
            told = [f"{value:.6g}" for value in reading]
            label = "1.0" if BEGIN <= row < END else "0.0"
            change = "1.0" if row in (BEGIN, END) else "0.0"
            file.write(";".join([f"2020-03-09 10:{row // 60:02d}:{row % 60:02d}", *told, label, change]) + "\n")


@pytest.fixture
def benchmark(tmp_path) -> Path:
    """Four experiments in three folders, and a file without anomalies that nobody is to score."""
    for number, folder in enumerate(("valve1", "valve1", "valve2", "other")):
        _experiment(tmp_path / "data" / folder / f"{number}.csv", number)
    (tmp_path / "data" / "anomaly-free").mkdir()
    (tmp_path / "data" / "anomaly-free" / "anomaly-free.csv").write_text("datetime;Current\n2020-02-08 13:30:47;1.0\n")
    return tmp_path / "data"


def test_the_layout_is_read(benchmark):
    """Eight sensors a row; labels are no sensors; the folder without anomalies is left out."""
    experiments = read_experiments(benchmark)

    assert [experiment.name for experiment in experiments] == [
        "other/3.csv",
        "valve1/0.csv",
        "valve1/1.csv",
        "valve2/2.csv",
    ]
    assert experiments[0].values.shape == (ROWS, 8)
    assert int(experiments[0].anomalous.sum()) == END - BEGIN
    assert [experiment.name for experiment in read_experiments(benchmark.parent)] == [each.name for each in experiments]


def test_gzipped_files_are_read_and_what_others_left_behind_is_not(benchmark):
    """A file that lies there both ways counts once; macOS puts ._1.csv into archives, Jupyter keeps copies."""
    before = read_experiments(benchmark)
    first, second = benchmark / "valve1" / "0.csv", benchmark / "valve1" / "1.csv"
    for path in (first, second):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    first.unlink()
    for left in (".ipynb_checkpoints/0-checkpoint.csv", "__MACOSX/._0.csv", "valve1/._0.csv", "valve1/0.csv.orig"):
        (benchmark / left).parent.mkdir(exist_ok=True)
        (benchmark / left).write_bytes(second.read_bytes())

    after = read_experiments(benchmark)

    assert [experiment.name.removesuffix(".gz") for experiment in after] == [experiment.name for experiment in before]
    for one, other in zip(after, before, strict=True):
        np.testing.assert_array_equal(one.values, other.values)


def test_a_half_closed_valve_is_found(benchmark):
    """Flow falls by six of its standard deviations: far better than flagging everything, with few false alarms."""
    result = evaluate_skab(benchmark)

    assert result.scores.f1 > 0.9 > result.baselines["flag everything"].f1
    assert result.scores.far_percent < 10
    assert result.scores.mar_percent < 5
    assert set(result.by_folder) == {"other", "valve1", "valve2"}


def test_baselines_are_those_of_their_definition(benchmark):
    """By hand: 400 of 1,100 rows are anomalous, all flagged: F1 = 2 * 400 / (400 + 1100), later 800 / (400 + 700)."""
    result = evaluate_skab(benchmark)

    everything = result.baselines["flag everything"]
    assert everything.f1 == pytest.approx(800 / 1500)
    assert (everything.far_percent, everything.mar_percent) == (100.0, 0.0)
    assert result.baselines["flag nothing"].f1 == 0.0
    assert result.baselines_after_training["flag everything"].f1 == pytest.approx(800 / 1100)


def test_scores_are_pooled_over_files():
    """By hand: 1 hit, 1 miss, 2 false of 6 normal rows: F1 = 2/(2+1+2), FAR 2/6, MAR 1/2."""
    anomalous = [np.array([True, False, False, False]), np.array([True, False, False, False])]
    flagged = [np.array([True, True, True, False]), np.array([False, False, False, False])]

    scores = outlier_scores(anomalous, flagged)

    assert scores.f1 == pytest.approx(0.4)
    assert scores.far_percent == pytest.approx(100 / 3)
    assert scores.mar_percent == pytest.approx(50.0)


def test_labels_are_not_looked_at(benchmark):
    """With all labels turned around the same rows are flagged: misses become false alarms."""
    before = evaluate_skab(benchmark).scores
    for path in benchmark.rglob("[0-9].csv"):
        text = path.read_text().replace(";0.0;", ";x;").replace(";1.0;", ";0.0;").replace(";x;", ";1.0;")
        path.write_text(text)

    after = evaluate_skab(benchmark).scores

    assert after.mar_percent == pytest.approx(100 - before.far_percent)
    assert after.far_percent == pytest.approx(100 - before.mar_percent)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("anomaly;", "abnormal;", "line 1: the column 'anomaly' is missing"),
        (";0.0;0.0\n", ";2;0.0\n", "line 2: anomaly 2 is neither 0 nor 1"),
        (";0.0;0.0\n", ";0.0\n", "line 2: 11 fields are needed, here are 10"),
        ("10:00:00;", "10:00:00;broken", "line 2: Accelerometer1RMS 'broken"),
    ],
)
def test_a_malformed_file_is_told_by_its_line(benchmark, old, new, told):
    """Whoever gave the file finds the spot."""
    path = benchmark / "valve1" / "0.csv"
    path.write_text(path.read_text().replace(old, new, 1))

    with pytest.raises(DataError, match=told):
        evaluate_skab(benchmark)


def test_what_cannot_be_learned_from_is_told(benchmark, tmp_path):
    """A file of 400 rows leaves none to judge; a directory without experiments is not the benchmark's."""
    path = benchmark / "valve1" / "0.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:401]))

    with pytest.raises(DataError, match="more than 400 rows are needed to learn from the first of them, here are 400"):
        evaluate_skab(benchmark)
    with pytest.raises(DataError, match="there is no experiment in this directory"):
        evaluate_skab(benchmark / "anomaly-free")
    with pytest.raises(DataError, match="there is no such directory"):
        evaluate_skab(tmp_path / "none")
