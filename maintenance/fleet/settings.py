"""What the function is told, in its environment: `FLEET_…`.

Plain functions and a dataclass: the zip has no pydantic. Who deploys the function makes the environment with
`environment_of`, so that the two sides cannot disagree.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contracts.errors import SettingsError
from maintenance.sentences import DEFAULT_ZONE

PREFIX = "FLEET_"
DEFAULT_THRESHOLD_C = 100.0
DEFAULT_WINDOW_S = 900.0


@dataclass(frozen=True, slots=True)
class FleetSettings:
    """Settings of the function.

    Args:
        table: DynamoDB table of the readings.
        vehicles_table: DynamoDB table of what is set for single vehicles.
        alerts_table: DynamoDB table of the alerts that were told.
        topic_arn: SNS topic of the alerts.
        endpoint: name of the model's endpoint.
        retry_queue_url: SQS queue of readings whose verdict is missing.
        dead_letters_url: SQS queue of lines that cannot be used.
        administrators: who is told where a vehicle has no recipient of its own, mail addresses with commas between;
            empty: whoever reads the topic.
        zone: zone of the clocks in the fleet's sentences.
        threshold_c: an engine above it is alerted about, unless its vehicle has another [°C].
        window_s: the time in which a vehicle is alerted about once [s].
    """

    table: str
    vehicles_table: str
    alerts_table: str
    topic_arn: str
    endpoint: str
    retry_queue_url: str
    dead_letters_url: str
    administrators: str = ""
    zone: str = DEFAULT_ZONE
    threshold_c: float = DEFAULT_THRESHOLD_C
    window_s: float = DEFAULT_WINDOW_S

    @property
    def recipients(self) -> tuple[str, ...]:
        """The administrators' addresses."""
        return tuple(filter(None, (one.strip() for one in self.administrators.split(","))))


def environment_of(settings: FleetSettings) -> dict[str, str]:
    """The environment in which the function finds these settings."""
    return {PREFIX + field.name.upper(): _text(getattr(settings, field.name)) for field in fields(settings)}


def settings_from(environment: Mapping[str, str]) -> FleetSettings:
    """The settings in an environment.

    Raises:
        SettingsError: one is missing or cannot be used.

    Example:
        >>> settings_from({"FLEET_TABLE": "readings"})
        Traceback (most recent call last):
        ...
        contracts.errors.SettingsError: The setting FLEET_VEHICLES_TABLE is missing.
    """
    told: dict[str, Any] = {}
    for field in fields(FleetSettings):
        name = PREFIX + field.name.upper()
        if environment.get(name):
            told[field.name] = _CONVERSIONS.get(field.name, _as_is)(name, environment[name])
        elif field.default is not field.default_factory:
            continue
        else:
            raise SettingsError(f"The setting {name} is missing.")
    settings = FleetSettings(**told)
    zone_of(settings.zone)
    return settings


def zone_of(name: str) -> tzinfo:
    """The time zone of that name.

    Lambda's own Python has no zone files; boto3 brings those of dateutil along, which are as good.

    Raises:
        SettingsError: there is none.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        from dateutil.zoneinfo import get_zonefile_instance  # type: ignore[import-untyped]

        found: tzinfo | None = get_zonefile_instance().get(name)
        if found is None:
            raise SettingsError(
                f"FLEET_ZONE={name!r} is not a time zone.", remedy="Use a name such as Asia/Kolkata."
            ) from None
        return found


def _text(value: object) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _as_is(_name: str, text: str) -> str:
    return text


def _positive(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise SettingsError(f"{name}={text!r} is not a number above 0.")
    return value


_CONVERSIONS: Mapping[str, Callable[[str, str], object]] = {"threshold_c": _positive, "window_s": _positive}
