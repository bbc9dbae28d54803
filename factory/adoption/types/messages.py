"""What carries messages and reacts to them: IoT, SNS, SQS, EventBridge, Scheduler, Firehose, Lambda."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from factory.adoption.answers import NOT_THERE, Finding, there
from factory.adoption.kinds import ClientOf, Kind
from factory.adoption.words import fill

_NOT_FOUND = ("ResourceNotFoundException",)
# botocore's model names the first; SQS keeps the code of its older protocol, the second, in a header that wins.
_NO_QUEUE = ("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue")


def _permission(client_of: ClientOf, words: Mapping[str, Any]) -> Finding:
    """A permission is a statement of the function's policy, a text of JSON."""
    function, statement = fill("{function_name}", words), fill("{statement_id}", words)
    qualifier = words.get("qualifier")
    told = client_of("lambda").get_policy(FunctionName=function, **({"Qualifier": qualifier} if qualifier else {}))
    statements = json.loads(told["Policy"]).get("Statement", [])
    name = f"{function}:{qualifier}" if qualifier else function
    return there(f"{name}/{statement}") if any(found.get("Sid") == statement for found in statements) else NOT_THERE


def _of_queue(part: str, attribute: str) -> Kind:
    return Kind(
        type=f"aws_sqs_queue_{part}",
        call="sqs.get_queue_attributes",
        parameters={"QueueUrl": "{queue_url}", "AttributeNames": [attribute]},
        import_id="{queue_url}",
        items=f"Attributes.{attribute}",
        missing=_NO_QUEUE,
    )


_BUS = "{event_bus_name}"
_TARGET = "{event_bus_name != 'default' && join('', [event_bus_name, '/']) || ''}{rule}/{target_id}"

MESSAGES = (
    # GetTopicRule says of a rule that is not there that one may not see it.
    Kind("aws_iot_topic_rule", "iot.list_topic_rules", {}, "{name}", items="rules", where={"ruleName": "{name}"}),
    Kind("aws_iot_policy", "iot.get_policy", {"policyName": "{name}"}, "{name}", missing=_NOT_FOUND),
    Kind("aws_iot_thing", "iot.describe_thing", {"thingName": "{name}"}, "{name}", missing=_NOT_FOUND),
    Kind("aws_iot_thing_type", "iot.describe_thing_type", {"thingTypeName": "{name}"}, "{name}", missing=_NOT_FOUND),
    Kind("aws_iot_thing_group", "iot.describe_thing_group", {"thingGroupName": "{name}"}, "{name}",
         missing=_NOT_FOUND),
    Kind("aws_iot_thing_group_membership", "iot.list_thing_groups_for_thing", {"thingName": "{thing_name}"},
         "{thing_group_name}/{thing_name}", items="thingGroups", where={"groupName": "{thing_group_name}"},
         missing=_NOT_FOUND),
    Kind("aws_iot_role_alias", "iot.describe_role_alias", {"roleAlias": "{alias}"}, "{alias}", missing=_NOT_FOUND),
    Kind("aws_iot_provisioning_template", "iot.describe_provisioning_template", {"templateName": "{name}"}, "{name}",
         missing=_NOT_FOUND),
    Kind("aws_iot_billing_group", "iot.describe_billing_group", {"billingGroupName": "{name}"}, "{name}",
         missing=_NOT_FOUND),
    Kind("aws_sns_topic", "sns.get_topic_attributes", {"TopicArn": "arn:{partition}:sns:{region}:{account}:{name}"},
         "arn:{partition}:sns:{region}:{account}:{name}", missing=("NotFound",)),
    Kind("aws_sns_topic_policy", "sns.get_topic_attributes", {"TopicArn": "{arn}"}, "{arn}", items="Attributes.Policy",
         missing=("NotFound",)),
    # One that nobody has confirmed has no ARN: to subscribe once more only sends the question again.
    Kind("aws_sns_topic_subscription", "sns.list_subscriptions_by_topic", {"TopicArn": "{topic_arn}"},
         "{found.SubscriptionArn}", items="Subscriptions[?starts_with(SubscriptionArn, 'arn:')]",
         where={"Protocol": "{protocol}", "Endpoint": "{endpoint}"}, missing=("NotFound",)),
    Kind("aws_sqs_queue", "sqs.get_queue_url", {"QueueName": "{name}"}, "{found.QueueUrl}", missing=_NO_QUEUE),
    _of_queue("policy", "Policy"),
    _of_queue("redrive_policy", "RedrivePolicy"),
    _of_queue("redrive_allow_policy", "RedriveAllowPolicy"),
    Kind("aws_cloudwatch_event_bus", "events.describe_event_bus", {"Name": "{name}"}, "{name}", missing=_NOT_FOUND),
    Kind("aws_cloudwatch_event_rule", "events.describe_rule", {"Name": "{name}", "EventBusName": _BUS},
         "{event_bus_name != 'default' && join('', [event_bus_name, '/']) || ''}{name}", missing=_NOT_FOUND,
         defaults={"event_bus_name": "default"}),
    Kind("aws_cloudwatch_event_target", "events.list_targets_by_rule", {"Rule": "{rule}", "EventBusName": _BUS},
         _TARGET, items="Targets", where={"Id": "{target_id}"}, missing=_NOT_FOUND,
         defaults={"event_bus_name": "default"}),
    Kind("aws_scheduler_schedule", "scheduler.get_schedule", {"Name": "{name}", "GroupName": "{group_name}"},
         "{group_name}/{name}", missing=_NOT_FOUND, defaults={"group_name": "default"}),
    Kind("aws_scheduler_schedule_group", "scheduler.get_schedule_group", {"Name": "{name}"}, "{name}",
         missing=_NOT_FOUND),
    Kind("aws_kinesis_firehose_delivery_stream", "firehose.describe_delivery_stream", {"DeliveryStreamName": "{name}"},
         "{found.DeliveryStreamARN}", items="DeliveryStreamDescription", missing=_NOT_FOUND,
         unusable={"DeliveryStreamStatus == 'DELETING'": "the stream is being deleted: run again when it is gone"}),
    Kind("aws_kinesis_stream", "kinesis.describe_stream_summary", {"StreamName": "{name}"}, "{name}",
         missing=_NOT_FOUND),
    Kind("aws_lambda_function", "lambda.get_function_configuration", {"FunctionName": "{function_name}"},
         "{function_name}", missing=_NOT_FOUND),
    Kind("aws_lambda_permission", probe=_permission, missing=_NOT_FOUND),
    Kind("aws_lambda_alias", "lambda.get_alias", {"FunctionName": "{function_name}", "Name": "{name}"},
         "{function_name}/{name}", missing=_NOT_FOUND),
    Kind("aws_lambda_event_source_mapping", "lambda.list_event_source_mappings",
         {"FunctionName": "{function_name}", "EventSourceArn": "{event_source_arn}"}, "{found.UUID}",
         items="EventSourceMappings", missing=_NOT_FOUND),
    Kind("aws_lambda_function_event_invoke_config", "lambda.get_function_event_invoke_config",
         {"FunctionName": "{function_name}"}, "{function_name}", missing=_NOT_FOUND),
    Kind("aws_lambda_function_url", "lambda.get_function_url_config", {"FunctionName": "{function_name}"},
         "{function_name}", missing=_NOT_FOUND),
)  # fmt: skip
