"""Bodies of requests to rows, and verdicts to bodies of answers: JSON, JSON lines, CSV and the fleet's sentences.

Where a row is a line, a line ends at a line feed and nowhere else, and each is decoded and read by itself: what is
wrong with one costs the others nothing, and who counts line feeds counts the same rows.
"""

from __future__ import annotations

import codecs
import csv
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
MOST_ROWS = 100_000
"""Rows of a request. Six megabytes could hold three million lines of one digit, whose answers take 47 s and 2 GB."""


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
        RequestError: the media type is not known, the body as a whole is not what it says, or it has too many rows.
    """
    readers: Mapping[str, Callable[[bytes], list[Row]]] = {
        JSON: _from_json,
        JSON_LINES: lambda told: [_row(line, _json_line) for line in _lines(told)],
        CSV: lambda told: _from_csv(told, card),
        TEXT: lambda told: _from_sentences(told, card, zone),
    }
    if content_type not in readers:
        raise RequestError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Content-Type {content_type or '(none)'} is not known here.",
            remedy=f"Send one of {', '.join(readers)}.",
        )
    return readers[content_type](body.removeprefix(codecs.BOM_UTF8))


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


def _from_json(body: bytes) -> list[Row]:
    try:
        told = json.loads(body.decode())
    except UnicodeDecodeError as error:
        raise RequestError(HTTPStatus.BAD_REQUEST, f"The body is not UTF-8: byte {error.start}.") from None
    except (ValueError, RecursionError) as error:
        raise RequestError(HTTPStatus.BAD_REQUEST, f"The body is not JSON: {error}.") from None
    rows = told.get("instances") if isinstance(told, dict) else None
    if not isinstance(rows, list):
        raise RequestError(
            HTTPStatus.BAD_REQUEST, "The body has no list of instances.", remedy='Send {"instances": [{…}, …]}.'
        )
    _refuse_too_many(len(rows))
    return rows


def _lines(body: bytes) -> list[bytes]:
    """The lines that are not blank."""
    lines = [line for line in body.split(b"\n") if line.strip()]
    _refuse_too_many(len(lines))
    return lines


def _refuse_too_many(rows: int) -> None:
    if rows > MOST_ROWS:
        raise RequestError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The body has {rows:,} rows, more than {MOST_ROWS:,}.",
            remedy="Send fewer rows at a time.",
        )


def _row(line: bytes, read: Callable[[str], Row]) -> Row:
    """The row of a line, or what is wrong with it."""
    try:
        return read(line.decode().strip())
    except UnicodeDecodeError as error:
        return RowError(f"The line is not UTF-8: byte {error.start}.")
    except RowError as error:
        return error


def _json_line(line: str) -> Row:
    try:
        told: Row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise RowError(f"The line is not JSON: {error}.") from None
    return told


def _from_csv(body: bytes, card: ModelCard) -> list[Row]:
    header, *lines = _lines(body) or [b""]
    names = _column_names(header, [one.name for one in row_reader(card).fields if one.needed])
    return [_row(line, lambda text: _csv_row(names, _csv_fields(text))) for line in lines]


def _column_names(header: bytes, needed: Sequence[str]) -> list[str]:
    """Names of the columns, from the first line."""
    try:
        names = [name.strip() for name in _csv_fields(header.decode().strip())]
    except (UnicodeDecodeError, RowError):
        told = "The first line is not CSV."
        raise RequestError(HTTPStatus.BAD_REQUEST, told, remedy="It names the columns.") from None
    if not names:
        raise RequestError(HTTPStatus.BAD_REQUEST, "The body is empty.", remedy="Send the names of the columns first.")
    if absent := [name for name in needed if name not in names]:
        raise RequestError(
            HTTPStatus.BAD_REQUEST,
            f"The first line has no column {', '.join(absent)}.",
            remedy="It names the columns.",
        )
    if repeated := [name for name in needed if names.count(name) > 1]:
        raise RequestError(
            HTTPStatus.BAD_REQUEST,
            f"The first line has the column {', '.join(repeated)} twice.",
            remedy="Send each once: which of them is meant cannot be known.",
        )
    return names


def _csv_fields(line: str) -> list[str]:
    """The values of a line; none may hold an end of line, as no signal has one."""
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error as error:
        raise RowError(f"The line is not CSV: {error}.") from None


def _csv_row(names: list[str], values: list[str]) -> Row:
    if len(values) != len(names):
        raise RowError(f"The line has {len(values)} values for {len(names)} columns.")
    return dict(zip(names, (value.strip() for value in values), strict=True))


def _from_sentences(body: bytes, card: ModelCard, zone: tzinfo) -> list[Row]:
    if card.rows != "vehicle_readings":
        raise RequestError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"The model {card.name} takes no sentences of the fleet's.",
            remedy=f"Send one of {JSON}, {JSON_LINES}, {CSV}.",
        )
    return [_row(line, lambda text: _sentence_row(text, zone)) for line in _lines(body)]


def _sentence_row(line: str, zone: tzinfo) -> Row:
    try:
        reading = parse_sentence(line, zone)
    except SentenceError as error:
        raise RowError(str(error)) from None
    return {"timestamp": reading.timestamp, **{name: getattr(reading, name) for name in SIGNAL_RANGES}}
