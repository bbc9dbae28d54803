"""Archives written by hand: lines and objects as the rule `archive` writes them."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

DAY = datetime(2026, 1, 31, tzinfo=UTC)


def machine_line(device_id: str, seq: int, at: datetime, /, **other: Any) -> dict[str, Any]:
    """A line of the archive for a machine, as the rule `archive` writes it; None takes a field away."""
    line = {
        "device_id": device_id,
        "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "run": 1,
        "seq": seq,
        "temp": 59.2,
        "vibration": 0.42,
        "rpm": 1425,
        "power": 7.5,
        "state": "running",
        "plant": "plant1",
        "line": "line1",
        "received_at": int(at.timestamp() * 1000),
    }
    return {name: value for name, value in (line | other).items() if value is not None}


def vehicle_line(device_id: str, seq: int, at: datetime, /, **other: Any) -> dict[str, Any]:
    """The same for a vehicle."""
    line = {
        "device_id": device_id,
        "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "run": 1,
        "seq": seq,
        "speed_kmph": 73.0,
        "fuel_level_percent": 98,
        "engine_temp_c": 91.4,
        "gps_latitude": 12.398542,
        "gps_longitude": 79.921675,
        "odometer_km": 10365.2,
        "plant": "plant1",
        "line": "fleet",
        "received_at": int(at.timestamp() * 1000),
    }
    return {name: value for name, value in (line | other).items() if value is not None}


def as_lines(*lines: dict[str, Any] | str) -> bytes:
    """Lines as JSON; text as it is."""
    texts = [line if isinstance(line, str) else json.dumps(line, separators=(",", ":")) for line in lines]
    return "".join(f"{text}\n" for text in texts).encode()


def as_object(*lines: dict[str, Any] | str) -> bytes:
    """Lines as an object of the archive."""
    return gzip.compress(as_lines(*lines), mtime=0)


def raw_key(at: datetime, name: str, plant: str = "plant1") -> str:
    """Key of an object of the archive in the hour of a moment."""
    return f"raw/plant={plant}/{at:dt=%Y-%m-%d/hour=%H}/{name}.jsonl.gz"


def minutes(count: int, begin: datetime = DAY) -> list[datetime]:
    """Moments a minute apart."""
    return [begin + timedelta(minutes=number) for number in range(count)]
