"""Parameters of `iotAnalytics`, `iotEvents`, `location` and `salesforce`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from rules.parameters.model import AwsModel, Flag, RoleArn, Text, TimeUnit, has_template


class IotAnalyticsParameters(AwsModel):
    """Sends each message to a channel."""

    role_arn: RoleArn
    channel_name: Text | None = None
    channel_arn: Text | None = Field(default=None, description="Deprecated in favour of the name.")
    batch_mode: Flag = False

    @model_validator(mode="after")
    def _names_a_channel(self) -> IotAnalyticsParameters:
        if self.channel_name is None and self.channel_arn is None:
            raise ValueError("channelName is missing")
        return self


class IotEventsParameters(AwsModel):
    """Sends each message to an input."""

    role_arn: RoleArn
    input_name: Annotated[str, Field(min_length=1, max_length=128)]
    message_id: str | None = Field(default=None, max_length=128)
    batch_mode: Flag = False

    @model_validator(mode="after")
    def _is_one_message(self) -> IotEventsParameters:
        if self.batch_mode and self.message_id is not None:
            raise ValueError("messageId cannot be given with batchMode, as a batch is many messages")
        return self


class LocationTimestamp(AwsModel):
    """When a position was taken."""

    value: Text
    unit: TimeUnit = "MILLISECONDS"


class LocationParameters(AwsModel):
    """Tells a tracker where a device is."""

    role_arn: RoleArn
    tracker_name: Text
    device_id: Text
    latitude: Text
    longitude: Text
    timestamp: LocationTimestamp | None = None

    @model_validator(mode="after")
    def _is_on_earth(self) -> LocationParameters:
        for name, text, bound in (("latitude", self.latitude, 90), ("longitude", self.longitude, 180)):
            if not has_template(text) and not _is_within(text, bound):
                raise ValueError(f"{name} must be a number from -{bound} to {bound} or a template, not {text!r}")
        return self


class SalesforceParameters(AwsModel):
    """Sends each message to an input stream of Salesforce IoT Cloud."""

    token: str = Field(min_length=40)
    url: str = Field(
        max_length=2000,
        pattern=r"^https://ingestion-[a-zA-Z0-9]{1,12}\.[a-zA-Z0-9]+\.((sfdc-matrix\.net)|(sfdcnow\.com))/streams/\w{1,20}/\w{1,20}/event$",
    )


def _is_within(text: str, bound: float) -> bool:
    try:
        return abs(float(text)) <= bound
    except ValueError:
        return False
