"""The `cloudwatchLogs` action: a message becomes an event, or many, of a log group.

The group must be there. The engine writes to a log stream of its own, one an action and run of the engine, and makes
it when the service says that it is missing: two engines never write into one stream.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from rules.actions.action import Action, Occasion
from rules.actions.aws import Clients, sorted_errors
from rules.errors import FinalError
from rules.parameters import CloudwatchLogsParameters

DEED = "Failed to put CloudWatch log events"
MAX_EVENTS = 10_000
"""Events of one call (CloudWatch Logs API reference, PutLogEvents)."""


@dataclass(frozen=True, slots=True)
class LogEvents:
    """Events to be written, by time; each is its time [ms] and its text."""

    group: str
    events: tuple[tuple[int, str], ...]

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        shown = [{"timestamp": timestamp, "message": message} for timestamp, message in self.events]
        return {"logGroupName": self.group, "logEvents": shown}


class CloudwatchLogsAction(Action[LogEvents]):
    """Writes the result of SELECT as it is, or in batch mode each `{timestamp, message}` of its array."""

    kind: ClassVar[str] = "cloudwatchLogs"
    failed_action: ClassVar[str] = "CloudwatchLogsAction"

    def __init__(self, parameters: CloudwatchLogsParameters, clients: Clients) -> None:
        self._parameters = parameters
        self._clients = clients
        self._stream = f"rules-engine/{uuid.uuid4().hex}"
        self.resource = parameters.log_group_name

    def prepare(self, occasion: Occasion) -> LogEvents:
        """The events of one message."""
        group = occasion.text(self._parameters.log_group_name, "logGroupName")
        if self._parameters.batch_mode:
            return LogEvents(group, _events(occasion.result))
        text = _text(occasion.data)
        return LogEvents(group, ((occasion.message.timestamp, text),))

    def perform(self, request: LogEvents) -> None:
        """Write them."""
        with sorted_errors(DEED):
            try:
                answer = self._put(request)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") != "ResourceNotFoundException":
                    raise
                self._make_stream(request.group)
                answer = self._put(request)
        rejected = answer.get("rejectedLogEventsInfo")
        if rejected:
            # The service takes the call, and drops what lies more than 14 days back or 2 hours ahead.
            raise FinalError(f"{DEED}. The service dropped events that are too old or too new: {rejected}.")

    def _put(self, request: LogEvents) -> Any:
        return self._clients.logs.put_log_events(
            logGroupName=request.group,
            logStreamName=self._stream,
            logEvents=[{"timestamp": timestamp, "message": message} for timestamp, message in request.events],
        )

    def _make_stream(self, group: str) -> None:
        try:
            self._clients.logs.create_log_stream(logGroupName=group, logStreamName=self._stream)
        except ClientError as error:
            # Another thread of this action was quicker.
            if error.response.get("Error", {}).get("Code") != "ResourceAlreadyExistsException":
                raise


def _text(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise FinalError(f"{DEED}. The payload is not text.") from None
    if not text:
        raise FinalError(f"{DEED}. The message is empty.")
    return text


def _events(result: Any) -> tuple[tuple[int, str], ...]:
    """The events of an array, in the order of time as the service wants them.

    Raises:
        FinalError: it is no such array (developer guide, "MQTT message format requirements for batchMode").
    """
    if not isinstance(result, list) or not 0 < len(result) <= MAX_EVENTS:
        raise FinalError(f"{DEED}. batchMode needs an array of 1-{MAX_EVENTS} records.")
    return tuple(sorted((_event(record) for record in result), key=lambda event: event[0]))


def _event(record: Any) -> tuple[int, str]:
    timestamp, message = (record.get("timestamp"), record.get("message")) if isinstance(record, dict) else (None, None)
    # In Python True is an int as well.
    if isinstance(timestamp, int) and not isinstance(timestamp, bool) and isinstance(message, str) and message:
        return timestamp, message
    raise FinalError(
        f"{DEED}. batchMode needs records of a timestamp [ms] and a text as message, not {str(record)[:80]}."
    )
