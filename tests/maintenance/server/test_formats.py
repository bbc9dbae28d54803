"""Bodies to rows, verdicts to bodies."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from maintenance.models import Artifact
from maintenance.server.formats import RequestError, answer, answer_type, rows_of
from maintenance.server.rows import RowError

ZONE = ZoneInfo("Asia/Kolkata")


def rows(artifact: Artifact, body: str, content_type: str) -> list[Any]:
    """Rows of a body."""
    return list(rows_of(body.encode(), content_type, artifact.card, ZONE))


def test_the_same_reading_in_each_format_is_the_same_row(artifact: Artifact, reading: dict[str, Any]) -> None:
    """JSON, JSON lines and CSV."""
    as_csv = ",".join(reading) + "\r\n" + ",".join(str(value) for value in reading.values()) + "\r\n"
    assert rows(artifact, json.dumps({"instances": [reading]}), "application/json") == [reading]
    assert rows(artifact, json.dumps(reading) + "\n\n", "application/jsonlines") == [reading]
    assert rows(artifact, as_csv, "text/csv") == [{name: str(value) for name, value in reading.items()}]


def test_sentences_are_read_in_the_fleets_zone(artifact: Artifact, sentences: str) -> None:
    """22:47 in India is 17:17 UTC; blank lines are none; what cannot be read stands in its place; no status is kept."""
    first, second, third = rows(artifact, sentences, "text/plain")
    assert first["timestamp"].isoformat() == "2025-10-19T17:17:00+00:00"
    assert first["engine_temp_c"] == 124.0
    assert isinstance(second, RowError)
    assert third["engine_temp_c"] == 89.0
    assert "status" not in first


def test_a_broken_line_stands_in_its_place(artifact: Artifact) -> None:
    """Of JSON lines and of CSV."""
    some = rows(artifact, '{"a": 1}\n{"a": \n{"a": 3}', "application/jsonlines")
    assert [isinstance(row, RowError) for row in some] == [False, True, False]
    header = "timestamp,speed_kmph,engine_temp_c,gps_longitude"
    some = rows(artifact, f"{header}\n2026-01-02T00:00:00Z,1,2,3\n1,2\n", "text/csv")
    assert [isinstance(row, RowError) for row in some] == [False, True]


HEADER = b"timestamp,speed_kmph,engine_temp_c,gps_longitude\n"
GOOD = b"2026-01-02T00:00:00Z,1,90,79\n"


@pytest.mark.parametrize(
    ("lines", "broken"),
    [
        # RFC 4180: a quoted field ends at its second quote; one that is not ended would swallow the lines below.
        ([HEADER, GOOD, b'"2026"-01,1,90,79\n', GOOD], [False, True, False]),
        ([HEADER, GOOD, b'"2026-01-02T00:00:00Z,1,90,79\n', GOOD], [False, True, False]),
        ([HEADER, GOOD, b"2026-01-02T00:00:00Z,\xff,90,79\r\n", GOOD], [False, True, False]),
    ],
)
def test_a_broken_line_of_csv_costs_no_other(artifact: Artifact, lines: list[bytes], broken: list[bool]) -> None:
    """A stray quote or a byte that is no text is wrong in its own line alone."""
    told = rows_of(b"".join(lines), "text/csv", artifact.card, ZONE)
    assert [isinstance(row, RowError) for row in told] == broken


@pytest.mark.parametrize("noise", [b"\xff", "\u2028".encode(), b"\x0b", b"\x1c", "\x85".encode(), b"\r"])
@pytest.mark.parametrize("content_type", ["text/plain", "application/jsonlines"])
def test_a_line_ends_at_a_line_feed_and_nowhere_else(
    artifact: Artifact, sentences: str, noise: bytes, content_type: str
) -> None:
    """Whatever stands in a line, the verdicts of the lines below keep their places."""
    good = sentences.splitlines()[0].encode() if content_type == "text/plain" else b'{"a": 1}'
    told = rows_of(good + b"\nno" + noise + b"row\n" + good, content_type, artifact.card, ZONE)
    assert [isinstance(row, RowError) for row in told] == [False, True, False]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "told"),
    [
        (b"{", "application/json", 400, "not JSON"),
        (b"[" * 100_000, "application/json", 400, "not JSON"),
        (b"[1]", "application/json", 400, "no list of instances"),
        (b'{"instances": 1}', "application/json", 400, "no list of instances"),
        (b"\xff", "application/json", 400, "not UTF-8: byte 0"),
        (b"\xff\n", "text/csv", 400, "first line is not CSV"),
        (b'"a\n1\n', "text/csv", 400, "first line is not CSV"),
        (b"", "text/csv", 400, "body is empty"),
        (b"speed_kmph,timestamp\n1,2\n", "text/csv", 400, "no column engine_temp_c, gps_longitude"),
        (
            b"timestamp,speed_kmph,engine_temp_c,engine_temp_c,gps_longitude\n",
            "text/csv",
            400,
            "column engine_temp_c twice",
        ),
        (b"1\n" * 100_001, "application/jsonlines", 413, "100,001 rows, more than 100,000"),
        (b'{"instances": [1' + b",1" * 100_000 + b"]}", "application/json", 413, "100,001 rows"),
        (b"{}", "application/xml", 415, "application/xml is not known"),
        (b"{}", "", 415, r"\(none\) is not known"),
    ],
)
def test_a_body_that_is_not_what_it_says_is_refused_as_a_whole(
    artifact: Artifact, body: bytes, content_type: str, status: int, told: str
) -> None:
    """With the status that HTTP has for it."""
    with pytest.raises(RequestError, match=told) as refused:
        rows_of(body, content_type, artifact.card, ZONE)
    assert refused.value.status == status


def test_a_model_of_machines_takes_no_sentences(artifact: Artifact) -> None:
    """They tell of vehicles."""
    other = artifact.card.model_copy(update={"rows": "features"})
    with pytest.raises(RequestError, match="takes no sentences"):
        rows_of(b"device_id", "text/plain", other, ZONE)


@pytest.mark.parametrize(
    ("accept", "content_type", "expected"),
    [
        ("", "application/json", "application/json"),
        ("", "text/plain", "application/jsonlines"),
        ("*/*", "text/csv", "application/jsonlines"),
        ("application/json", "text/plain", "application/json"),
        ("application/jsonlines", "application/json", "application/jsonlines"),
        ("text/html, application/json;q=0.9", "text/csv", "application/json"),
    ],
)
def test_the_answer_is_what_is_accepted(accept: str, content_type: str, expected: str) -> None:
    """Else what goes with the request."""
    assert answer_type(accept, content_type) == expected


def test_what_cannot_be_given_is_refused() -> None:
    """406 is HTTP's word for it."""
    with pytest.raises(RequestError, match="text/html cannot be given") as refused:
        answer_type("text/html", "application/json")
    assert refused.value.status == 406


def test_answers_have_a_verdict_a_row() -> None:
    """In a list or a line each."""
    told = [{"prediction": "POSITIVE"}, {"error": "It is late."}]
    assert json.loads(answer(told, "application/json")) == {"predictions": told}
    assert [json.loads(line) for line in answer(told, "application/jsonlines").splitlines()] == told
