"""Objects of the archive and beside it."""

import base64
import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.audit.core import Stretch
from factory.audit.rows import UnreadableObjectError, archived_rows, set_aside_rows


def _line(device_id: object, run: object, seq: object) -> bytes:
    return json.dumps({"device_id": device_id, "run": run, "seq": seq}).encode()


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 2), st.integers(1, 20))))
def test_stretches_hold_every_row_in_its_order(rows: list[tuple[str, int, int]]) -> None:
    """Compressed or not, the stretches of each run spell out its rows in order."""
    content = gzip.compress(b"\n".join(_line(*row) for row in rows))
    found = archived_rows(content)
    assert found == archived_rows(gzip.decompress(content))
    for key in {row[:2] for row in rows}:
        spelled = [seq for *who, first, last in found.stretches if tuple(who) == key for seq in range(first, last + 1)]
        assert spelled == [row[2] for row in rows if row[:2] == key]


@pytest.mark.parametrize(
    "row", [b"[]", b"17", _line("A", True, 1), _line("A", 1, 0), _line(7, 1, 1), _line("A", 1, None)]
)
def test_rows_without_a_number_are_counted(row: bytes) -> None:
    """A row that names no machine, run and number is told, not swallowed."""
    assert archived_rows(row)[1:] == (1, 1)


@pytest.mark.parametrize(
    "content", [b"\x1f\x8bbroken", gzip.compress(b"{}", mtime=0)[:-6], _line("A", 1, 1) + b"\n{broken"]
)
def test_a_broken_object_is_an_error(content: bytes) -> None:
    """An object that cannot be read to its end is not half read."""
    with pytest.raises(UnreadableObjectError):
        archived_rows(content)


def _record(payload: bytes, key: str = "payload_base64") -> bytes:
    return json.dumps({"topic": "t", "reason": "r", key: base64.b64encode(payload).decode()}, indent=1).encode()


@pytest.mark.parametrize("key", ["payload_base64", "base64OriginalPayload"])
def test_a_message_set_aside_keeps_its_number(key: str) -> None:
    """A record over several lines, ours or AWS's, leads to the message that it was made of."""
    assert set_aside_rows(_record(_line("A", 1, 7), key)).stretches == [Stretch("A", 1, 7, 7)]


@given(st.binary(max_size=50))
def test_a_record_of_garbage_is_counted_without_a_number(payload: bytes) -> None:
    """Whatever lies in quarantine is counted, even where it is no JSON."""
    assert set_aside_rows(_record(payload))[1:] == (1, 1)
