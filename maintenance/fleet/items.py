"""A reading as an item of DynamoDB, and an item as a reading again.

The key is (`device_id`, `timestamp`). The timestamp is ISO 8601 in UTC, which sorts in time, with the reading's mark
behind a `#`: two readings of a vehicle in the same minute are two items, and a line that is handed over twice is the
same item twice. Numbers are `Decimal`, as DynamoDB has no floats.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from maintenance.fleet.endpoint import Answer, Unjudged
from maintenance.fleet.readings import Told
from maintenance.sentences import SIGNAL_RANGES, FleetReading

Item = dict[str, Any]
Key = tuple[str, str]
PENDING = "prediction_pending"
"""Attribute of an item whose verdict is still to come."""
SMALLEST = 1e-130
"""DynamoDB has no number nearer to 0 (Amazon DynamoDB developer guide, "Supported data types", Number)."""


def iso(moment: datetime) -> str:
    """A moment as it stands in keys: UTC, milliseconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def key_of(told: Told) -> Key:
    """The key of a reading's item."""
    return told.reading.device_id, f"{iso(told.reading.timestamp)}#{told.mark}"


def item_of(told: Told, answer: Answer, invocation: str) -> Item:
    """The item of a reading.

    Args:
        told: the reading.
        answer: what the model said, or why it said nothing; in that case the item has no prediction, but the reason.
        invocation: id of the invocation that wrote it.
    """
    reading = told.reading
    device_id, timestamp = key_of(told)
    item: dict[str, Any] = {
        "device_id": device_id,
        "timestamp": timestamp,
        "read_at": iso(reading.timestamp),
        **{name: getattr(reading, name) for name in SIGNAL_RANGES},
        "status": reading.status,
        "source": told.source,
        "line": told.line,
        "invocation": invocation,
    }
    converted: Item = to_decimal(
        {name: value for name, value in (item | verdict_of(answer)).items() if value is not None}
    )
    return converted


def verdict_of(answer: Answer) -> Item:
    """What an answer adds to an item."""
    if isinstance(answer, Unjudged):
        return {"prediction_absent_because": answer.reason} | ({PENDING: True} if answer.again else {})
    return {
        "prediction": answer.prediction,
        "probability": answer.probability,
        "explanation": {one["signal"]: one["contribution"] for one in answer.explanation},
        "model": answer.model,
        "model_version": answer.version,
    }


def judged_anew(item: Item, answer: Answer, invocation: str) -> Item:
    """An item with the answer that it had been waiting for."""
    kept = {name: value for name, value in item.items() if name not in (PENDING, "prediction_absent_because")}
    told: Item = to_decimal(verdict_of(answer))
    return kept | told | {"judged_by_invocation": invocation}


def reading_of(item: Item) -> FleetReading:
    """The reading in an item."""
    signals: dict[str, Any] = {name: float(item[name]) for name in SIGNAL_RANGES if name in item}
    read_at = datetime.fromisoformat(item["read_at"])
    return FleetReading(item["device_id"], read_at, **signals, status=item.get("status"))


def line_of(item: Item) -> int | None:
    """The number of the line that an item was told in."""
    return int(item["line"]) if "line" in item else None


def to_decimal(value: Any) -> Any:
    """A value with every float in it as a `Decimal` of the same digits; one too small for DynamoDB is 0.

    Example:
        >>> to_decimal({"probability": 0.93, "explanation": [{"contribution": -1.7}]})
        {'probability': Decimal('0.93'), 'explanation': [{'contribution': Decimal('-1.7')}]}
    """
    if isinstance(value, float):
        # DynamoDB refuses a whole batch for a single such number.
        return Decimal(repr(value)) if abs(value) >= SMALLEST else Decimal(0)
    if isinstance(value, Mapping):
        return {name: to_decimal(one) for name, one in value.items()}
    return [to_decimal(one) for one in value] if isinstance(value, list | tuple) else value
