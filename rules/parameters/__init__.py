"""What each action of a rule is told: a model an action, a file a family.

Names, enums and limits are those of the API reference, of the developer guide's page of the action and of the quota
page of the AWS General Reference. All documented actions are here, also those that the engine does not run, so that
any catalog can be read and checked.
"""

from __future__ import annotations

from rules.parameters.cloudwatch import (
    CloudwatchAlarmParameters,
    CloudwatchLogsParameters,
    CloudwatchMetricParameters,
)
from rules.parameters.functions import LambdaParameters, StepFunctionsParameters
from rules.parameters.http import BatchConfig, HttpParameters
from rules.parameters.influxdb import InfluxDbParameters
from rules.parameters.messages import RepublishHeaders, RepublishParameters, SnsParameters, SqsParameters
from rules.parameters.model import AwsModel
from rules.parameters.search import ElasticsearchParameters, OpenSearchParameters
from rules.parameters.services import (
    IotAnalyticsParameters,
    IotEventsParameters,
    LocationParameters,
    SalesforceParameters,
)
from rules.parameters.site_wise import SiteWiseParameters
from rules.parameters.storage import DynamoDbParameters, DynamoDbV2Parameters, S3Parameters
from rules.parameters.streams import FirehoseParameters, KafkaParameters, KinesisParameters
from rules.parameters.timestream import TimestreamParameters

__all__ = [
    "AwsModel",
    "BatchConfig",
    "CloudwatchAlarmParameters",
    "CloudwatchLogsParameters",
    "CloudwatchMetricParameters",
    "DynamoDbParameters",
    "DynamoDbV2Parameters",
    "ElasticsearchParameters",
    "FirehoseParameters",
    "HttpParameters",
    "InfluxDbParameters",
    "IotAnalyticsParameters",
    "IotEventsParameters",
    "KafkaParameters",
    "KinesisParameters",
    "LambdaParameters",
    "LocationParameters",
    "OpenSearchParameters",
    "RepublishHeaders",
    "RepublishParameters",
    "S3Parameters",
    "SalesforceParameters",
    "SiteWiseParameters",
    "SnsParameters",
    "SqsParameters",
    "StepFunctionsParameters",
    "TimestreamParameters",
]
