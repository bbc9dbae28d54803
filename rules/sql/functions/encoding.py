"""Functions that take payloads in and out of base64 and protobuf."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from rules.sql.conversions import to_text
from rules.sql.errors import EvaluationError
from rules.sql.functions.external import look_up
from rules.sql.functions.registry import defined, function
from rules.sql.json_text import decode as decode_json
from rules.sql.json_text import to_json
from rules.sql.protobuf import ProtobufError, message_reader
from rules.sql.run import Run
from rules.sql.values import UNDEFINED, Value, bounded_text

MAX_PROTOBUF: Final = 128 * 1024
MAX_DESCRIPTOR: Final = 32 * 1024


@function("encode", takes=(defined, to_text), fixed=(1,), raw_star=True, literal=(1,))
def encode(value: Value, scheme: str) -> Value:
    """The text of a value, or the very bytes of a payload, in base64.

    Example:
        >>> encode({"a": 1}, "base64")
        'eyJhIjoxfQ=='
    """
    data = value if isinstance(value, bytes) else _utf8(to_text(value))
    if scheme != "base64" or data is UNDEFINED:
        return UNDEFINED
    return bounded_text(base64.b64encode(data).decode("ascii"))


def _utf8(text: Value) -> Value:
    return UNDEFINED if text is UNDEFINED else text.encode("utf-8", "replace")


@function(
    "decode",
    takes=(defined, to_text, to_text, to_text, to_text, to_text),
    optional=4,
    style="run",
    fixed=(1,),
    raw_star=True,
    literal=(1,),
)
def decode(run: Run, value: Value, scheme: str, *source: str) -> Value:
    """What base64 text stands for: a JSON value if it is one, else a string; Null for other text.

    With the scheme "proto" the source names a descriptor in S3 and a message in it.
    """
    if scheme == "proto":
        return _from_protobuf(run, value, *source) if len(source) == 4 else UNDEFINED
    if scheme != "base64" or source:
        return UNDEFINED
    data = _from_base64(value)
    return data if data is None or data is UNDEFINED else _json_or_text(data)


def _from_base64(value: Value) -> Value:
    # Bytes beyond ASCII are no base64; latin-1 keeps them, for the decoder to refuse.
    text = value.decode("latin-1") if isinstance(value, bytes) else to_text(value)
    if text is UNDEFINED:
        return UNDEFINED
    try:
        # Java's decoder takes text without its closing "=" too.
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _json_or_text(data: bytes) -> Value:
    try:
        return decode_json(data)
    except ValueError:
        pass
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _protobuf_bytes(value: Value) -> Value:
    if not isinstance(value, bytes):
        return _from_base64(value)
    # The guide: a payload is protobuf itself, or a JSON string that stands for it in base64.
    text = _json_or_text(value) if value.startswith(b'"') else None
    data = _from_base64(text) if isinstance(text, str) else None
    return value if data is None else data


def _from_protobuf(run: Run, value: Value, bucket: str, key: str, file: str, message: str) -> Value:
    data = _protobuf_bytes(value)
    if not isinstance(data, bytes):
        return UNDEFINED
    descriptor = look_up(run, "decode", lambda services: services.s3_object(bucket, key))
    if len(data) > MAX_PROTOBUF or len(descriptor) > MAX_DESCRIPTOR:
        raise EvaluationError(
            f"decode() takes {MAX_PROTOBUF} bytes of data and {MAX_DESCRIPTOR} of descriptor at most;"
            f" these are {len(data)} and {len(descriptor)}.",
            function="decode",
        )
    try:
        value = message_reader(bytes(descriptor), file, message)(data)
    except ProtobufError as error:
        raise EvaluationError(f"decode() cannot read {message!r}: {error}.", function="decode") from error
    # Packed numbers grow tenfold on their way to text.
    if len(to_json(value).encode("utf-8", "replace")) > MAX_PROTOBUF:
        raise EvaluationError(f"decode() makes more than {MAX_PROTOBUF} bytes of JSON.", function="decode")
    return value
