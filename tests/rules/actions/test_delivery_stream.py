"""The `firehose` action for streams of AWS."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from rules.actions.delivery_stream import DeliveryStreamAction
from rules.errors import FinalError, RetryableError
from rules.parameters import FirehoseParameters

ROLE = "arn:aws:iam::000000000000:role/any"
ITEMS = "SELECT VALUE items FROM 'a/b'"


def action(tools, **changes: Any) -> DeliveryStreamAction:
    """An action that puts records into the stream `readings`."""
    parameters = {"roleArn": ROLE, "deliveryStreamName": "readings", "separator": "\n", **changes}
    return DeliveryStreamAction(FirehoseParameters.model_validate(parameters), tools.clients)


@pytest.fixture
def lake(fake_account: None) -> Any:
    """A bucket behind the stream."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="lake")
    destination = {"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::lake"}
    boto3.client("firehose").create_delivery_stream(
        DeliveryStreamName="readings", ExtendedS3DestinationConfiguration=destination
    )
    return s3


def delivered(s3: Any) -> bytes:
    """What lies in the bucket."""
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket="lake").get("Contents", [])]
    return b"".join(s3.get_object(Bucket="lake", Key=key)["Body"].read() for key in keys)


def test_a_message_is_a_record_with_its_separator(lake, tools, occasion):
    """Read back from the bucket behind the stream."""
    tried = action(tools, deliveryStreamName="${'readings'}")
    tried.perform(tried.prepare(occasion(b'{"n":1}')))

    assert delivered(lake) == b'{"n":1}\n'


def test_in_batch_mode_each_element_is_a_record(lake, tools, occasion):
    """PutRecordBatch (developer guide, "Firehose")."""
    tried = action(tools, batchMode=True)
    request = tried.prepare(occasion(b'{"items":[{"a":1},2]}', sql=ITEMS))
    tried.perform(request)

    assert request.describe() == {"deliveryStreamName": "readings", "records": ['{"a":1}\n', "2\n"]}
    assert delivered(lake) == b'{"a":1}\n2\n'


def test_only_the_records_that_were_not_taken_are_put_again(fake_account, tools, occasion):
    """The call succeeds and tells of each record (Firehose API reference, PutRecordBatch)."""
    tried = action(tools, batchMode=True)
    attempt = tried.attempts(tried.prepare(occasion(b'{"items":[1,2,3]}', sql=ITEMS)))
    taken, refused = {"RecordId": "1"}, {"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "slow down"}
    with Stubber(tools.clients.firehose) as service:
        for numbers, answers in [((1, 2, 3), [taken, refused, refused]), ((2, 3), [taken, refused]), ((3,), [taken])]:
            service.add_response(
                "put_record_batch",
                {"FailedPutCount": answers.count(refused), "RequestResponses": answers},
                {"DeliveryStreamName": "readings", "Records": [{"Data": b"%d\n" % number} for number in numbers]},
            )
        with pytest.raises(RetryableError, match="2 of 3 records were not taken"):
            attempt()
        with pytest.raises(RetryableError, match="1 of 3"):
            attempt()
        attempt()
        service.assert_no_pending_responses()


@pytest.mark.parametrize("count", [0, 501])
def test_a_batch_has_1_to_500_records(tools, occasion, count):
    """Developer guide, "Firehose", batchMode."""
    payload = b'{"items":[%s]}' % b",".join([b"1"] * count)
    with pytest.raises(FinalError, match=f"has {count} elements"):
        action(tools, batchMode=True).prepare(occasion(payload, sql=ITEMS))


def test_a_stream_that_is_not_there_is_final(fake_account, tools, occasion):
    """The error action's turn."""
    tried = action(tools)
    with pytest.raises(FinalError, match="ResourceNotFoundException"):
        tried.perform(tried.prepare(occasion(b"{}")))
