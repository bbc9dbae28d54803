"""Alerts: an engine that is too hot, told once in a window; an endpoint that fails, likewise.

Whether one is told is decided by a conditional write, so that of many functions at the same time one sends. Written is
first that somebody is about to tell it, then that it was told: a function that dies in between holds the alert back for
a minute, not for the window.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from maintenance.fleet.items import key_of
from maintenance.fleet.readings import Told
from maintenance.fleet.report import Report
from maintenance.fleet.settings import FleetSettings, zone_of
from maintenance.fleet.table import Table, wire
from maintenance.sentences import FleetReading

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient

ENDPOINT = "#endpoint"
"""Name under which the alert of a failing endpoint is noted; no vehicle can be called so."""
CLAIM_S = 60
"""How long a function may take between its claim and the alert [s]."""
KEPT_S = 30 * 24 * 3600
REMEMBERED_S = 60.0
"""How long a warm function remembers what is set for a vehicle [s]."""
_MOST_SUBJECT = 99


@dataclass(frozen=True, slots=True)
class VehicleSettings:
    """What holds for a vehicle.

    Args:
        threshold_c: an engine above it is alerted about [°C].
        recipients: addresses of its driver or administrators.
    """

    threshold_c: float
    recipients: tuple[str, ...]


class Vehicles:
    """What is set for single vehicles, over what holds for all.

    Args:
        table: of single vehicles: `device_id`, and optionally `threshold_c` and `recipients`.
        settings: of all.
        clock: time that does not go back [s].
    """

    def __init__(self, table: Table, settings: FleetSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        self._usual = VehicleSettings(settings.threshold_c, settings.recipients)
        self._clock = clock
        self._known: dict[str, tuple[float, VehicleSettings]] = {}

    def of(self, device_ids: Iterable[str]) -> dict[str, VehicleSettings]:
        """What holds for each of these vehicles."""
        now, wanted = self._clock(), set(device_ids)
        old = [name for name in wanted if name not in self._known or self._known[name][0] + REMEMBERED_S <= now]
        found = self._table.get((name,) for name in sorted(old))
        for name in old:
            self._known[name] = (now, self._with_own(found.get((name,), {})))
        return {name: self._known[name][1] for name in wanted}

    def _with_own(self, own: Mapping[str, Any]) -> VehicleSettings:
        threshold, recipients = own.get("threshold_c"), own.get("recipients")
        return VehicleSettings(
            self._usual.threshold_c if threshold is None else float(threshold),
            tuple(str(one) for one in recipients) if recipients else self._usual.recipients,
        )


class Alerts:
    """Tells alerts, each once in a window.

    Args:
        dynamodb: client of DynamoDB, for the notes of what was told.
        sns: client of SNS.
        vehicles: what is set for vehicles.
        settings: of the function.
        now: time of day [s since 1970].
    """

    def __init__(
        self,
        dynamodb: DynamoDBClient,
        sns: SNSClient,
        vehicles: Vehicles,
        settings: FleetSettings,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._dynamodb = dynamodb
        self._sns = sns
        self._vehicles = vehicles
        self._settings = settings
        self._zone = zone_of(settings.zone)
        self._now = now

    def consider(self, told: Sequence[Told], report: Report) -> None:
        """Alert about the engines that are too hot; of each vehicle its first such reading is told."""
        limits = self._vehicles.of(one.reading.device_id for one in told)
        hot = [one for one in told if _is_above(one.reading, limits[one.reading.device_id].threshold_c)]
        report.count(overheated=len(hot))
        for device_id in dict.fromkeys(one.reading.device_id for one in hot):
            first = next(one for one in hot if one.reading.device_id == device_id)
            self._engine(first, limits[device_id], report)

    def _engine(self, told: Told, limit: VehicleSettings, report: Report) -> None:
        reading = told.reading
        attributes = {"device_id": _text(reading.device_id), "engine_temp_c": _number(reading.engine_temp_c)}
        subject = engine_subject(reading)
        body = engine_text(reading, limit.threshold_c, self._zone, self._settings.zone, report.invocation)
        self._tell(
            reading.device_id, "#".join(key_of(told)), subject, body, limit.recipients,
            {"alert": _text("engine_temperature")} | attributes, report,
        )  # fmt: skip

    def predictions_missing(self, reason: str, count: int, report: Report) -> None:
        """Alert that the endpoint fails, and that so many readings have no prediction for now."""
        body = (
            f"The model's endpoint fails, and {count} readings were stored without a prediction.\n\n{reason}\n\n"
            "They are judged as soon as it answers; alerts of hot engines are not affected.\n\n"
            f"Invocation: {report.invocation}\n"
        )
        subject = "Predictions are missing: the model's endpoint fails"
        attributes = {"alert": _text("predictions_missing")}
        self._tell(ENDPOINT, report.invocation, subject, body, self._settings.recipients, attributes, report)

    def _tell(
        self,
        name: str,
        about: str,
        subject: str,
        body: str,
        recipients: Sequence[str],
        attributes: dict[str, Any],
        report: Report,
    ) -> None:
        if not (report.first_of(name) and self._claim(name, about)):
            report.count(alerts_held_back=1)
            report.say("alert_held_back", alert=name, window_s=self._settings.window_s)
            return
        attributes["invocation"] = _text(report.invocation)
        if recipients:
            attributes["recipients"] = {"DataType": "String.Array", "StringValue": json.dumps(list(recipients))}
        message_id = self._publish(name, subject, body, attributes)
        self._dynamodb.update_item(
            TableName=self._settings.alerts_table,
            Key=wire({"alert": name}),
            UpdateExpression="SET told = :yes",
            ExpressionAttributeValues=wire({":yes": True}),
        )
        report.count(alerts=1)
        report.say("sns_published", alert=name, subject=subject, message_id=message_id, recipients=recipients)

    def _publish(self, name: str, subject: str, body: str, attributes: dict[str, Any]) -> str:
        """Send an alert that was claimed; the message's id."""
        try:
            answer = self._sns.publish(
                TopicArn=self._settings.topic_arn,
                Subject=subject[:_MOST_SUBJECT],
                Message=body,
                MessageAttributes=attributes,
            )
        except (BotoCoreError, ClientError):
            # Whoever is handed the event again may come sooner than a claim lapses, and must not hold the alert back.
            self._dynamodb.update_item(
                TableName=self._settings.alerts_table,
                Key=wire({"alert": name}),
                UpdateExpression="SET claimed_at = :never",
                ExpressionAttributeValues=wire({":never": 0}),
            )
            raise
        return answer["MessageId"]

    def _claim(self, name: str, about: str) -> bool:
        """Whether this function is the one that tells the alert."""
        now = int(self._now())
        item = {"alert": name, "about": about, "claimed_at": now, "told": False, "expires_at": now + KEPT_S}
        try:
            self._dynamodb.put_item(
                TableName=self._settings.alerts_table,
                Item=wire(item),
                # `about`: an object that is handed over once more after the window is no new alert.
                ConditionExpression="attribute_not_exists(alert) OR (told = :no AND claimed_at <= :died)"
                " OR (told = :yes AND claimed_at <= :long_ago AND about <> :about)",
                ExpressionAttributeValues=wire(
                    {
                        ":no": False,
                        ":yes": True,
                        ":died": now - CLAIM_S,
                        ":long_ago": now - int(self._settings.window_s),
                        ":about": about,
                    }
                ),
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ConditionalCheckFailedException":
                raise
            return False
        return True


def engine_subject(reading: FleetReading) -> str:
    """The subject of a hot engine's mail.

    Example:
        >>> from datetime import UTC, datetime
        >>> engine_subject(FleetReading("VHC001", datetime(2026, 1, 2, tzinfo=UTC), engine_temp_c=124))
        'VHC001: engine at 124.0 °C'
    """
    return f"{reading.device_id}: engine at {reading.engine_temp_c:.1f} °C"


def engine_text(reading: FleetReading, threshold_c: float, zone: tzinfo, zone_name: str, invocation: str) -> str:
    """The text of a hot engine's mail."""
    position = (
        "unknown"
        if reading.gps_latitude is None or reading.gps_longitude is None
        else f"{reading.gps_latitude:.6f}, {reading.gps_longitude:.6f}"
    )
    return (
        f"The engine of vehicle {reading.device_id} is at {reading.engine_temp_c:.1f} °C, "
        f"above its limit of {threshold_c:.1f} °C.\n\n"
        f"Vehicle: {reading.device_id}\n"
        f"Time: {reading.timestamp.astimezone(zone):%d-%m-%Y %H:%M:%S} ({zone_name})\n"
        f"Engine temperature: {reading.engine_temp_c:.1f} °C\n"
        f"Speed: {_quantity(reading.speed_kmph, 'km/h')}\n"
        f"Fuel: {_quantity(reading.fuel_level_percent, '%')}\n"
        f"Position: {position}\n\n"
        f"Invocation: {invocation}\n"
    )


def _quantity(value: float | None, unit: str) -> str:
    return "unknown" if value is None else f"{value:.1f} {unit}"


def _is_above(reading: FleetReading, threshold_c: float) -> bool:
    return reading.engine_temp_c is not None and reading.engine_temp_c > threshold_c


def _text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


def _number(value: float | None) -> dict[str, str]:
    return {"DataType": "Number", "StringValue": str(value)}
