"""Every case of the files in ``iotsql/`` as a test of its own; the README beside it explains the fields."""

from __future__ import annotations

import base64
import json
import math
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rules import sql

VECTORS = [
    json.loads(line)
    for file in sorted((Path(__file__).parent / "iotsql").glob("*.jsonl"))
    # Not splitlines(), which would also cut at other line ends inside of texts.
    for line in file.read_text(encoding="utf-8").split("\n")
    if line
]


class _RecordedServices:
    """Answers look-ups from the context of a case, and remembers what it was asked."""

    def __init__(self, context: dict[str, Any]) -> None:
        self.context = context
        self.calls: list[dict[str, Any]] = []

    def invoke_lambda(self, arn: str, payload: Any) -> Any:
        self.calls.append({"lambda": payload})
        return self.context["lambda"][arn]["response"]

    def dynamodb_item(self, table: str, key: Any, role: str) -> Any:
        self.calls.append({"dynamodb": key})
        entry = self.context["dynamodb"][table]
        if "error" in entry:
            raise LookupError(entry["error"])
        return entry["item"] if entry["key"] == key else None

    def registry(self, api: str, thing: str, role: str) -> Any:
        return self.context["registry"][api][thing]

    def secret(self, secret_id: str, role: str) -> Any:
        entry = self.context["secrets"][secret_id]
        binary = entry.get("SecretBinary_base64")
        return entry if binary is None else {"SecretBinary": base64.b64decode(binary)}

    def thing_shadow(self, thing: str, shadow_name: str | None, role: str) -> Any:
        return self.context["shadows"][thing][shadow_name or ""]

    def predict(self, model: str, role: str, record: Any) -> Any:
        self.calls.append({"ml_record": record})
        return self.context["ml"][model]

    def s3_object(self, bucket: str, key: str) -> bytes:
        return base64.b64decode(self.context["s3"][f"{bucket}/{key}"])


def _message_of(vector: dict[str, Any]) -> sql.Message:
    context = vector.get("context") or {}
    mqtt5 = context.get("mqtt5") or {}
    correlation = mqtt5.get("correlation_data_base64")
    return sql.Message(
        topic=vector["topic"],
        payload=_payload_of(vector),
        account_id=context.get("accountid"),
        client_id=context.get("clientid"),
        principal=context.get("principal"),
        source_ip=context.get("sourceip"),
        trace_id=context.get("traceid"),
        protocol=context.get("protocol", "mqtt"),
        timestamp=context.get("timestamp"),
        rule_name=context.get("rule_name"),
        content_type=mqtt5.get("content_type"),
        payload_format_indicator=mqtt5.get("payload_format_indicator"),
        response_topic=mqtt5.get("response_topic"),
        correlation_data=None if correlation is None else base64.b64decode(correlation),
        user_properties=[tuple(pair) for pair in mqtt5.get("user_properties", [])],
    )


def _payload_of(vector: dict[str, Any]) -> bytes:
    if "payload_base64" in vector:
        return base64.b64decode(vector["payload_base64"])
    return json.dumps(vector["payload"]).encode()


def _same(expected: Any, got: Any, tolerance: float | None, exact: bool) -> bool:
    """JSON equality: numbers by value, objects unordered, booleans never numbers."""
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, int | float) and isinstance(got, int | float | Decimal):
        if exact:
            return Decimal(str(expected)) == Decimal(str(got))
        return math.isclose(expected, got, rel_tol=1e-12, abs_tol=tolerance or 0)
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(
            _same(item, got[key], tolerance, exact) for key, item in expected.items()
        )
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(
            _same(item, other, tolerance, exact) for item, other in zip(expected, got, strict=True)
        )
    return type(expected) is type(got) and expected == got


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_vector(vector: dict[str, Any]) -> None:
    """The statement does with the message what the guide says."""
    version = vector.get("sql_version", "2016-03-23")
    if vector.get("expect_error"):
        with pytest.raises(sql.SqlError):
            sql.compile(vector["sql"], version=version)
        return
    statement = sql.compile(vector["sql"], version=version)
    services = _RecordedServices(vector.get("context") or {})
    if vector.get("expect_no_match"):
        _assert_no_match(vector, statement, services)
        return

    result = statement.evaluate(_message_of(vector), services)

    assert result is not sql.NO_MATCH
    if "template" in vector:
        _assert_template(vector, statement.render(vector["template"], _message_of(vector), services))
    else:
        _assert_result(vector, sql.dumps(result))
    _assert_calls(vector, services)


def _assert_no_match(vector: dict[str, Any], statement: sql.Statement, services: _RecordedServices) -> None:
    if vector.get("no_match_reason"):
        with pytest.raises(sql.EvaluationError):
            statement.evaluate(_message_of(vector), services)
    else:
        assert statement.evaluate(_message_of(vector), services) is sql.NO_MATCH


def _assert_template(vector: dict[str, Any], text: str) -> None:
    if "expected_template_regex" in vector:
        assert re.search(vector["expected_template_regex"], text)
    elif "expected_template_not" in vector:
        assert text != vector["expected_template_not"]
    elif vector.get("compare") == "numeric":
        assert Decimal(text) == Decimal(vector["expected_template"])
    else:
        assert text == vector["expected_template"]


def _assert_result(vector: dict[str, Any], data: bytes) -> None:
    if "expected_raw_base64" in vector:
        assert data == base64.b64decode(vector["expected_raw_base64"])
        return
    got = json.loads(data, parse_float=Decimal if vector.get("exact") else float)
    for key in vector.get("expect_undefined", []):
        assert key not in got
    for key, pattern in vector.get("expect_regex", {}).items():
        assert re.search(pattern, str(got[key]))
    for key, (low, high) in vector.get("expect_range", {}).items():
        assert low <= got[key] <= high
    if "expected" in vector and not vector.get("nondeterministic"):
        readings = [vector["expected"], *vector.get("alternatives", [])]
        tolerance, exact = vector.get("tolerance"), vector.get("exact", False)
        assert any(_same(reading, got, tolerance, exact) for reading in readings), (readings, got)
    assert vector.get("expected_text") in (None, data.decode())
    _assert_types(vector, data)


def _assert_types(vector: dict[str, Any], data: bytes) -> None:
    if vector.get("ambiguous"):
        return
    for key, kind in vector.get("expect_type", {}).items():
        written = json.loads(data, parse_float=lambda _: "Decimal", parse_int=lambda _: "Int")[key]
        assert written == kind


def _assert_calls(vector: dict[str, Any], services: _RecordedServices) -> None:
    seen = json.loads(json.dumps(services.calls, default=float))
    for call in vector.get("expect_calls", []):
        assert call in seen
