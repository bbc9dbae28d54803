"""Protobuf messages, written by hand from the encoding page of protobuf.dev."""

from __future__ import annotations

import contextlib
import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sql.protobuf import ProtobufError, message_reader


def varint(value: int) -> bytes:
    """A number in groups of seven bits, lowest first."""
    value &= (1 << 64) - 1
    groups = []
    while True:
        value, low = value >> 7, value & 127
        groups.append(low | (128 if value else 0))
        if not value:
            return bytes(groups)


def number(field: int, value: int) -> bytes:
    """A field that holds a number."""
    return varint(field << 3) + varint(value)


def packed(field: int, data: bytes | str) -> bytes:
    """A field that holds bytes."""
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def declared(name: str, place: int, kind: int, *, repeated: bool = False, type_name: str = "") -> bytes:
    """A field of a message in a descriptor."""
    label = 3 if repeated else 1
    return packed(2, packed(1, name) + number(3, place) + number(4, label) + number(5, kind) + packed(6, type_name))


ENTRY = packed(3, packed(1, "TagsEntry") + declared("key", 1, 9) + declared("value", 2, 5) + packed(7, number(7, 1)))
STATES_ENTRY = packed(
    3,
    packed(1, "StatesEntry")
    + declared("key", 1, 8)
    + declared("value", 2, 14, type_name=".line.State")
    + packed(7, number(7, 1)),
)
STATE = packed(
    5, packed(1, "State") + packed(2, packed(1, "IDLE") + number(2, 0)) + packed(2, packed(1, "RUN") + number(2, 1))
)
READING = packed(
    4,
    packed(1, "Reading")
    + declared("celsius", 1, 1)
    + declared("bar", 2, 2)
    + declared("offset", 3, 17)
    + declared("steps", 4, 5, repeated=True)
    + declared("state", 5, 14, type_name=".line.State")
    + declared("inner", 6, 11, type_name=".line.Reading")
    + declared("tags", 7, 11, repeated=True, type_name=".line.Reading.TagsEntry")
    + declared("raw", 8, 12)
    + declared("ok", 9, 8)
    + declared("delta", 10, 3)
    + declared("old", 11, 10, type_name=".line.Reading")
    + declared("states", 12, 11, repeated=True, type_name=".line.Reading.StatesEntry")
    + ENTRY
    + STATES_ENTRY,
)
DESCRIPTOR = packed(1, packed(1, "line.proto") + packed(2, "line") + READING + STATE)

READ = message_reader(DESCRIPTOR, "line", "Reading")


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"", {}),
        (varint(1 << 3 | 1) + struct.pack("<d", 54.98), {"celsius": Decimal("54.98")}),
        (varint(2 << 3 | 5) + struct.pack("<f", 0.1), {"bar": Decimal("0.1")}),
        (varint(1 << 3 | 1) + struct.pack("<d", float("nan")), {}),
        (number(3, 3), {"offset": -2}),
        (packed(4, b"\x03\x8e\x02\x9e\xa7\x05"), {"steps": [3, 270, 86942]}),
        (number(4, 1) + number(4, -1), {"steps": [1, -1]}),
        (number(5, 1), {"state": "RUN"}),
        (number(5, 7), {"state": 7}),
        (packed(6, number(3, 2)), {"inner": {"offset": 1}}),
        (packed(7, packed(1, "a") + number(2, 5)), {"tags": {"a": 5}}),
        (packed(8, b"\x00\x01"), {"raw": "AAE="}),
        (number(9, 1), {"ok": True}),
        (number(10, -5), {"delta": -5}),
        (number(99, 1), {}),
        # A start and an end in place of a length, which is how groups travel.
        (varint(11 << 3 | 3) + number(3, 2) + varint(11 << 3 | 4), {"old": {"offset": 1}}),
        (varint(99 << 3 | 3) + number(3, 2) + varint(99 << 3 | 4) + number(9, 1), {"ok": True}),
        # A message in two pieces is one ("Last One Wins" on the encoding page).
        (packed(6, number(3, 2)) + packed(6, number(9, 1)), {"inner": {"offset": 1, "ok": True}}),
        # Either half of an entry may be left out; it is zero then.
        (packed(7, b""), {"tags": {"": 0}}),
        (packed(12, b""), {"states": {"false": "IDLE"}}),
        # Text where a number is declared belongs to another version of the message.
        (packed(3, "text"), {}),
        # 16,777,216 is the first whole number behind which 32 bits leave gaps: eight digits.
        (varint(2 << 3 | 5) + struct.pack("<f", 16777216), {"bar": Decimal("16777216.0")}),
    ],
)
def test_fields_of_every_kind(data: bytes, value: object) -> None:
    """Numbers, runs of numbers, enums, inner messages, maps and bytes; unknown fields are skipped."""
    assert READ(data) == value


def test_names_with_and_without_package() -> None:
    """A message is found by either name, a file with or without its ending."""
    assert message_reader(DESCRIPTOR, "line.proto", "line.Reading")(number(9, 0)) == {"ok": False}


@pytest.mark.parametrize(
    ("descriptor", "file", "message"),
    [(DESCRIPTOR, "other", "Reading"), (DESCRIPTOR, "line", "Other"), (b"\xff", "line", "Reading")],
)
def test_missing_types_are_named(descriptor: bytes, file: str, message: str) -> None:
    """A wrong file, a wrong message and a broken descriptor are refused."""
    with pytest.raises(ProtobufError):
        message_reader(descriptor, file, message)


def test_endless_nesting_is_refused() -> None:
    """A message inside itself, again and again, does not exhaust the stack."""
    data = b""
    for _ in range(300):
        data = packed(6, data)

    with pytest.raises(ProtobufError, match="deeper"):
        READ(data)


@pytest.mark.parametrize("data", [varint(11 << 3 | 3), varint(4), b"\x0b" * 300, b"\x80", b"\x0a\x05a"])
def test_bytes_that_end_too_early(data: bytes) -> None:
    """Groups that never end, ends that close nothing, half numbers and half texts."""
    with pytest.raises(ProtobufError):
        READ(data)


@given(st.integers(0, len(DESCRIPTOR) - 1), st.integers(0, 255), st.binary(max_size=30))
def test_any_descriptor_is_read_or_refused(place: int, byte: int, data: bytes) -> None:
    """A single wrong byte in a descriptor does nothing else."""
    broken = DESCRIPTOR[:place] + bytes([byte]) + DESCRIPTOR[place + 1 :]
    with contextlib.suppress(ProtobufError):
        assert isinstance(message_reader(broken, "line", "Reading")(data), dict)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No bytes do anything else."""
    with contextlib.suppress(ProtobufError):
        assert isinstance(READ(data), dict)
