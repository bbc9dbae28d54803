"""Bodies of requests to rows, and verdicts to bodies of answers: JSON, JSON lines, CSV and the fleet's sentences."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from http import HTTPStatus
from typing import Any

from maintenance.errors import MaintenanceUsageError
from maintenance.models import ModelCard
from maintenance.sentences import SIGNAL_RANGES, SentenceError, parse_sentence
from maintenance.server.rows import Row, RowError, row_reader

JSON, JSON_LINES, CSV, TEXT = "application/json", "application/jsonlines", "text/csv", "text/plain"
ANSWERS = (JSON, JSON_LINES)


class RequestError(MaintenanceUsageError):
    """A request that cannot be answered at all.

    Attributes:
        status: what HTTP calls it.
    """

    def __init__(self, status: HTTPStatus, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status


def rows_of(body: bytes, content_type: str, card: ModelCard, zone: tzinfo) -> list[Row]:
    """The rows of a request; one that cannot be read stands in its place with the reason.

    Args:
        body: as it came.
        content_type: its media type, without parameters.
        card: of the model, for the columns it needs.
        zone: of the clocks in sentences.

    Raises:
        RequestError: the media type is not known, or the body as a whole is not what it says.
    """
    readers: Mapping[str, Callable[[str], list[Row]]] = {
        JSON: _from_json,
        JSON_LINES: _from_json_lines,
        CSV: lambda text: _from_csv(text, card),
        TEXT: lambda text: _from_sentences(text, card, zone),
    }
    if content_type not in readers:
        raise RequestError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Content-Type {content_type or '(none)'} is not known here.",
            remedy=f"Send one of {', '.join(readers)}.",
        )
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RequestError(HTTPStatus.BAD_REQUEST, f"The body is not UTF-8: byte {error.start}.") from None
    return readers[content_type](text)


def answer_type(accept: str, content_type: str) -> str:
    """Media type of the answer.

    Args:
        accept: the request's header; what is preferred stands first, as SageMaker's clients name only one.
        content_type: of the request: JSON is answered as JSON, and whatever has a row a line as JSON lines.

    Raises:
        RequestError: none of those that are accepted can be given.

    Example:
        >>> answer_type("*/*", "text/plain"), answer_type("application/json;q=0.9", "text/csv")
        ('application/jsonlines', 'application/json')
    """
    usual = JSON if content_type == JSON else JSON_LINES
    wanted = [part.partition(";")[0].strip().lower() for part in accept.split(",") if part.strip()] or ["*/*"]
    for one in wanted:
        if one in ANSWERS:
            return one
        if one in ("*/*", "application/*"):
            return usual
    raise RequestError(
        HTTPStatus.NOT_ACCEPTABLE, f"Accept {accept} cannot be given.", remedy=f"Accept one of {', '.join(ANSWERS)}."
    )


def answer(verdicts: Sequence[Mapping[str, Any]], media_type: str) -> bytes:
    """The body of an answer: `{"predictions": […]}`, or a verdict a line."""
    if media_type == JSON:
        return json.dumps({"predictions": verdicts}).encode()
    return "".join(f"{json.dumps(verdict)}\n" for verdict in verdicts).encode()


def _from_json(text: str) -> list[Row]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestError(HTTPStatus.BAD_REQUEST, f"The body is not JSON: {error}.") from None
    rows = told.get("instances") if isinstance(told, dict) else None
    if not isinstance(rows, list):
        raise RequestError(
            HTTPStatus.BAD_REQUEST, "The body has no list of instances.", remedy='Send {"instances": [{…}, …]}.'
        )
    return rows


def _from_json_lines(text: str) -> list[Row]:
    return [_json_line(line) for line in text.split("\n") if line.strip()]


def _json_line(line: str) -> Row:
    try:
        told: Row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return RowError(f"The line is not JSON: {error}.")
    return told


def _from_csv(text: str, card: ModelCard) -> list[Row]:
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if line]
    except csv.Error as error:
        raise RequestError(HTTPStatus.BAD_REQUEST, f"The body is not CSV: {error}.") from None
    if not lines:
        raise RequestError(HTTPStatus.BAD_REQUEST, "The body is empty.", remedy="Send the names of the columns first.")
    names = [name.strip() for name in lines[0]]
    if absent := [one.name for one in row_reader(card).fields if one.needed and one.name not in names]:
        raise RequestError(
            HTTPStatus.BAD_REQUEST,
            f"The first line has no column {', '.join(absent)}.",
            remedy="It names the columns.",
        )
    return [_csv_row(names, line) for line in lines[1:]]


def _csv_row(names: list[str], line: list[str]) -> Row:
    if len(line) != len(names):
        return RowError(f"The line has {len(line)} values for {len(names)} columns.")
    return dict(zip(names, (value.strip() for value in line), strict=True))


def _from_sentences(text: str, card: ModelCard, zone: tzinfo) -> list[Row]:
    if card.rows != "vehicle_readings":
        raise RequestError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"The model {card.name} takes no sentences of the fleet's.",
            remedy=f"Send one of {JSON}, {JSON_LINES}, {CSV}.",
        )
    return [_sentence_row(line, zone) for line in text.splitlines() if line.strip()]


def _sentence_row(line: str, zone: tzinfo) -> Row:
    try:
        reading = parse_sentence(line, zone)
    except SentenceError as error:
        return RowError(str(error))
    return {"timestamp": reading.timestamp, **{name: getattr(reading, name) for name in SIGNAL_RANGES}}
