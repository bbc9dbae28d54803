"""What the endpoint answers is checked before it is believed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from maintenance.fleet.endpoint import PAUSE_S, Endpoint, EndpointError, Unjudged, Verdict, answers_in
from maintenance.sentences import FleetReading

READING = FleetReading("VHC001", datetime(2026, 1, 2, tzinfo=UTC), engine_temp_c=90.0)


def body(*predictions: Any) -> bytes:
    """A response."""
    return json.dumps({"predictions": predictions}).encode()


def test_verdicts_and_rows_that_cannot_be_judged() -> None:
    """In the order of the rows."""
    verdict = {"prediction": "NEGATIVE", "probability": 0.1, "model": "fleet", "version": 7}

    assert [Verdict("NEGATIVE", 0.1, (), "fleet", "7"), Unjudged("The model cannot judge it: odd", again=False)] == (
        answers_in(body(verdict, {"error": "odd"}), 2)
    )


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"[]",
        b'{"predictions": 1}',
        body(),
        body({"prediction": "POSITIVE", "probability": 0.9}, {"prediction": "POSITIVE", "probability": 0.9}),
        body({"prediction": "UNKNOWN", "probability": 0.0}),
        body({"prediction": "POSITIVE", "probability": 1.1}),
        body({"prediction": "POSITIVE", "probability": float("nan")}),
        body({"prediction": "POSITIVE"}),
        body("POSITIVE"),
        b'{"predictions": [{"prediction": "POSITIVE", "probability": 1%s}]}' % (b"0" * 400),
        b"[" * 100_000,
    ],
)
def test_answers_that_are_none(response: bytes) -> None:
    """Too few, too many, another word, a probability that is none: the endpoint failed."""
    with pytest.raises(EndpointError):
        answers_in(response, 1)


def test_numbers_that_dynamodb_has_not_are_left_out() -> None:
    """A contribution that is no number does not spoil the verdict."""
    told = [{"signal": "a", "contribution": float("inf")}, {"signal": "b", "contribution": -2}]
    told.append({"signal": "c", "contribution": 1e127})

    (verdict,) = answers_in(body({"prediction": "POSITIVE", "probability": 1, "explanation": told}), 1)

    assert ({"signal": "b", "contribution": -2.0},) == verdict.explanation  # type: ignore[union-attr]


def test_a_models_long_reason_is_cut() -> None:
    """It stands in an item, a dead letter and a log line."""
    (answer,) = answers_in(body({"error": "x" * 100_000}), 1)

    assert 300 == len(answer.reason)  # type: ignore[union-attr]


class _Failing:
    def __init__(self) -> None:
        self.asked = 0

    def invoke_endpoint(self, **_: object) -> Any:
        self.asked += 1
        raise OSError("refused")


def test_an_endpoint_that_failed_is_left_alone_for_a_while() -> None:
    """Thousands of readings do not wait for it one after the other; afterwards it is asked again."""
    client, clock = _Failing(), [0.0]
    endpoint = Endpoint(client, "fleet", lambda: clock[0])  # type: ignore[arg-type]

    for moment in (0.0, PAUSE_S - 0.1, PAUSE_S + 0.1):
        clock[0] = moment
        (answer,) = endpoint.judge([READING])
        assert Unjudged("The endpoint fleet does not answer: refused.", again=True) == answer

    assert 2 == client.asked


def test_an_endpoint_that_hangs_is_left_alone_for_as_long() -> None:
    """Whoever waited 40 s for nothing does not let the next ones wait 3 s later."""
    clock = [0.0]

    class Hanging(_Failing):
        def invoke_endpoint(self, **about: object) -> Any:
            clock[0] += 40.0
            return super().invoke_endpoint(**about)

    client = Hanging()
    endpoint = Endpoint(client, "fleet", lambda: clock[0])  # type: ignore[arg-type]
    endpoint.judge([READING])

    for moment, asked in ((79.9, 1), (80.1, 2)):
        clock[0] = moment
        endpoint.judge([READING])
        assert asked == client.asked
