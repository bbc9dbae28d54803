"""A rule as AWS takes it: pydantic models of the payload of create-topic-rule.

Limits are those of the API reference (CreateTopicRule, TopicRulePayload, Action) and of the quota page of the AWS
General Reference. All documented actions are taken, so that any catalog can be checked; those that this engine does
not run are refused when a catalog is loaded to be run (`rules.loading`).
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from rules.parameters import (
    AwsModel,
    CloudwatchAlarmParameters,
    CloudwatchLogsParameters,
    CloudwatchMetricParameters,
    DynamoDbParameters,
    DynamoDbV2Parameters,
    ElasticsearchParameters,
    FirehoseParameters,
    HttpParameters,
    InfluxDbParameters,
    IotAnalyticsParameters,
    IotEventsParameters,
    KafkaParameters,
    KinesisParameters,
    LambdaParameters,
    LocationParameters,
    OpenSearchParameters,
    RepublishParameters,
    S3Parameters,
    SalesforceParameters,
    SiteWiseParameters,
    SnsParameters,
    SqsParameters,
    StepFunctionsParameters,
    TimestreamParameters,
)
from rules.parameters.model import Flag, guess

MAX_ACTIONS = 10
MAX_PAYLOAD_BYTES = 128 * 1024


class ActionParameters(AwsModel):
    """One action: exactly one of these keys."""

    cloudwatch_alarm: CloudwatchAlarmParameters | None = None
    cloudwatch_logs: CloudwatchLogsParameters | None = None
    cloudwatch_metric: CloudwatchMetricParameters | None = None
    dynamo_db: DynamoDbParameters | None = Field(default=None, alias="dynamoDB")
    dynamo_db_v2: DynamoDbV2Parameters | None = Field(default=None, alias="dynamoDBv2")
    elasticsearch: ElasticsearchParameters | None = None
    firehose: FirehoseParameters | None = None
    http: HttpParameters | None = None
    influx_db: InfluxDbParameters | None = Field(default=None, alias="influxDB")
    iot_analytics: IotAnalyticsParameters | None = None
    iot_events: IotEventsParameters | None = None
    iot_site_wise: SiteWiseParameters | None = None
    kafka: KafkaParameters | None = None
    kinesis: KinesisParameters | None = None
    lambda_: LambdaParameters | None = Field(default=None, alias="lambda")
    location: LocationParameters | None = None
    open_search: OpenSearchParameters | None = None
    republish: RepublishParameters | None = None
    s3: S3Parameters | None = None
    salesforce: SalesforceParameters | None = None
    sns: SnsParameters | None = None
    sqs: SqsParameters | None = None
    step_functions: StepFunctionsParameters | None = None
    timestream: TimestreamParameters | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_one_action(cls, value: Any) -> Any:
        if not isinstance(value, dict) or len(value) != 1:
            raise ValueError("an action is an object with exactly one key, the kind of the action")
        (kind,) = value
        if kind not in AWS_ACTIONS:
            raise ValueError(f"AWS IoT has no action {kind!r}; {_hint(kind)}")
        if value[kind] is None:
            raise ValueError(f"under {kind!r} an object of its parameters is needed")
        return value

    @property
    def kind(self) -> str:
        """Name of the action, as AWS writes it."""
        name = next(iter(self.model_fields_set))
        return type(self).model_fields[name].alias or name

    @property
    def parameters(self) -> AwsModel:
        """What stands under that name."""
        parameters: AwsModel = getattr(self, next(iter(self.model_fields_set)))
        return parameters


AWS_ACTIONS = frozenset(field.alias or name for name, field in ActionParameters.model_fields.items())
"""Every action of AWS IoT, by its name."""


def _hint(kind: object) -> str:
    names = sorted(AWS_ACTIONS)
    return guess(kind, names).strip() or f"it has {', '.join(names)}"


class TopicRulePayload(AwsModel):
    """The rule itself."""

    sql: str = Field(min_length=1)
    aws_iot_sql_version: Literal["2015-10-08", "2016-03-23", "beta"] = Field(
        default="2015-10-08", description="Version of the language; AWS takes the oldest where none is named."
    )
    description: str = ""
    actions: tuple[ActionParameters, ...] = Field(max_length=MAX_ACTIONS)
    error_action: ActionParameters | None = None
    rule_disabled: Flag = False

    @model_validator(mode="after")
    def _error_action_batches_nothing(self) -> TopicRulePayload:
        # Developer guide, "Batching HTTP action messages": no batching of its own in an error action.
        http = self.error_action.http if self.error_action is not None else None
        if http is not None and (http.enable_batching or http.batch_config is not None):
            raise ValueError("errorAction.http cannot batch: leave enableBatching and batchConfig away")
        return self


class TopicRule(AwsModel):
    """What `aws iot create-topic-rule --cli-input-json` takes."""

    rule_name: str = Field(min_length=1, max_length=128, pattern=r"^[a-zA-Z0-9_]+$")
    topic_rule_payload: TopicRulePayload
    tags: str | None = None

    @model_validator(mode="after")
    def _fits_the_quota(self) -> TopicRule:
        # As written: what is left out costs nothing.
        payload = self.topic_rule_payload.model_dump_json(by_alias=True, exclude_unset=True)
        size = len(payload.encode())
        if size > MAX_PAYLOAD_BYTES:
            raise ValueError(f"topicRulePayload has {size} bytes; AWS takes {MAX_PAYLOAD_BYTES}")
        return self
