"""Reads protobuf messages with the descriptors that ``protoc --descriptor_set_out`` writes.

Own code instead of Google's package, since reading is a small part of protobuf: the wire format (the
"Encoding" page of protobuf.dev) has five kinds of fields, and a descriptor is itself such a message. Fields
keep the names of the ``.proto`` file, enums become their names and bytes become base64; fields that the sender
left out stay out. 64-bit numbers stay numbers, as the language holds them exactly.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias

from rules.sql.conversions import from_python
from rules.sql.values import MAX_NESTING, UNDEFINED, Value

Raw: TypeAlias = int | bytes
"""A field as it travels: a number, or bytes whose meaning the descriptor knows."""

VARINT, FIXED64, BYTES, GROUP, GROUP_END, FIXED32 = 0, 1, 2, 3, 4, 5
_REPEATED: Final = 3
_BOOL, _STRING, _GROUP, _MESSAGE, _BYTES, _ENUM = 8, 9, 10, 11, 12, 14


class ProtobufError(ValueError):
    """Bytes that are not the message they are said to be."""


@dataclass(slots=True)
class Field:
    """A field of a message type."""

    name: str
    kind: int
    repeated: bool
    type_name: str


@dataclass(slots=True)
class MessageType:
    """A message type: its fields by number."""

    fields: dict[int, Field] = field(default_factory=dict)
    is_map_entry: bool = False


@dataclass(slots=True)
class Types:
    """All types of a descriptor set, by their full name with a dot in front."""

    messages: dict[str, MessageType] = field(default_factory=dict)
    enums: dict[str, dict[int, str]] = field(default_factory=dict)
    packages: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=64)
def message_reader(descriptor: bytes, file: str, message: str) -> Callable[[bytes], Value]:
    """The reader of one message type.

    Args:
        descriptor: the descriptor set.
        file: the ``.proto`` file that declares the message, with or without its ending.
        message: the name of the message, with or without its package.

    Raises:
        ProtobufError: the descriptor is broken, or has no such message.
    """
    types = _types(descriptor)
    package = types.packages.get(f"{file.removesuffix('.proto')}.proto")
    if package is None:
        raise ProtobufError(f"there is no file {file!r} in the descriptor")
    for name in (f".{message}", f"{package}.{message}"):
        if name in types.messages:
            return lambda data: _object(data, name, types, 0)
    raise ProtobufError(f"{file!r} declares no such message")


# ---- the wire


def _pairs(data: bytes) -> Iterator[tuple[int, int, Raw]]:
    """The fields of a message in order: number, kind on the wire, content."""
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        kind = key & 7
        if kind == VARINT:
            value, position = _varint(data, position)
            yield key >> 3, kind, value
            continue
        if kind == GROUP:
            end, after = _group_end(data, position)
            yield key >> 3, kind, data[position:end]
            position = after
            continue
        size, position = _size(data, position, kind)
        if position + size > len(data):
            raise ProtobufError("the bytes end inside a field")
        yield key >> 3, kind, data[position : position + size]
        position += size


def _group_end(data: bytes, position: int) -> tuple[int, int]:
    """Where the group that starts here ends, and what follows its end begins; groups may hold groups."""
    depth = 1
    while position < len(data):
        start = position
        key, position = _varint(data, position)
        kind = key & 7
        depth += (kind == GROUP) - (kind == GROUP_END)
        if depth == 0:
            return start, position
        if kind == VARINT:
            _, position = _varint(data, position)
        elif kind not in (GROUP, GROUP_END):
            size, position = _size(data, position, kind)
            position += size
    raise ProtobufError("a group never ends")


def _size(data: bytes, position: int, kind: int) -> tuple[int, int]:
    if kind == BYTES:
        return _varint(data, position)
    if kind not in (FIXED32, FIXED64):
        raise ProtobufError(f"{kind} is no kind of field")
    return (4 if kind == FIXED32 else 8), position


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    # Ten bytes of seven bits hold the longest number; an eleventh is an attack or a mistake.
    while position < len(data) and shift < 70:
        byte = data[position]
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value & (1 << 64) - 1, position
        shift += 7
    raise ProtobufError("a number never ends")


# ---- descriptors, whose numbers stand in google/protobuf/descriptor.proto


def _types(descriptor: bytes) -> Types:
    types = Types()
    for data in _all(descriptor, 1):
        package = _text(data, 2)
        prefix = f".{package}" if package else ""
        types.packages[_text(data, 1)] = prefix
        _declare(types, prefix, _all(data, 4), _all(data, 5), 0)
    return types


def _declare(types: Types, prefix: str, messages: list[bytes], enums: list[bytes], depth: int) -> None:
    if depth > MAX_NESTING:
        raise ProtobufError(f"the descriptor nests deeper than {MAX_NESTING} levels")
    for data in enums:
        values = {_number(value, 2): _text(value, 1) for value in _all(data, 2)}
        types.enums[f"{prefix}.{_text(data, 1)}"] = values
    for data in messages:
        name = f"{prefix}.{_text(data, 1)}"
        fields = {_number(item, 3): _field(item) for item in _all(data, 2)}
        types.messages[name] = MessageType(fields, any(_number(item, 7) for item in _all(data, 7)))
        _declare(types, name, _all(data, 3), _all(data, 4), depth + 1)


def _field(data: bytes) -> Field:
    return Field(_text(data, 1), _number(data, 5), _number(data, 4) == _REPEATED, _text(data, 6))


def _all(data: bytes, number: int) -> list[bytes]:
    return [value for found, _, value in _pairs(data) if found == number and isinstance(value, bytes)]


def _text(data: bytes, number: int) -> str:
    return (_all(data, number) or [b""])[-1].decode("utf-8", "replace")


def _number(data: bytes, number: int) -> int:
    values = [value for found, _, value in _pairs(data) if found == number and isinstance(value, int)]
    return _signed(values[-1], 64) if values else 0


# ---- messages


def _object(data: bytes, name: str, types: Types, depth: int) -> dict[str, Value]:
    if depth > MAX_NESTING:
        raise ProtobufError(f"the message nests deeper than {MAX_NESTING} levels")
    declared = types.messages[name]
    result: dict[str, Value] = {}
    messages: dict[int, bytes] = {}
    for number, wire, raw in _pairs(data):
        item = declared.fields.get(number)
        if item is None or not _fits(item, wire):
            continue
        if _is_lone_message(item, types):
            # A message that comes in pieces is one; it keeps the place of its first piece.
            messages[number] = messages.get(number, b"") + bytes(raw)
            result.setdefault(item.name, None)
        else:
            _keep(result, item, wire, raw, types, depth)
    for number, raw in messages.items():
        item = declared.fields[number]
        result[item.name] = _object(raw, item.type_name, types, depth + 1)
    return result


def _fits(item: Field, wire: int) -> bool:
    """Whether a field travels as it is declared; if not, it belongs to another version of the message."""
    return wire == _WIRES.get(item.kind, VARINT) or (wire == BYTES and item.repeated and item.kind not in _NEVER_PACKED)


_WIRES: Final = {1: FIXED64, 6: FIXED64, 16: FIXED64, 2: FIXED32, 7: FIXED32, 15: FIXED32} | {
    _STRING: BYTES,
    _MESSAGE: BYTES,
    _BYTES: BYTES,
    _GROUP: GROUP,
}
_NEVER_PACKED: Final = frozenset((_STRING, _MESSAGE, _BYTES, _GROUP))


def _is_lone_message(item: Field, types: Types) -> bool:
    return item.kind in (_MESSAGE, _GROUP) and not item.repeated and item.type_name in types.messages


def _keep(result: dict[str, Value], item: Field, wire: int, raw: Raw, types: Types, depth: int) -> None:
    parts = [_value(part, item, types, depth) for part in _unpacked(item, wire, raw)]
    values = [value for value in parts if value is not UNDEFINED]
    entry = types.messages.get(item.type_name) if item.kind == _MESSAGE else None
    # A map travels as a list of pairs, each a message with a key and a value.
    if entry is not None and entry.is_map_entry:
        result.setdefault(item.name, {}).update(_pair_of(value, entry, types) for value in values)
    elif item.repeated:
        result.setdefault(item.name, []).extend(values)
    elif values:
        result[item.name] = values[-1]


def _pair_of(found: dict[str, Value], entry: MessageType, types: Types) -> tuple[str, Value]:
    """The key and the value of a map's entry, either of which is left out where it is its type's zero."""
    key, value = (found.get(item.name, _zero(item, types)) for item in (_entry_part(entry, 1), _entry_part(entry, 2)))
    return (str(key).lower() if isinstance(key, bool) else str(key)), value


def _entry_part(entry: MessageType, number: int) -> Field:
    if number not in entry.fields:
        raise ProtobufError("the descriptor has a map without key or value")
    return entry.fields[number]


def _zero(item: Field, types: Types) -> Value:
    if item.kind == _ENUM:
        return types.enums.get(item.type_name, {}).get(0, 0)
    return {_STRING: "", _BYTES: "", _MESSAGE: {}, _BOOL: False}.get(item.kind, 0)


def _unpacked(item: Field, wire: int, raw: Raw) -> list[Raw]:
    """The values of a field; repeated numbers may travel together in one run of bytes."""
    # Texts, bytes and messages travel as bytes themselves, and are never run together.
    if wire != BYTES or item.kind in _NEVER_PACKED or not isinstance(raw, bytes):
        return [raw]
    size = _FIXED_SIZES.get(item.kind)
    if size:
        return [raw[start : start + size] for start in range(0, len(raw), size)]
    values: list[Raw] = []
    position = 0
    while position < len(raw):
        value, position = _varint(raw, position)
        values.append(value)
    return values


def _value(raw: Raw, item: Field, types: Types, depth: int) -> Value:
    if item.kind in (_MESSAGE, _GROUP) and isinstance(raw, bytes) and item.type_name in types.messages:
        return _object(raw, item.type_name, types, depth + 1)
    if item.kind == _ENUM and isinstance(raw, int):
        number = _signed(raw, 32)
        return types.enums.get(item.type_name, {}).get(number, number)
    read = _SCALARS.get(item.kind)
    if read is None:
        raise ProtobufError(f"the field {item.name!r} is of kind {item.kind}, which is not read here")
    try:
        return from_python(read(raw))
    except (TypeError, ValueError, AttributeError, struct.error) as error:
        raise ProtobufError(f"the field {item.name!r} does not hold what it should") from error


def _signed(value: int, bits: int) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def _zigzag(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def _fixed(layout: str) -> Callable[[Raw], object]:
    return lambda raw: struct.unpack(layout, bytes(raw) if isinstance(raw, bytes) else b"")[0]


def _float(raw: Raw) -> float:
    """The 32-bit number as the fewest digits that mean it: its nearest double would show sixteen."""
    value: float = struct.unpack("<f", raw)[0]  # type: ignore[arg-type]  # a number raises struct.error
    shown = (float(f"{value:.{digits}g}") for digits in (6, 7, 8))
    return next((number for number in shown if abs(number) < _MAX_FLOAT and struct.pack("<f", number) == raw), value)


# What rounds to a larger 32-bit number than there is cannot be packed.
_MAX_FLOAT: Final = 3.4028235e38


_SCALARS: Final[dict[int, Callable[..., object]]] = {
    1: _fixed("<d"),
    2: _float,
    3: lambda raw: _signed(raw, 64),
    4: int,
    5: lambda raw: _signed(raw, 32),
    6: _fixed("<Q"),
    7: _fixed("<I"),
    8: bool,
    9: lambda raw: raw.decode("utf-8"),
    12: lambda raw: base64.b64encode(raw).decode("ascii"),
    13: int,
    15: _fixed("<i"),
    16: _fixed("<q"),
    17: _zigzag,
    18: _zigzag,
}

_FIXED_SIZES: Final = {1: 8, 2: 4, 6: 8, 7: 4, 15: 4, 16: 8}
