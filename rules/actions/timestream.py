"""The `timestream` action: each key of a message becomes a measure of a time series."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from rules.actions.action import Action, Occasion, as_text
from rules.actions.aws import Clients, sorted_errors
from rules.errors import FinalError
from rules.parameters import TimestreamParameters
from rules.sql.json_text import to_json

MAX_VALUES = 100
"""Values that one message may write (developer guide, "Timestream")."""
_BIGINT = range(-(2**63), 2**63)
_DIGITS = 19
DEED = "Failed to write records to Timestream"


@dataclass(frozen=True, slots=True)
class Measures:
    """Measures to be written, all of one time and place.

    Args:
        dimensions: names and values of what tells where the measures come from.
        time: when they were taken, in `unit`.
        measures: name, type and value of each.
    """

    database: str
    table: str
    dimensions: tuple[tuple[str, str], ...]
    time: int
    unit: str
    measures: tuple[tuple[str, str, str], ...]

    def arguments(self) -> dict[str, Any]:
        """The call of WriteRecords (Timestream API reference)."""
        return {
            "DatabaseName": self.database,
            "TableName": self.table,
            "CommonAttributes": {
                "Dimensions": [{"Name": name, "Value": value} for name, value in self.dimensions],
                "Time": str(self.time),
                "TimeUnit": self.unit,
            },
            "Records": [
                {"MeasureName": name, "MeasureValueType": kind, "MeasureValue": value}
                for name, kind, value in self.measures
            ],
        }

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        return self.arguments()


class TimestreamAction(Action[Measures]):
    """Writes a record for each key of the result; writing the same once more changes nothing."""

    kind: ClassVar[str] = "timestream"
    failed_action: ClassVar[str] = "TimestreamAction"

    def __init__(self, parameters: TimestreamParameters, clients: Clients) -> None:
        self._parameters = parameters
        self._clients = clients
        self.resource = f"{parameters.database_name}/{parameters.table_name}"

    def prepare(self, occasion: Occasion) -> Measures:
        """The records of one message."""
        rule = self._parameters
        time, unit = self._time(occasion)
        return Measures(
            database=occasion.text(rule.database_name, "databaseName"),
            table=occasion.text(rule.table_name, "tableName"),
            dimensions=tuple(self._dimensions(occasion)),
            time=time,
            unit=unit,
            measures=_measures(occasion),
        )

    def perform(self, request: Measures) -> None:
        """Write them."""
        with sorted_errors(DEED):
            try:
                self._clients.timestream.write_records(**request.arguments())
            except ClientError as error:
                answer: Any = error.response
                reasons = {record.get("Reason") for record in answer.get("RejectedRecords", [])}
                if not reasons:
                    raise
                raise FinalError(f"{DEED}. Records were rejected: {' '.join(sorted(map(str, reasons)))}") from error

    def _dimensions(self, occasion: Occasion) -> Iterator[tuple[str, str]]:
        for dimension in self._parameters.dimensions:
            value = occasion.text(dimension.value, dimension.name)
            if not value:
                raise FinalError(f"{DEED}. The dimension {dimension.name}={dimension.value!r} is empty.")
            yield dimension.name, value

    def _time(self, occasion: Occasion) -> tuple[int, str]:
        timestamp = self._parameters.timestamp
        if timestamp is None:
            return occasion.message.timestamp, "MILLISECONDS"
        text = occasion.text(timestamp.value, "timestamp.value")
        # Python refuses to read thousands of digits.
        if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) in _BIGINT):
            raise FinalError(f"{DEED}. timestamp.value={text[:80]!r} is not a whole number of {timestamp.unit}.")
        return int(text), occasion.text(timestamp.unit, "timestamp.unit")


def _measures(occasion: Occasion) -> tuple[tuple[str, str, str], ...]:
    if not isinstance(occasion.result, dict):
        raise FinalError(f"{DEED}. The payload is not a JSON object: {as_text(occasion.data)[:80]!r}.")
    # Timestream has no null: a record needs a value.
    found = [(name, *typed(value)) for name, value in occasion.result.items() if value is not None]
    if not 0 < len(found) <= MAX_VALUES:
        raise FinalError(f"{DEED}. The message has {len(found)} values; 1-{MAX_VALUES} can be written.")
    return tuple(found)


def typed(value: Any) -> tuple[str, str]:
    """A value's type in Timestream, and its text (developer guide, "Timestream record content").

    Raises:
        FinalError: a whole number beyond 64 bits.

    Example:
        >>> [typed(value) for value in (True, 12, Decimal("59.25"), "12", [1, "a"])]
        [('BOOLEAN', 'true'), ('BIGINT', '12'), ('DOUBLE', '59.25'), ('VARCHAR', '12'), ('VARCHAR', '[1,"a"]')]
    """
    if isinstance(value, str):
        return "VARCHAR", value
    text = to_json(value)
    if isinstance(value, bool):
        return "BOOLEAN", text
    if not isinstance(value, int | Decimal):
        return "VARCHAR", text
    # As written: the 2016 language writes 10.0 as 10, the one of 2015 keeps the point.
    if "." in text or "E" in text:
        return "DOUBLE", text
    if int(text) not in _BIGINT:
        raise FinalError(f"{DEED}. {text} is beyond a bigint of 64 bits; cast it to Decimal under 2015-10-08.")
    return "BIGINT", text
