"""What a scenario says of a machine whose readings come from a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from contracts.telemetry import DEVICE_ID_PATTERN, Signal

Unit = Literal["degC", "degF", "K", "mm/s", "in/s", "1/min", "Hz", "kW", "W", "hp"]

_CONVERSIONS: dict[Signal, dict[str, Callable[[float], float]]] = {
    Signal.TEMP: {"degC": lambda t: t, "degF": lambda t: (t - 32.0) / 1.8, "K": lambda t: t - 273.15},
    Signal.VIBRATION: {"mm/s": lambda v: v, "in/s": lambda v: v * 25.4},
    Signal.RPM: {"1/min": lambda n: n, "Hz": lambda n: n * 60.0},
    Signal.POWER: {"kW": lambda p: p, "W": lambda p: p / 1000.0, "hp": lambda p: p * 0.745699871582},
}


def units_of(signal: Signal) -> tuple[str, ...]:
    """Units in which a file may have a signal; the first is the telemetry's.

    Example:
        >>> units_of(Signal.TEMP)
        ('degC', 'degF', 'K')
    """
    return tuple(_CONVERSIONS[signal])


def to_telemetry_unit(signal: Signal, unit: str, value: float) -> float:
    """A value in the unit that telemetry has.

    Example:
        >>> to_telemetry_unit(Signal.TEMP, "degF", 212.0)
        100.0
    """
    return _CONVERSIONS[signal][unit](value)


def _zone(name: str) -> tzinfo:
    # A slim container has no time zone database; UTC needs none.
    return UTC if name == "UTC" else ZoneInfo(name)


def _none_word(value: Any) -> Any:
    return None if value == "none" else value


class ReplayColumn(BaseModel):
    """Where a signal is found."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: str = Field(min_length=1, description="Name in the file's first line.")
    unit: Unit | None = Field(default=None, description="Unit of the column; by default the telemetry's.")


class ReplaySpec(BaseModel):
    """A machine whose readings come from a CSV file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    device_id: str = Field(pattern=DEVICE_ID_PATTERN, description="Name of the machine.")
    line: str = Field(default="line1", pattern=DEVICE_ID_PATTERN, description="Line on which it stands.")
    file: Path = Field(description="CSV file with a header; relative to the scenario's file.")
    timestamp_column: str = Field(default="timestamp", description="Column of the time, ISO 8601.")
    timezone: str = Field(default="UTC", description="Time zone of times that name none.")
    signals: dict[Signal, ReplayColumn] = Field(min_length=1, description="Which column is which signal.")
    speed: Annotated[float | None, BeforeValidator(_none_word)] = Field(
        default=1.0, gt=0, description="Times as fast as recorded; none: as fast as it can be sent."
    )

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            _zone(name)
        except (KeyError, ValueError, OSError):
            raise ValueError("no such time zone; write one like UTC or Europe/Berlin") from None
        return name

    @field_validator("signals")
    @classmethod
    def _fitting_units(cls, signals: dict[Signal, ReplayColumn]) -> dict[Signal, ReplayColumn]:
        for signal, column in signals.items():
            if column.unit is not None and column.unit not in units_of(signal):
                raise ValueError(f"{column.unit} is no unit of {signal}; use one of " + ", ".join(units_of(signal)))
        return signals

    @property
    def zone(self) -> tzinfo:
        """Time zone of times that name none."""
        return _zone(self.timezone)

    def unit(self, signal: Signal) -> str:
        """Unit of a signal's column."""
        return self.signals[signal].unit or units_of(signal)[0]
