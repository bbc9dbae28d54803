"""Text files as others publish them, and as they come broken."""

import gzip

import pytest

from maintenance.errors import DataError
from maintenance.evaluation.reading import find, lines, number_of, table


def test_a_gzipped_file_is_as_good_as_a_plain_one(tmp_path):
    """The plain one first, where both are there; line ends and byte-order marks are nobody's business."""
    with gzip.open(tmp_path / "a.txt.gz", "wt", encoding="utf-8-sig", newline="") as file:
        file.write("one\r\ntwo\n")

    assert find(tmp_path, "a.txt") == tmp_path / "a.txt.gz"
    assert list(lines(tmp_path / "a.txt.gz")) == [(1, "one"), (2, "two")]
    (tmp_path / "a.txt").write_text("three")
    assert list(lines(find(tmp_path, "a.txt"))) == [(1, "three")]


def test_what_is_not_there_is_told(tmp_path):
    """A directory, or a file in it."""
    with pytest.raises(DataError, match="there is no such directory"):
        find(tmp_path / "none", "a.txt")
    with pytest.raises(DataError, match=r"there is neither a.txt nor a.txt.gz"):
        find(tmp_path, "a.txt")


@pytest.mark.parametrize("content", [b"\xff\xfe\xfa", b"one\ntwo\n\xff"])
def test_what_is_no_text_is_told(tmp_path, content):
    """Not a traceback of a codec."""
    (tmp_path / "a.txt").write_bytes(content)

    with pytest.raises(DataError, match=r"a.txt, line \d: this cannot be read as text"):
        list(lines(tmp_path / "a.txt"))


def test_a_broken_gzip_is_told(tmp_path):
    """A download that ended too early."""
    whole = gzip.compress(b"one\n" * 10_000)
    (tmp_path / "a.txt.gz").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(DataError, match="this cannot be read as text"):
        list(lines(tmp_path / "a.txt.gz"))


def test_a_spoilt_gzip_is_told(tmp_path):
    """A byte that is wrong in its middle, which zlib tells and not gzip."""
    spoilt = bytearray(gzip.compress(bytes(range(1, 128)) * 100))
    spoilt[10] = 0xFF  # the first block's type becomes 3, which RFC 1951 reserves as an error
    (tmp_path / "a.txt.gz").write_bytes(spoilt)

    with pytest.raises(DataError, match="this cannot be read as text"):
        list(lines(tmp_path / "a.txt.gz"))


def test_what_is_no_csv_is_told_by_its_line(tmp_path):
    """Python's reader takes fields of 131,072 characters at most: a file of another kind may have longer ones."""
    (tmp_path / "a.csv").write_text("a,b\n1," + "2" * 131_073 + "\n")

    with pytest.raises(DataError, match=r"a\.csv, line 2: this is not a line of CSV"):
        list(table(tmp_path / "a.csv", ("a",)))


def test_rows_come_with_their_lines_and_blank_lines_count(tmp_path):
    """Whoever looks with an editor finds the same number."""
    (tmp_path / "a.csv").write_text("a;b\n\n1;2\n3;4\n")

    assert list(table(tmp_path / "a.csv", ("a",), delimiter=";")) == [
        (3, {"a": "1", "b": "2"}),
        (4, {"a": "3", "b": "4"}),
    ]


@pytest.mark.parametrize("text", ["", "x", "nan", "inf", "1,5"])
def test_only_finite_numbers_are_numbers(tmp_path, text):
    """NaN would spoil every score without a word."""
    with pytest.raises(DataError, match="is not a number"):
        number_of(text, "value", tmp_path / "a.csv", 7)
