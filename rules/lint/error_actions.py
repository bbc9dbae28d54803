"""Error actions: none, or one that fails together with the action (developer guide, "Error handling")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rules.lint.finding import Finding
from rules.lint.registry import kind, rule_check
from rules.lint.subject import Deed, Subject

NONE = kind("no-error-action", "warning", "No error action: what an action cannot take is lost.")
SAME = kind("error-action-same", "warning", "An error action on the very resource that the action uses.")

_RESOURCES: Final[dict[str, tuple[str, ...]]] = {
    "cloudwatchLogs": ("logGroupName",),
    "dynamoDB": ("tableName",),
    "dynamoDBv2": ("putItem",),
    "firehose": ("deliveryStreamName",),
    "http": ("url",),
    "influxDB": ("destinationArn", "databaseName"),
    "iotAnalytics": ("channelName",),
    "iotEvents": ("inputName",),
    "kafka": ("destinationArn", "topic"),
    "kinesis": ("streamName",),
    "lambda": ("functionArn",),
    "openSearch": ("endpoint", "index"),
    "republish": ("topic",),
    "s3": ("bucketName", "key"),
    "sns": ("targetArn",),
    "sqs": ("queueUrl",),
    "stepFunctions": ("stateMachineName",),
    "timestream": ("databaseName", "tableName"),
}
"""Parameters that name what an action works on."""


@rule_check
def error_action(subject: Subject) -> Iterator[Finding]:
    """A rule without an error action, or with one that would fail for the same reason."""
    error = next((deed for deed in subject.deeds if deed.is_error_action), None)
    if subject.actions and subject.payload.get("errorAction") is None:
        sentence = "The rule has no error action: a message that an action cannot take is logged and dropped."
        yield subject.at(NONE, "errorAction", sentence, "Add one on another service, such as an SQS queue.")
    for deed in subject.actions if error is not None else ():
        if error is not None and _resource(deed) is not None and _resource(deed) == _resource(error):
            sentence = f"The error action uses {_named(deed)}, as {deed.place} does: it fails when that fails."
            yield subject.at(SAME, error.place, sentence, "Use another resource, best of another service.")


def _resource(deed: Deed) -> tuple[Any, ...] | None:
    """What an action works on. A bucket may be shared: rights and failures there go by the first level of the key."""
    names = _RESOURCES.get(deed.kind)
    if names is None or names[0] not in deed.parameters:
        return None
    values = [deed.parameters.get(name) for name in names]
    if deed.kind == "s3":
        values[1] = str(values[1]).split("/", 1)[0]
    return (deed.kind, *values)


def _named(deed: Deed) -> str:
    resource = _resource(deed) or ()
    shown = [f"{value}" for value in resource[1:]]
    if deed.kind == "dynamoDBv2" and isinstance(resource[1], dict):
        shown = [str(resource[1].get("tableName"))]
    return f"{deed.kind} {'/'.join(shown)}"
