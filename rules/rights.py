"""What a key must be allowed so that a rule can run: actions of IAM on resources, as few as can be told.

Names are those of the Service Authorization Reference of each service. What a template fills in stands as ``*`` in the
ARN, since nobody knows it before a message comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from contracts.resources import Resources
from rules.analysis.walk import calls
from rules.lint.subject import Subject
from rules.rule import TopicRule
from rules.sql import tree
from rules.sql.checks import is_protobuf
from rules.sql.parts import split

ANYTHING: Final = "*"
"""For actions that know no resources (PutMetricData, DescribeEndpoints), or whose resource only the message tells."""


class Right(NamedTuple):
    """Something that is allowed.

    Args:
        actions: of IAM, as `sqs:SendMessage`.
        resource: an ARN, perhaps with `*` in it.
    """

    actions: tuple[str, ...]
    resource: str


_Needed = Callable[[Any, Resources], list[Right]]


def rights_of(rules: Iterable[TopicRule], names: Resources) -> tuple[Right, ...]:
    """What the engine's key needs for some rules, each right once.

    Args:
        rules: as AWS would get them, placeholders filled.
        names: the account and the region that ARNs are of.
    """
    found = (right for rule in rules if not rule.topic_rule_payload.rule_disabled for right in _rights(rule, names))
    return tuple(dict.fromkeys(found))


def role_rights_of(rule: TopicRule, names: Resources) -> tuple[Right, ...]:
    """What the rule's own role needs on AWS, where the rules engine is AWS's; each right once.

    There the archive is a delivery stream like any other, `republish` asks IAM, and `lambda` asks the function's own
    policy and no role. Look-ups are not counted: their SQL names the role that they take on.

    Args:
        rule: as AWS gets it, placeholders filled.
        names: the account and the region that ARNs are of.
    """
    return tuple(dict.fromkeys(_of_actions(rule, names, _OF_ROLES)))


def _rights(rule: TopicRule, names: Resources) -> Iterator[Right]:
    yield from _of_actions(rule, names, _OF_ACTIONS)
    subject = Subject("", rule.model_dump(mode="json", by_alias=True, exclude_unset=True))
    roots = [node for _, node in subject.clauses()] + [each.node for each in subject.expressions]
    for call in (call for root in roots for call in calls(root)):
        yield from _of_call(call, names)


def _of_actions(rule: TopicRule, names: Resources, known: Mapping[str, _Needed]) -> Iterator[Right]:
    payload = rule.topic_rule_payload
    for action in (*payload.actions, *filter(None, [payload.error_action])):
        needed = known.get(action.kind)
        if needed is not None:
            yield from needed(action.parameters, names)


# --- actions ---------------------------------------------------------------------------------------------------------


def _arn(names: Resources, service: str, resource: str) -> str:
    return f"arn:aws:{service}:{names.region}:{names.account}:{wild(resource)}"


def wild(template: str) -> str:
    """A text with a `*` for each part that a message fills in.

    Example:
        >>> wild("readings-${topic(2)}")
        'readings-*'
    """
    return "".join(ANYTHING if part.is_expression else part.text for part in split(template))


def _s3(parameters: Any, _names: Resources) -> list[Right]:
    acl = ("s3:PutObjectAcl",) if parameters.canned_acl else ()
    return [Right(("s3:PutObject", *acl), f"arn:aws:s3:::{wild(parameters.bucket_name)}/{wild(parameters.key)}")]


def _firehose(parameters: Any, names: Resources) -> list[Right]:
    if parameters.delivery_stream_name == names.archive_stream:
        # The engine is this stream itself, and writes what it delivers.
        return [Right(("s3:PutObject",), f"arn:aws:s3:::{names.lake_bucket}/raw/*")]
    return _stream(parameters, names)


def _stream(parameters: Any, names: Resources) -> list[Right]:
    stream = _arn(names, "firehose", f"deliverystream/{parameters.delivery_stream_name}")
    return [Right(("firehose:PutRecord", "firehose:PutRecordBatch"), stream)]


def _sqs(parameters: Any, names: Resources) -> list[Right]:
    # https://sqs.REGION.amazonaws.com/ACCOUNT/NAME; the region of an emulator's address is its own.
    address = urlsplit(wild(parameters.queue_url))
    host, path = (address.hostname or "").split("."), address.path.strip("/").split("/")
    region = host[1] if len(host) > 2 and host[0] == "sqs" else names.region
    return [Right(("sqs:SendMessage",), f"arn:aws:sqs:{region}:{':'.join(path[-2:])}")]


def _logs(parameters: Any, names: Resources) -> list[Right]:
    # A stream is made in the group, and written to by an ARN of its own; the emulator asks for the group both times.
    group = _arn(names, "logs", f"log-group:{parameters.log_group_name}")
    actions = ("logs:PutLogEvents", "logs:CreateLogStream")
    return [Right(actions, group), Right(actions, f"{group}:log-stream:*")]


def _dynamo_db(parameters: Any, names: Resources) -> list[Right]:
    actions = ("dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem")
    return [Right(actions, _arn(names, "dynamodb", f"table/{parameters.table_name}"))]


def _timestream(parameters: Any, names: Resources) -> list[Right]:
    table = f"database/{parameters.database_name}/table/{parameters.table_name}"
    return [
        Right(("timestream:WriteRecords",), _arn(names, "timestream", table)),
        Right(("timestream:DescribeEndpoints",), ANYTHING),
    ]


def _republish(parameters: Any, names: Resources) -> list[Right]:
    # `$$` stands for the `$` of a reserved topic, which would begin a template.
    return [Right(("iot:Publish",), _arn(names, "iot", f"topic/{parameters.topic.replace('$$', '$', 1)}"))]


def _one(actions: Sequence[str], service: str, resource: str) -> _Needed:
    """Rights on one resource, whose name stands in a parameter: `_one(…, "kinesis", "stream/{stream_name}")`."""

    def needed(parameters: Any, names: Resources) -> list[Right]:
        named = resource.format_map({name: getattr(parameters, name) for name in type(parameters).model_fields})
        return [Right(tuple(actions), _arn(names, service, named))]

    return needed


_OF_ACTIONS: Final[dict[str, _Needed]] = {
    "cloudwatchAlarm": _one(["cloudwatch:SetAlarmState"], "cloudwatch", "alarm:{alarm_name}"),
    "cloudwatchLogs": _logs,
    "cloudwatchMetric": lambda _parameters, _names: [Right(("cloudwatch:PutMetricData",), ANYTHING)],
    "dynamoDB": _dynamo_db,
    "dynamoDBv2": lambda parameters, names: [
        Right(("dynamodb:PutItem",), _arn(names, "dynamodb", f"table/{parameters.put_item.table_name}"))
    ],
    "firehose": _firehose,
    "kinesis": _one(["kinesis:PutRecord"], "kinesis", "stream/{stream_name}"),
    "lambda": lambda parameters, _names: [Right(("lambda:InvokeFunction",), wild(parameters.function_arn))],
    "s3": _s3,
    "sns": lambda parameters, _names: [Right(("sns:Publish",), wild(parameters.target_arn))],
    "sqs": _sqs,
    "stepFunctions": _one(["states:StartExecution"], "states", "stateMachine:{state_machine_name}"),
    "timestream": _timestream,
}
"""Of each action that calls a service; `republish` and `http` call none that IAM knows of."""

_OF_ROLES: Final = {kind: needed for kind, needed in _OF_ACTIONS.items() if kind != "lambda"} | {
    "firehose": _stream,
    "republish": _republish,
}
"""Of each action for which AWS takes on the rule's role."""


# --- look-ups --------------------------------------------------------------------------------------------------------


def _of_call(call: tree.Call, names: Resources) -> list[Right]:
    """What a function needs that asks a service; nothing for all others."""
    name = call.name.lower()
    first, second = (_literal(call, place) for place in (0, 1))
    things = _arn(names, "iot", f"thing/{first}")
    if name == "aws_lambda":
        return [Right(("lambda:InvokeFunction",), first)]
    if name == "get_dynamodb":
        return [Right(("dynamodb:GetItem",), _arn(names, "dynamodb", f"table/{first}"))]
    if name == "get_secret":
        # Secrets Manager puts a dash and six characters behind the name.
        secret = first if first.startswith("arn:") else _arn(names, "secretsmanager", f"secret:{first}-??????")
        return [Right(("secretsmanager:GetSecretValue",), secret)]
    if name == "get_thing_shadow":
        return [Right(("iot:GetThingShadow",), things)]
    if name == "get_registry_data":
        action = f"iot:{first}" if first != ANYTHING else "iot:DescribeThing"
        return [Right((action,), _arn(names, "iot", f"thing/{second}"))]
    if name == "machinelearning_predict":
        return [Right(("machinelearning:Predict", "machinelearning:GetMLModel"), ANYTHING)]
    if is_protobuf(call):
        return [Right(("s3:GetObject",), f"arn:aws:s3:::{_literal(call, 2)}/{_literal(call, 3)}")]
    return []


def _literal(call: tree.Call, place: int) -> str:
    """An argument that is written out, else `*`."""
    node = call.arguments[place] if place < len(call.arguments) else None
    return node.value if isinstance(node, tree.Literal) and isinstance(node.value, str) else ANYTHING
