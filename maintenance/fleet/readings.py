"""What a line tells: a sentence of the fleet's, or a vehicle's message as it is on MQTT and in the archive."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from maintenance.sentences import SIGNAL_RANGES, FleetReading, SentenceError, in_range, parse_sentence

FLEET_LINE = "fleet"
"""The line that all vehicles are on, and nothing else; it stands in the archive's rows."""
_DEVICE = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Told:
    """A reading and where it was told.

    Args:
        reading: what was told.
        mark: what tells it from another reading of the same vehicle and moment.
        source: where it comes from, for people.
        line: the line's number there; none where there are no lines.
        text: the line or message itself.
    """

    reading: FleetReading
    mark: str
    source: str
    line: int | None = None
    text: str = ""


class NotOfAVehicleError(Exception):
    """A message that is well, and not of a vehicle: the archive has machines as well."""


def told_in(line: str, zone: tzinfo, source: str, version: str, number: int) -> Told:
    """The reading that a line of an object tells.

    Args:
        line: its text, not blank.
        zone: of the clocks in sentences.
        source: the object, for people.
        version: what tells this version of the object from all other objects.
        number: the line's number.

    Raises:
        SentenceError: it tells none.
        NotOfAVehicleError: it is the message of a machine.
    """
    if line.startswith("{"):
        return told_by(_json(line), source, f"{version}-{number:07d}", number, line)
    return Told(parse_sentence(line, zone), f"{version}-{number:07d}", source, number, line)


def told_by(message: Mapping[str, Any], source: str, mark: str, number: int | None = None, text: str = "") -> Told:
    """The reading that a vehicle's message tells.

    A message is known by `run` and `seq` wherever it comes along, so that one that was judged when it came over MQTT is
    not another reading when the archive's file is handed in.

    Args:
        message: with `device_id`, `timestamp` and signals; one that is absent or null was not measured.
        source: where it comes from, for people.
        mark: its mark, if it has no `run` and `seq`.
        number: the line's number, if it is in a line.
        text: the line.

    Raises:
        SentenceError: it tells no reading.
        NotOfAVehicleError: it is the message of a machine.
    """
    if message.get("line", FLEET_LINE) != FLEET_LINE or ("state" in message and "temp" in message):
        raise NotOfAVehicleError
    signals: dict[str, Any] = {
        name: _signal(name, message[name]) for name in SIGNAL_RANGES if message.get(name) is not None
    }
    reading = FleetReading(_device(message.get("device_id")), _moment(message.get("timestamp")), **signals)
    run, seq = message.get("run"), message.get("seq")
    if _is_count(run) and _is_count(seq):
        mark = f"r{run:06d}-{seq:09d}"
    return Told(reading, mark, source, number, text or json.dumps(dict(message), default=str))


def _json(line: str) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):  # what begins with a brace and is JSON is an object
        raise SentenceError("it begins like JSON and is none")
    return message


def _device(name: object) -> str:
    if isinstance(name, str) and _DEVICE.fullmatch(name):
        return name
    raise SentenceError(f"device_id {_shown(name)}", remedy="Use at most 64 of A-Z a-z 0-9 _ and -.")


def _moment(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise SentenceError(f"timestamp {_shown(text)}", remedy="Write it as 2026-01-02T03:04:05.678Z.")


def _signal(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SentenceError(f"{name} {_shown(value)} is not a number")
    try:
        return in_range(name, float(value))
    except OverflowError:  # an integer of hundreds of digits
        raise SentenceError(f"{name} is too large a number") from None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10**15


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
