"""Lines of objects, whatever is in them."""

from __future__ import annotations

import gzip
import io

from hypothesis import given
from hypothesis import strategies as st

from maintenance.fleet.lines import MOST_BYTES, Line, lines_of


def read(content: bytes) -> list[Line]:
    """The lines of an object."""
    return list(lines_of(io.BytesIO(content)))


def test_ends_blank_lines_and_marks() -> None:
    """CRLF and LF end a line, blank lines are left out but counted, a byte order mark is not part of a line."""
    assert [(1, "one"), (3, "two"), (4, "three")] == [
        (line.number, line.text) for line in read(b"\xef\xbb\xbfone\r\n \r\ntwo\nthree")
    ]


def test_gzip_is_known_by_its_bytes() -> None:
    """Whatever the object is called, and also as two members one behind the other."""
    assert ["one", "two"] == [line.text for line in read(gzip.compress(b"one\n") + gzip.compress(b"two\n"))]


def test_gzip_that_breaks_off() -> None:
    """What was read stays, and the break is told."""
    packed = gzip.compress(b"".join(b"line %d\n" % number for number in range(10_000)))

    *read_before, last = read(packed[: len(packed) // 2])

    assert "line 0" == read_before[0].text
    assert last.problem is not None
    assert "gzip is broken" in last.problem or "broken from here on" in last.problem


def test_a_line_that_is_too_long() -> None:
    """It is told as one line, and what follows is read."""
    long, after = read(b"x" * (3 * MOST_BYTES) + b"\nafter")

    assert (1, f"it has more than {MOST_BYTES} bytes") == (long.number, long.problem)
    assert (2, "after", None) == after


def test_a_line_that_is_not_utf_8() -> None:
    """It is told with its bytes, and what follows is read."""
    wrong, after = read(b"caf\xe9\nafter")

    assert ("caf\\xe9", True) == (wrong.text, "not UTF-8" in (wrong.problem or ""))
    assert "after" == after.text


def test_an_empty_object() -> None:
    """It has no lines, packed or not."""
    assert [] == read(b"")
    assert [] == read(gzip.compress(b""))


@given(st.binary(max_size=400))
def test_any_bytes(content: bytes) -> None:
    """Whatever lies in an object, lines come out in order and nothing is raised, packed or not."""
    for each in (content, gzip.compress(content), b"\x1f\x8b" + content):
        numbers = [line.number for line in read(each)]
        assert numbers == sorted(set(numbers))
