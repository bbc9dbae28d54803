"""Real readings as a machine: a CSV file, row by row.

Every row is kept and told in the file's order, also where the file's clock repeats an hour or steps back; what is odd
about the times is counted and said, not mended.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TextIO

from contracts.identity import Identity
from contracts.telemetry import MachineState, MachineTelemetry, Signal, format_timestamp
from simulator.errors import ReplayError
from simulator.replay_spec import ReplaySpec, to_telemetry_unit

REPLAY_MODEL = "replay"
"""Model of an identity whose readings come from a file."""


@dataclass(frozen=True, slots=True)
class ReplayRow:
    """One reading of a file.

    Attributes:
        due_s: when it is to be told after the replay's start [s]; 0 for all, if it goes as fast as it can.
        timestamp: when it was read, as the file says, UTC.
        values: readings by signal, in the telemetry's units; a gap in the file is absent.
    """

    due_s: float
    timestamp: datetime
    values: dict[Signal, float]


@dataclass(frozen=True, slots=True)
class RepeatedTimes:
    """Rows in sequence whose times had all been passed before.

    Attributes:
        line: line of the first of them in the file.
        rows: how many.
        first: time of the first.
        last: time of the last.
    """

    line: int
    rows: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What a file holds, and what is odd about its times.

    Attributes:
        file: the file.
        rows: how many readings.
        first: earliest time.
        last: latest time.
        repeated: stretches in which times repeat or step back.
        gaps: readings that are missing, by signal.
    """

    file: Path
    rows: int
    first: datetime
    last: datetime
    repeated: tuple[RepeatedTimes, ...]
    gaps: dict[Signal, int]

    @property
    def repeated_rows(self) -> int:
        """How many rows have a time that had been passed before."""
        return sum(stretch.rows for stretch in self.repeated)

    def sentence(self) -> str:
        """The report in one line."""
        said = f"{self.file.name}: {self.rows} rows from {_minute(self.first)} to {_minute(self.last)}"
        if self.repeated:
            stretches = ", ".join(f"{_minute(one.first)} to {_minute(one.last)}" for one in self.repeated[:3])
            more = f" and {len(self.repeated) - 3} more" if len(self.repeated) > 3 else ""
            said += f"; {self.repeated_rows} rows repeat times or step back ({stretches}{more}), all kept"
        gaps = ", ".join(f"{count} of {signal}" for signal, count in self.gaps.items() if count)
        return said + (f"; missing values: {gaps}." if gaps else ".")


class Replay:
    """A machine whose readings come from a file.

    The file is read through once at the start, so that a wrong line is found before the first message; after that it
    is read row by row, and a file of any length takes the same memory.

    Args:
        spec: which file, which columns, how fast.
        plant: name of the plant.

    Raises:
        ReplayError: no such file or column, a time or a number that is none: file and line.

    Attributes:
        identity: the machine.
        report: what the file holds.
    """

    def __init__(self, spec: ReplaySpec, plant: str) -> None:
        self.spec = spec
        self.identity = Identity(device_id=spec.device_id, plant=plant, line=spec.line, model=REPLAY_MODEL)
        self.report = _survey(spec)

    def rows(self) -> Iterator[ReplayRow]:
        """All readings in the order of the file, with the time at which each is due."""
        pace = _Pace(self.spec.speed)
        for _, timestamp, values in _read(self.spec):
            yield ReplayRow(pace.due_s(timestamp), timestamp, values)


def encode_replay(row: ReplayRow, device_id: str, run: int, seq: int) -> bytes:
    """The message of a reading, with as many digits as the value has.

    Args:
        row: the reading.
        device_id: the machine.
        run: generation of the publisher.
        seq: number of the message within the run.
    """
    message: dict[str, object] = {"device_id": device_id, "timestamp": format_timestamp(row.timestamp)}
    message |= {"run": run, "seq": seq} | {
        signal.value: row.values[signal] for signal in Signal if signal in row.values
    }
    message["state"] = MachineState.RUNNING.value
    return json.dumps(message, separators=(",", ":")).encode()


class _Pace:
    """When rows are due. Where the file's clock steps back or stands still, time goes on as it did before."""

    def __init__(self, speed: float | None) -> None:
        self._speed, self._due_s, self._usual_s = speed, 0.0, 0.0
        self._before: datetime | None = None

    def due_s(self, timestamp: datetime) -> float:
        if self._speed is None:
            return 0.0
        if self._before is not None:
            passed_s = (timestamp - self._before).total_seconds()
            self._usual_s = passed_s if passed_s > 0 else self._usual_s
            self._due_s += self._usual_s / self._speed
        self._before = timestamp
        return self._due_s


def _survey(spec: ReplaySpec) -> ReplayReport:
    rows, gaps = 0, dict.fromkeys(spec.signals, 0)
    first = last = None
    stretches: list[RepeatedTimes] = []
    repeating = False
    for line, timestamp, values in _read(spec):
        rows += 1
        for signal in spec.signals:
            gaps[signal] += signal not in values
        if last is not None and timestamp <= last:
            stretches.append(_longer(stretches.pop() if repeating else None, line, timestamp))
            repeating = True
        else:
            last, repeating = timestamp, False
        first = timestamp if first is None else min(first, timestamp)
    if first is None or last is None:
        raise ReplayError("there is no row after the header", file=spec.file)
    return ReplayReport(spec.file, rows, first, last, tuple(stretches), gaps)


def _longer(stretch: RepeatedTimes | None, line: int, timestamp: datetime) -> RepeatedTimes:
    if stretch is None:
        return RepeatedTimes(line, 1, timestamp, timestamp)
    return RepeatedTimes(stretch.line, stretch.rows + 1, stretch.first, timestamp)


def _read(spec: ReplaySpec) -> Iterator[tuple[int, datetime, dict[Signal, float]]]:
    try:
        with Path(spec.file).open(encoding="utf-8-sig", newline="") as file:
            yield from _parse_rows(spec, file)
    except OSError as error:
        raise ReplayError(f"cannot be read: {error.strerror}", file=spec.file) from None
    except UnicodeDecodeError:
        raise ReplayError("it is not UTF-8 text", file=spec.file) from None


def _parse_rows(spec: ReplaySpec, file: TextIO) -> Iterator[tuple[int, datetime, dict[Signal, float]]]:
    reader = csv.DictReader(file)
    _require_columns(spec, list(reader.fieldnames or []))
    zone = spec.zone
    try:
        for row in reader:
            timestamp = _timestamp(spec, row[spec.timestamp_column], zone, reader.line_num)
            values = {
                signal: value
                for signal, column in spec.signals.items()
                if (value := _value(spec, signal, row[column.column], reader.line_num)) is not None
            }
            yield reader.line_num, timestamp, values
    except csv.Error as error:
        raise ReplayError(f"this is not CSV: {error}", file=spec.file, line=reader.line_num) from None


def _require_columns(spec: ReplaySpec, there: list[str]) -> None:
    for wanted in (spec.timestamp_column, *(column.column for column in spec.signals.values())):
        if wanted not in there:
            remedy = f"Its columns are {', '.join(there)}." if there else "It is empty."
            raise ReplayError(f"there is no column {wanted!r}", file=spec.file, line=1, remedy=remedy)


def _timestamp(spec: ReplaySpec, text: str | None, zone: tzinfo, line: int) -> datetime:
    try:
        moment = datetime.fromisoformat((text or "").strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):  # the latter at either end of the calendar
        remedy = "Write ISO 8601, like 2026-01-02 03:04:05."
        raise ReplayError(f"{text!r} is not a time", file=spec.file, line=line, remedy=remedy) from None


def _value(spec: ReplaySpec, signal: Signal, text: str | None, line: int) -> float | None:
    """A number in the telemetry's unit; None for a gap."""
    if text is None or not text.strip():
        return None
    try:
        value = to_telemetry_unit(signal, spec.unit(signal), float(text))
    except ValueError:
        raise ReplayError(f"{text!r} is not a number", file=spec.file, line=line) from None
    if math.isnan(value):
        return None
    lowest, highest = _range(signal)
    if not lowest <= value <= highest:
        problem = f"{signal} {value:g} is out of the telemetry's range, {lowest:g} to {highest:g}"
        raise ReplayError(problem, file=spec.file, line=line, remedy="Is the unit right?")
    return value


def _range(signal: Signal) -> tuple[float, float]:
    bounds = {type(rule).__name__: rule for rule in MachineTelemetry.model_fields[signal.value].metadata}
    return float(bounds["Ge"].ge), float(bounds["Le"].le)


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")
