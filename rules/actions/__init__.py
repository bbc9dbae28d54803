"""What a rule does with a message, one kind of action a file.

Each action first prepares a request (pure: templates filled, keys computed) and then performs it. `Toolbox` holds what
they need of the world; `make_action` builds the action that a rule names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contracts.resources import Resources
from rules.actions.action import Action, Occasion, Request
from rules.actions.aws import Clients
from rules.actions.cloudwatch_metric import CloudwatchMetricAction
from rules.actions.firehose import FirehoseAction
from rules.actions.republish import Publication, Publisher, RepublishAction
from rules.actions.s3 import S3Action
from rules.actions.sns import SnsAction
from rules.errors import CatalogError
from rules.rule import ActionParameters

__all__ = ["Action", "Clients", "Occasion", "Publication", "Publisher", "Request", "Toolbox", "make_action"]


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


def _firehose(parameters: Any, tools: Toolbox) -> FirehoseAction:
    known = tools.resources.archive_stream
    if parameters.delivery_stream_name != known:
        raise CatalogError(
            f"the delivery stream {parameters.delivery_stream_name!r} is not known to this engine.",
            where="firehose",
            remedy=f"It delivers {known!r} ({{{{archive_stream}}}}) and no other.",
        )
    resources = tools.resources
    return FirehoseAction(parameters, tools.clients, bucket=resources.lake_bucket, plant=resources.plant)


_MAKERS: dict[str, Callable[[Any, Toolbox], Action[Any]]] = {
    "cloudwatchMetric": lambda parameters, tools: CloudwatchMetricAction(parameters, tools.clients),
    "firehose": _firehose,
    "republish": lambda parameters, tools: RepublishAction(parameters, tools.publisher),
    "s3": lambda parameters, tools: S3Action(parameters, tools.clients),
    "sns": lambda parameters, tools: SnsAction(parameters, tools.clients),
}


def make_action(parameters: ActionParameters, tools: Toolbox) -> Action[Any]:
    """The action that a rule names.

    Raises:
        CatalogError: it names something that this engine does not have.
    """
    return _MAKERS[parameters.kind](parameters.parameters, tools)
