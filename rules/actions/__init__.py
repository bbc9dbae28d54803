"""What a rule does with a message, one kind of action a file.

Each action first prepares a request (pure: templates filled, keys computed) and then performs it. `Toolbox` holds what
they need of the world; `make_action` builds the action that a rule names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contracts.resources import Resources
from rules.actions.action import Action, BatchingAction, BatchLimits, ErrorForm, Occasion, Request
from rules.actions.aws import Clients
from rules.actions.cloudwatch_alarm import CloudwatchAlarmAction
from rules.actions.cloudwatch_logs import CloudwatchLogsAction
from rules.actions.cloudwatch_metric import CloudwatchMetricAction
from rules.actions.delivery_stream import DeliveryStreamAction
from rules.actions.dynamodb import DynamoDbAction, DynamoDbV2Action
from rules.actions.firehose import FirehoseAction
from rules.actions.http import BatchedHttpAction, HttpAction
from rules.actions.kinesis import KinesisAction
from rules.actions.lambda_function import LambdaAction
from rules.actions.republish import Publication, Publisher, RepublishAction
from rules.actions.s3 import S3Action
from rules.actions.sns import SnsAction
from rules.actions.sqs import SqsAction
from rules.actions.step_functions import StepFunctionsAction
from rules.actions.timestream import TimestreamAction
from rules.errors import CatalogError
from rules.rule import AWS_ACTIONS, ActionParameters

__all__ = [
    "RUN_HERE",
    "Action",
    "BatchLimits",
    "BatchingAction",
    "Clients",
    "ErrorForm",
    "Occasion",
    "Publication",
    "Publisher",
    "Request",
    "Toolbox",
    "make_action",
    "not_run",
]


@dataclass(frozen=True, slots=True)
class Toolbox:
    """What actions need of the world.

    Args:
        resources: names of the plant's things.
        clients: services of AWS.
        publisher: the engine's connection to the broker.
    """

    resources: Resources
    clients: Clients
    publisher: Publisher

    @classmethod
    def to_look_at(cls, resources: Resources) -> Toolbox:
        """Tools of rules that are read, and prepared at most: nobody publishes for them."""
        return cls(resources, Clients(), _Nobody())


class _Nobody:
    def publish(self, publication: Publication) -> None:
        raise NotImplementedError(publication.topic)


def _firehose(parameters: Any, tools: Toolbox) -> Action[Any]:
    """The plant's own archive stream is the engine itself; any other is one of AWS."""
    resources = tools.resources
    if parameters.delivery_stream_name != resources.archive_stream:
        return DeliveryStreamAction(parameters, tools.clients)
    return FirehoseAction(parameters, tools.clients, bucket=resources.lake_bucket, plant=resources.plant)


def _http(parameters: Any, tools: Toolbox) -> Action[Any]:
    kind = BatchedHttpAction if parameters.enable_batching else HttpAction
    return kind(parameters, tools.clients)


def _step_functions(parameters: Any, tools: Toolbox) -> StepFunctionsAction:
    return StepFunctionsAction(parameters, tools.clients, account=tools.resources.account)


_MAKERS: dict[str, Callable[[Any, Toolbox], Action[Any]]] = {
    "cloudwatchAlarm": lambda parameters, tools: CloudwatchAlarmAction(parameters, tools.clients),
    "cloudwatchLogs": lambda parameters, tools: CloudwatchLogsAction(parameters, tools.clients),
    "cloudwatchMetric": lambda parameters, tools: CloudwatchMetricAction(parameters, tools.clients),
    "dynamoDB": lambda parameters, tools: DynamoDbAction(parameters, tools.clients),
    "dynamoDBv2": lambda parameters, tools: DynamoDbV2Action(parameters, tools.clients),
    "firehose": _firehose,
    "http": _http,
    "kinesis": lambda parameters, tools: KinesisAction(parameters, tools.clients),
    "lambda": lambda parameters, tools: LambdaAction(parameters, tools.clients),
    "republish": lambda parameters, tools: RepublishAction(parameters, tools.publisher),
    "s3": lambda parameters, tools: S3Action(parameters, tools.clients),
    "sns": lambda parameters, tools: SnsAction(parameters, tools.clients),
    "sqs": lambda parameters, tools: SqsAction(parameters, tools.clients),
    "stepFunctions": _step_functions,
    "timestream": lambda parameters, tools: TimestreamAction(parameters, tools.clients),
}
RUN_HERE = tuple(_MAKERS)
"""The actions that this engine runs; AWS has more (`rules.rule.AWS_ACTIONS`)."""


def make_action(parameters: ActionParameters, tools: Toolbox) -> Action[Any]:
    """The action that a rule names.

    Raises:
        CatalogError: this engine does not run it; leaving it out would lose messages in silence.
    """
    kind = parameters.kind
    if kind not in _MAKERS:
        raise CatalogError(f"{not_run(kind)}; it runs {', '.join(RUN_HERE)}.", where=kind)
    return _MAKERS[kind](parameters.parameters, tools)


def not_run(kind: str) -> str:
    """The sentence that says that an action is not run here, or nothing where it is, or where AWS has no such action.

    Example:
        >>> not_run("kafka"), not_run("s3"), not_run("fax")
        ('this engine does not run kafka', '', '')
    """
    return f"this engine does not run {kind}" if kind in AWS_ACTIONS and kind not in _MAKERS else ""
