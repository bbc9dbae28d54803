"""base64 and protobuf inside statements."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import sql
from rules.sql import UNDEFINED
from rules.sql.functions.encoding import decode, encode
from rules.sql.run import Run

RUN = Run(None)


class _Bucket:
    def __init__(self, data: bytes) -> None:
        self.data = data

    def s3_object(self, bucket: str, key: str) -> bytes:
        return self.data


def is_json(text: str) -> bool:
    """Whether a text is JSON, and so comes back as its value."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@given(st.text(st.characters(codec="utf-8")).filter(lambda text: not is_json(text)))
def test_text_survives_the_round_trip(text: str) -> None:
    """Text that is no JSON comes back as it went."""
    assert decode(RUN, encode(text, "base64"), "base64") == text


@given(st.binary())
def test_payloads_are_encoded_byte_by_byte(payload: bytes) -> None:
    """``*`` stands for the bytes of the message, JSON or not."""
    statement = sql.compile("SELECT VALUE encode(*, 'base64') FROM 't'")

    assert statement.evaluate(sql.Message(topic="t", payload=payload)) == base64.b64encode(payload).decode()


@pytest.mark.parametrize(
    ("value", "result"),
    [
        ("NQ==", 5),
        ("NQ", 5),
        ("eyJhIjoxLjV9", {"a": sql.json_text.decode(b"1.5")}),
        ("%%%", None),
        ("/w==", None),
        (None, UNDEFINED),
    ],
)
def test_decoding(value: Any, result: Any) -> None:
    """JSON if it is JSON, Null if it is nothing at all."""
    assert decode(RUN, value, "base64") == result


@pytest.mark.parametrize("arguments", [("hex",), ("base64", "a"), ("proto", "a"), ("proto", "a", "b", "c")])
def test_unknown_schemes_are_undefined(arguments: tuple[str, ...]) -> None:
    """There are two schemes, each with its own arguments."""
    assert decode(RUN, "NQ==", *arguments) is UNDEFINED
    assert encode("a", "hex") is UNDEFINED


@pytest.mark.parametrize(("descriptor", "problem"), [(b"", "no file"), (b"x" * 40_000, "descriptor")])
def test_protobuf_that_cannot_be_read_fails_the_rule(descriptor: bytes, problem: str) -> None:
    """A missing type and a descriptor above 32 KiB are mistakes of the rule."""
    statement = sql.compile("SELECT decode(*, 'proto', 'b', 'k', 'file', 'Message') AS r FROM 't'")
    services: Any = _Bucket(descriptor)

    with pytest.raises(sql.EvaluationError, match=problem):
        statement.evaluate(sql.Message(topic="t", payload=b"\x08\x01"), services)


# protoc's descriptor of `message Person { optional string name = 1; }` and two more fields, of the guide's example.
PERSON = base64.b64decode(
    "CoMBCgxwZXJzb24ucHJvdG8iawoGUGVyc29uEhcKBG5hbWUYASABKAlIAFIEbmFtZYgBARITCgJpZBgCIAEoBUgBUgJpZIgBARIZCgVlbWFp"
    "bBgDIAEoCUgCUgVlbWFpbIgBAUIHCgVfbmFtZUIFCgNfaWRCCAoGX2VtYWlsYgZwcm90bzM="
)


@pytest.mark.parametrize("payload", [b"\n\x03Ann", b'"CgNBbm4="', b'"\x02hi\n\x03Ann', b'"\x00\n\x03Ann"\x00'])
def test_a_payload_is_protobuf_or_a_json_string_of_its_base64(payload: bytes) -> None:
    """Protobuf whose first field happens to begin with a quote (field 4) is no JSON string."""
    statement = sql.compile("SELECT VALUE decode(*, 'proto', 'b', 'k', 'person', 'Person') FROM 't'")
    services: Any = _Bucket(PERSON)

    assert statement.evaluate(sql.Message(topic="t", payload=payload), services) == {"name": "Ann"}
