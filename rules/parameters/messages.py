"""Parameters of `sns`, `sqs` and `republish`."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator

from rules.parameters.model import AwsModel, Flag, RoleArn, Text, one_of, written_as

Header = Annotated[str, Field(max_length=1024)]


class SnsParameters(AwsModel):
    """Sends each message as a notification."""

    role_arn: RoleArn
    target_arn: Annotated[
        str,
        written_as(
            r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?",
            "it must be the ARN of a topic: arn:aws:sns:REGION:ACCOUNT:TOPIC",
        ),
    ]
    message_format: Literal["RAW", "JSON"] = "RAW"

    @field_validator("target_arn")
    @classmethod
    def _is_not_fifo(cls, arn: str) -> str:
        if arn.endswith(".fifo"):
            raise ValueError("rules cannot send to FIFO topics, as they keep no order")
        return arn


class SqsParameters(AwsModel):
    """Sends each message to a queue."""

    role_arn: RoleArn
    queue_url: Annotated[
        str, written_as(r"https?://[^/\s]+/\S+", "it must be the URL of a queue: https://sqs.REGION.amazonaws.com/…")
    ]
    use_base64: Flag = Field(default=False, alias="useBase64")

    @field_validator("queue_url")
    @classmethod
    def _is_not_fifo(cls, url: str) -> str:
        if url.endswith(".fifo"):
            raise ValueError("rules cannot send to FIFO queues, as they keep no order")
        return url


class UserProperty(AwsModel):
    """A pair of an MQTT 5 message."""

    key: Header
    value: Header


class RepublishHeaders(AwsModel):
    """MQTT 5 properties of a republished message; each may hold templates."""

    payload_format_indicator: Annotated[Header, one_of("UNSPECIFIED_BYTES", "UTF8_DATA")] | None = None
    content_type: Header | None = None
    response_topic: Header | None = None
    correlation_data: Header | None = None
    message_expiry: Header | None = None
    user_properties: tuple[UserProperty, ...] = Field(default=(), max_length=100)


class RepublishParameters(AwsModel):
    """Publishes each message to another topic."""

    role_arn: RoleArn
    topic: Text
    qos: Literal[0, 1] = 0
    headers: RepublishHeaders | None = None

    @field_validator("topic")
    @classmethod
    def _is_no_job(cls, topic: str) -> str:
        # Developer guide, "Republish".
        if re.match(r"\$\$aws/things/.+/jobs/", topic):
            raise ValueError("messages cannot be republished to the reserved topics of jobs")
        return topic
