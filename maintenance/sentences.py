"""The fleet's sentences: what a vehicle's gateway writes, a line a reading, and the reading that it tells.

::

    device_id VHC001 reported at timestamp 19-10-2025 22:47 with speed_kmph 73, fuel_level_percent 98,
    engine_temp_c 124, gps_latitude 12.398542, gps_longitude 79.921675, odometer_km 10365,
    and status maintenance_required.

(in one line). The clock is the fleet's local one, so its zone must be told. This is the one place where sentences are
read: the Lambda, the model server and training use it. The Lambda's zip has nothing beside the standard library, so
this module needs nothing else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from maintenance.errors import MaintenanceUsageError

DEFAULT_ZONE = "Asia/Kolkata"
"""Zone of the fleet's clocks unless another is configured: its roads are in Tamil Nadu."""

SIGNAL_RANGES: Mapping[str, tuple[float, float]] = {
    "speed_kmph": (0.0, 300.0),
    "fuel_level_percent": (0.0, 100.0),
    "engine_temp_c": (-60.0, 300.0),
    "gps_latitude": (-90.0, 90.0),
    "gps_longitude": (-180.0, 180.0),
    "odometer_km": (0.0, 10_000_000.0),
}
"""The signals of a sentence, in its order, and the values that can be [km/h, %, °C, °, °, km]: those of
`contracts.telemetry.VehicleTelemetry`, to which a test holds them."""

MOST_CHARACTERS = 1000
"""No sentence is as long; what is longer is another kind of file."""

_FRAME = re.compile(r"device_id\s+(\S+)\s+reported\s+at\s+timestamp\s+(\S+)\s+(\S+)\s+with\s+(.+)", re.DOTALL)
_DEVICE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DAY = re.compile(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{0,15})?(?:[eE][+-]?[0-9]{1,2})?")
_EXAMPLE = "device_id VHC001 reported at timestamp 19-10-2025 22:47 with speed_kmph 73, …, and status ok."


class SentenceError(MaintenanceUsageError):
    """A line that is not a sentence of the fleet's.

    Attributes:
        problem: what is wrong with it, without the line itself.
    """

    def __init__(self, problem: str, *, remedy: str | None = None) -> None:
        super().__init__(f"This is not a sentence of the fleet's: {problem}.", remedy=remedy)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class FleetReading:
    """One reading of a vehicle. A signal that was not told is None.

    Args:
        device_id: name of the vehicle.
        timestamp: when its sensors were read, UTC.
        speed_kmph: speed over ground [km/h].
        fuel_level_percent: fuel in the tank [%].
        engine_temp_c: coolant temperature at the engine [°C].
        gps_latitude: latitude, WGS 84 [°].
        gps_longitude: longitude, WGS 84 [°].
        odometer_km: distance driven since new [km].
        status: what the sentence said of the vehicle, kept as it is. It is the answer that a model is to find, so
            never its input.
    """

    device_id: str
    timestamp: datetime
    speed_kmph: float | None = None
    fuel_level_percent: float | None = None
    engine_temp_c: float | None = None
    gps_latitude: float | None = None
    gps_longitude: float | None = None
    odometer_km: float | None = None
    status: str | None = None


def parse_sentence(line: str, zone: tzinfo) -> FleetReading:
    """The reading that a sentence tells.

    Spaces may be more than one and the signals in any order. A sentence ends with its status, a full stop, or both:
    one cut off in the middle of a number would else be read as another number.

    Args:
        line: the sentence, with or without its end of line.
        zone: of the fleet's clocks. An hour that a clock shows twice (the end of summer time) is taken for its first.

    Raises:
        SentenceError: it is none; the message tells the part and the value.

    Example:
        >>> from zoneinfo import ZoneInfo
        >>> reading = parse_sentence(
        ...     "device_id VHC001 reported at timestamp 19-10-2025 22:47 with speed_kmph 73, fuel_level_percent 98, "
        ...     "engine_temp_c 124, gps_latitude 12.398542, gps_longitude 79.921675, odometer_km 10365, "
        ...     "and status maintenance_required.", ZoneInfo("Asia/Kolkata"))
        >>> reading.engine_temp_c, reading.timestamp.isoformat()
        (124.0, '2025-10-19T17:17:00+00:00')
    """
    if len(line) > MOST_CHARACTERS:
        raise SentenceError(f"it has {len(line)} characters", remedy=f"A sentence has at most {MOST_CHARACTERS}.")
    text = line.strip()
    frame = _FRAME.fullmatch(text)
    if frame is None:
        raise SentenceError(f"{_shown(text)} does not begin like one", remedy=f"Write: {_EXAMPLE}")
    device, day, clock, said = frame.groups()
    if not _DEVICE.fullmatch(device):
        raise SentenceError(f"device_id {_shown(device)}", remedy="Use at most 64 of A-Z a-z 0-9 _ and -.")
    told = _told(said)
    status = told.pop("status", None)
    if status is None and not text.endswith("."):
        raise SentenceError(
            f"it breaks off after {_shown(said[-30:])}", remedy="It ends with its status or a full stop."
        )
    return FleetReading(device, _moment(day, clock, zone), **_signals(told), status=status)


def format_sentence(reading: FleetReading, zone: tzinfo) -> str:
    """The sentence that tells a reading, to the minute as the fleet's gateways do, without an end of line.

    Raises:
        SentenceError: a signal is absent, for which sentences have no word.
    """
    absent = [name for name in SIGNAL_RANGES if getattr(reading, name) is None]
    if absent:
        raise SentenceError(f"{', '.join(absent)} of {reading.device_id} is absent")
    told = "".join(f"{name} {_plain(getattr(reading, name))}, " for name in SIGNAL_RANGES)
    clock = reading.timestamp.astimezone(zone).strftime("%d-%m-%Y %H:%M")
    status = reading.status or "unknown"
    return f"device_id {reading.device_id} reported at timestamp {clock} with {told}and status {status}."


def _plain(value: float) -> str:
    """A number without an exponent, and without a point where it is whole."""
    return f"{value:.0f}" if value == int(value) else f"{value:.10f}".rstrip("0")


def _told(said: str) -> dict[str, str]:
    """Names and values of a sentence's second half."""
    told: dict[str, str] = {}
    for part in said.strip().removesuffix(".").split(","):
        words = part.split()
        if words[:1] == ["and"]:
            words = words[1:]
        if len(words) < 2 or (len(words) > 2 and words[0] != "status"):
            raise SentenceError(f"{_shown(part.strip())} is not a name and its value", remedy="Write speed_kmph 73.")
        name, value = words[0], " ".join(words[1:])
        if name != "status" and name not in SIGNAL_RANGES:
            known = ", ".join([*SIGNAL_RANGES, "status"])
            raise SentenceError(f"{_shown(name)} is not known", remedy=f"Its names are {known}.")
        if name in told:
            raise SentenceError(f"{name} is told twice")
        told[name] = value
    return told


def _signals(told: Mapping[str, str]) -> dict[str, float]:
    if absent := [name for name in SIGNAL_RANGES if name not in told]:
        raise SentenceError(f"{', '.join(absent)} is missing")
    return {name: in_range(name, _number(name, value)) for name, value in told.items()}


def _number(name: str, value: str) -> float:
    if not _NUMBER.fullmatch(value):
        raise SentenceError(f"{name} {_shown(value)} is not a number")
    return float(value)


def in_range(name: str, value: float) -> float:
    """The value of a signal, if it can be.

    Raises:
        SentenceError: it cannot.
    """
    low, high = SIGNAL_RANGES[name]
    if not (math.isfinite(value) and low <= value <= high):
        raise SentenceError(f"{name} {value:g} cannot be", remedy=f"It lies between {low:g} and {high:g}.")
    return value


def _moment(day: str, clock: str, zone: tzinfo) -> datetime:
    date, time = _DAY.fullmatch(day), _CLOCK.fullmatch(clock)
    if date is None or time is None:
        raise _not_a_moment(day, clock)
    try:
        local = datetime(int(date[3]), int(date[2]), int(date[1]), int(time[1]), int(time[2]), int(time[3] or 0))
        return local.replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _not_a_moment(day, clock) from None


def _not_a_moment(day: str, clock: str) -> SentenceError:
    return SentenceError(
        f"timestamp {_shown(f'{day} {clock}')}", remedy="Write day-month-year hour:minute, as 19-10-2025 22:47."
    )


def _shown(text: str) -> str:
    """A piece of a line as a message can show it."""
    return repr(text if len(text) <= 60 else text[:57] + "…")
