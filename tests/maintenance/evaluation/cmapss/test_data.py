"""NASA's files, as published and spoilt."""

import shutil
from pathlib import Path

import pytest

from maintenance.errors import DataError
from maintenance.evaluation.cmapss.data import read_subset

DATA = Path(__file__).parents[1] / "data" / "cmapss"


def test_the_engines_are_read_in_their_order():
    """Lengths and first values as they stand in the excerpt; a test engine is not there to its end."""
    data = read_subset(DATA, "FD001")

    assert [len(engine.sensors) for engine in data.train] == [147, 128, 137, 147, 137, 135]
    assert [len(engine.sensors) for engine in data.test] == [31, 39, 37, 34]
    assert data.test_rul.tolist() == [112.0, 111.0, 142.0, 118.0]
    assert data.test[0].settings[0].tolist() == [0.0023, 0.0003, 100.0]
    assert (data.test[0].sensors[0, 0], data.test[0].sensors[0, -1]) == (518.67, 23.3735)


@pytest.mark.parametrize(
    ("name", "spoil", "told"),
    [
        ("train_FD001.txt", lambda text: text.replace("518.67", "", 1), r"train_FD001.txt, line 1: 26 columns .* 25"),
        ("train_FD001.txt", lambda text: text.replace("518.67", "hot", 1), "line 1: column 6 'hot' is not a number"),
        ("train_FD001.txt", lambda text: text[text.index("\n") + 1 :], "line 1: flight 2 of engine 24 is not flight 1"),
        ("test_FD001.txt", lambda _: "\n", "the file is empty"),
        ("RUL_FD001.txt", lambda text: text + "7\n", "4 engines are tested, here are 5 of them"),
        ("RUL_FD001.txt", lambda text: text.replace("112", "-1"), "RUL_FD001.txt, line 1: RUL -1 is negative"),
    ],
)
def test_a_malformed_file_is_told_by_its_line(tmp_path, name, spoil, told):
    """Whoever gave the file finds the spot."""
    shutil.copytree(DATA, tmp_path / "data")
    (tmp_path / "data" / name).write_text(spoil((DATA / name).read_text()))

    with pytest.raises(DataError, match=told):
        read_subset(tmp_path / "data", "FD001")


def test_a_set_that_is_not_there_is_told_by_the_file():
    """FD003 is not among the excerpts."""
    with pytest.raises(DataError, match=r"there is neither train_FD003.txt nor train_FD003.txt.gz"):
        read_subset(DATA, "FD003")
