"""A rule as AWS takes it: pydantic models of the payload of create-topic-rule.

Names and limits are those of the API reference (CreateTopicRule, TopicRulePayload, Action) and of the quota page of
the AWS General Reference. A key that AWS does not know is refused, and so is an action that this engine does not run:
silently leaving it out would lose messages.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

MAX_ACTIONS = 10
MAX_PAYLOAD_BYTES = 128 * 1024

AWS_ACTIONS = frozenset(
    [
        "cloudwatchAlarm",
        "cloudwatchLogs",
        "cloudwatchMetric",
        "dynamoDB",
        "dynamoDBv2",
        "elasticsearch",
        "firehose",
        "http",
        "influxDB",
        "iotAnalytics",
        "iotEvents",
        "iotSiteWise",
        "kafka",
        "kinesis",
        "lambda",
        "location",
        "openSearch",
        "republish",
        "s3",
        "salesforce",
        "sns",
        "sqs",
        "stepFunctions",
        "timestream",
    ]
)
"""Every action of AWS IoT, so that a refusal can tell a misspelt one from one that is missing here."""

RoleArn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/.+$")]


class AwsModel(BaseModel):
    """Keys in camel case as AWS writes them; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)


class S3Parameters(AwsModel):
    """Writes each message to an object."""

    role_arn: RoleArn
    bucket_name: str = Field(min_length=3)
    key: str = Field(min_length=1, description="Key of the object; may hold templates.")
    canned_acl: (
        Literal[
            "private",
            "public-read",
            "public-read-write",
            "aws-exec-read",
            "authenticated-read",
            "bucket-owner-read",
            "bucket-owner-full-control",
            "log-delivery-write",
        ]
        | None
    ) = None


class FirehoseParameters(AwsModel):
    """Hands each message to a delivery stream."""

    role_arn: RoleArn
    delivery_stream_name: str = Field(min_length=1)
    separator: Literal["\n", "\t", "\r\n", ","] | None = None
    batch_mode: bool = False


class SnsParameters(AwsModel):
    """Sends each message as a notification."""

    role_arn: RoleArn
    target_arn: str = Field(pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$")
    message_format: Literal["RAW", "JSON"] = "RAW"


class UserProperty(AwsModel):
    """A pair of an MQTT 5 message."""

    key: str
    value: str


class RepublishHeaders(AwsModel):
    """MQTT 5 properties of a republished message; each may hold templates."""

    payload_format_indicator: str | None = None
    content_type: str | None = None
    response_topic: str | None = None
    correlation_data: str | None = None
    message_expiry: str | None = None
    user_properties: tuple[UserProperty, ...] = Field(default=(), max_length=100)


class RepublishParameters(AwsModel):
    """Publishes each message to another topic."""

    role_arn: RoleArn
    topic: str = Field(min_length=1)
    qos: Literal[0, 1] = 0
    headers: RepublishHeaders | None = None


class CloudwatchMetricParameters(AwsModel):
    """Puts a value of each message into a metric."""

    role_arn: RoleArn
    metric_name: str = Field(min_length=1)
    metric_namespace: str = Field(min_length=1)
    metric_unit: str = Field(min_length=1)
    metric_value: str = Field(min_length=1)
    metric_timestamp: str | None = None


class ActionParameters(AwsModel):
    """One action: exactly one of these keys."""

    s3: S3Parameters | None = None
    firehose: FirehoseParameters | None = None
    sns: SnsParameters | None = None
    republish: RepublishParameters | None = None
    cloudwatch_metric: CloudwatchMetricParameters | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_run_here(cls, value: Any) -> Any:
        if not isinstance(value, dict) or len(value) != 1:
            raise ValueError("an action is an object with exactly one key, the kind of the action")
        (kind,) = value
        runs = [to_camel(name) for name in cls.model_fields]
        if kind in AWS_ACTIONS and kind not in runs:
            raise ValueError(f"this engine does not run {kind}; it runs {', '.join(runs)}")
        if kind not in AWS_ACTIONS:
            raise ValueError(f"AWS IoT has no action {kind!r}; this engine runs {', '.join(runs)}")
        return value

    @property
    def kind(self) -> str:
        """Name of the action, as AWS writes it."""
        return to_camel(next(iter(self.model_fields_set)))

    @property
    def parameters(self) -> AwsModel:
        """What stands under that name."""
        parameters: AwsModel = getattr(self, next(iter(self.model_fields_set)))
        return parameters


class TopicRulePayload(AwsModel):
    """The rule itself."""

    sql: str = Field(min_length=1)
    aws_iot_sql_version: Literal["2016-03-23"] = Field(
        description="Without it AWS takes 2015-10-08, whose numbers and nested arrays differ: so it must be written."
    )
    description: str = ""
    actions: tuple[ActionParameters, ...] = Field(max_length=MAX_ACTIONS)
    error_action: ActionParameters | None = None
    rule_disabled: bool = False


class TopicRule(AwsModel):
    """What `aws iot create-topic-rule --cli-input-json` takes."""

    rule_name: str = Field(min_length=1, max_length=128, pattern=r"^[a-zA-Z0-9_]+$")
    topic_rule_payload: TopicRulePayload

    @model_validator(mode="after")
    def _fits_the_quota(self) -> TopicRule:
        size = len(self.topic_rule_payload.model_dump_json(by_alias=True, exclude_none=True).encode())
        if size > MAX_PAYLOAD_BYTES:
            raise ValueError(f"topicRulePayload has {size} bytes; AWS takes {MAX_PAYLOAD_BYTES}")
        return self
