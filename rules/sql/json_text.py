"""JSON in and out without losing a digit.

Numbers with a fraction become Decimals of 34 digits; whole numbers stay whole. Writing is compact, as AWS
IoT writes, and done here because Python's own writer cannot write a Decimal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from json.encoder import encode_basestring as _quote
from typing import Final, NoReturn

from rules.sql.errors import EvaluationError
from rules.sql.values import CONTEXT, DIGITS, MAX_NESTING, Marker, Value, WrittenDecimal

MAX_JSON: Final = 1 << 24
"""Characters of JSON that one array may become; a hundred times what a message may have."""

_FEW: Final = 16


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _bounded_digits(digits: str) -> Decimal:
    return CONTEXT.create_decimal(digits)


_DECODER: Final = json.JSONDecoder(parse_float=CONTEXT.create_decimal, parse_constant=_refuse_constant)
_PATIENT_DECODER: Final = json.JSONDecoder(
    parse_float=CONTEXT.create_decimal, parse_int=_bounded_digits, parse_constant=_refuse_constant
)


def decode(data: bytes | str) -> Value:
    """The value that a JSON text stands for.

    Raises:
        ValueError: the bytes are not UTF-8, not JSON, or nested deeper than any message may be.

    Example:
        >>> decode(b'{"celsius": 54.98}')
        {'celsius': Decimal('54.98')}
    """
    # Strict UTF-8: json.loads would guess at UTF-16 and UTF-32 too.
    text = data if isinstance(data, str) else data.decode("utf-8")
    try:
        value = _decoded(text)
    except (RecursionError, ArithmeticError) as error:
        raise ValueError("a number or the nesting is beyond what a message may hold") from error
    # Counting is far cheaper than walking, and settles it for nearly every message.
    if text.count("[") + text.count("{") > MAX_NESTING and _too_deep(value):
        raise ValueError(f"nested deeper than {MAX_NESTING} levels")
    return value


def _decoded(text: str) -> Value:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        # Python refuses to make an int of more than 4,300 digits; 34 of them are all that count here.
        return _PATIENT_DECODER.decode(text)


def _too_deep(value: Value) -> bool:
    level = _containers([value])
    for _ in range(MAX_NESTING):
        level = [
            child for parent in level for child in _containers(parent.values() if isinstance(parent, dict) else parent)
        ]
    return bool(level)


def _containers(values: Iterable[Value]) -> list[Value]:
    return [value for value in values if isinstance(value, list | dict)]


def dumps(result: Value) -> bytes:
    """The bytes that an action receives for the result of a statement.

    Raw bytes pass through, Undefined alone is nothing at all, everything else is compact JSON.

    Example:
        >>> dumps({"celsius": Decimal("10.0"), "line": "A"})
        b'{"celsius":10,"line":"A"}'
    """
    if isinstance(result, bytes):
        return result
    if isinstance(result, Marker):
        return b""
    try:
        # A lone surrogate has no UTF-8 form; Java, whose encoder AWS uses, writes a question mark too.
        return to_json(result).encode("utf-8", "replace")
    except RecursionError as error:
        raise EvaluationError("The result nests too deeply to be written as JSON.") from error


def to_json(value: Value) -> str:
    """The compact JSON text of a value."""
    return _WRITERS[type(value)](value)


def decimal_text(number: Decimal) -> str:
    """A number as AWS IoT writes it: whole ones without a point, no needless zeros.

    Example:
        >>> [decimal_text(Decimal(text)) for text in ("10.0", "2.50", "1E3", "5E-12")]
        ['10', '2.5', '1000', '5E-12']
    """
    text = str(number)
    # Python chooses the scientific form for small and for padded numbers; only the first shall keep it.
    if "E" in text:
        short = number.normalize(CONTEXT)
        is_plain = 0 <= short.adjusted() < DIGITS and short == short.to_integral_value()
        return f"{short:f}" if is_plain else str(short)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _written_text(number: Decimal) -> str:
    # Java's BigDecimal has no zero below zero.
    return str(number.copy_abs() if number.is_zero() else number)


def _array_text(items: list[Value]) -> str:
    # Short arrays cannot grow the result much, and a list is faster than a generator.
    if len(items) > _FEW:
        return "[" + ",".join(_counted(_WRITERS[type(item)](item) for item in items)) + "]"
    return "[" + ",".join([_WRITERS[type(item)](item) for item in items]) + "]"


def _object_text(pairs: dict[str, Value]) -> str:
    texts = [f"{_quote(key)}:{_WRITERS[type(item)](item)}" for key, item in pairs.items()]
    return "{" + ",".join(texts) + "}"


def _counted(texts: Iterable[str]) -> Iterator[str]:
    """The texts themselves, up to the size that any result may have.

    A sub-select can put the same large value into an array thousands of times, which costs nothing until it
    is written.
    """
    size = 0
    for text in texts:
        size += len(text)
        if size > MAX_JSON:
            raise EvaluationError(f"The result is longer than {MAX_JSON} characters.")
        yield text


_WRITERS: Final[dict[type, Callable[[Value], str]]] = {
    str: _quote,
    int: str,
    Decimal: decimal_text,
    WrittenDecimal: _written_text,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    list: _array_text,
    dict: _object_text,
}
