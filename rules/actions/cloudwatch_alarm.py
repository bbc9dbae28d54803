"""The `cloudwatchAlarm` action: a message changes the state of an alarm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, cast

from rules.actions.action import Action, Occasion
from rules.actions.aws import Clients, sorted_errors
from rules.errors import FinalError
from rules.parameters import CloudwatchAlarmParameters
from rules.parameters.cloudwatch import STATES

MAX_REASON = 1023
"""Longest reason (CloudWatch API reference, SetAlarmState)."""
DEED = "Failed to set CloudWatch alarm state"
State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]


@dataclass(frozen=True, slots=True)
class AlarmState:
    """A state to be set."""

    alarm: str
    value: State
    reason: str

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        return {"alarmName": self.alarm, "stateValue": self.value, "stateReason": self.reason}


class CloudwatchAlarmAction(Action[AlarmState]):
    """Sets the state; CloudWatch itself puts it right again when it next evaluates the alarm's metric."""

    kind: ClassVar[str] = "cloudwatchAlarm"
    failed_action: ClassVar[str] = "CloudwatchAlarmAction"

    def __init__(self, parameters: CloudwatchAlarmParameters, clients: Clients) -> None:
        self._parameters = parameters
        self._clients = clients
        self.resource = parameters.alarm_name

    def prepare(self, occasion: Occasion) -> AlarmState:
        """The state that one message sets; a reason that is too long is cut, as it is for people."""
        rule = self._parameters
        value = occasion.text(rule.state_value, "stateValue")
        if value not in STATES:
            raise FinalError(f"{DEED}. stateValue={value!r} is not {' or '.join(STATES)}.")
        reason = occasion.text(rule.state_reason, "stateReason")[:MAX_REASON]
        return AlarmState(occasion.text(rule.alarm_name, "alarmName"), cast("State", value), reason)

    def perform(self, request: AlarmState) -> None:
        """Set it."""
        with sorted_errors(DEED):
            self._clients.cloudwatch.set_alarm_state(
                AlarmName=request.alarm, StateValue=request.value, StateReason=request.reason
            )
