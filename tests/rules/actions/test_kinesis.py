"""The `kinesis` action against Kinesis."""

from __future__ import annotations

import boto3
import pytest

from rules.actions.kinesis import KinesisAction
from rules.errors import FinalError
from rules.parameters import KinesisParameters

ROLE = "arn:aws:iam::000000000000:role/any"


def action(tools, **changes: str) -> KinesisAction:
    """An action that puts records into the stream `readings`."""
    parameters = {"roleArn": ROLE, "streamName": "readings", "partitionKey": "${n}", **changes}
    return KinesisAction(KinesisParameters.model_validate(parameters), tools.clients)


def test_the_record_is_put_under_its_partition_key(fake_account, tools, occasion):
    """Read back from the shard."""
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="readings", ShardCount=1)
    tried = action(tools)
    tried.perform(tried.prepare(occasion(b'{"n": "M001"}')))

    shard = kinesis.list_shards(StreamName="readings")["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(StreamName="readings", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    (record,) = kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    assert (record["PartitionKey"], record["Data"]) == ("M001", b'{"n":"M001"}')


def test_without_a_partition_key_each_record_has_its_own(tools, occasion):
    """Given once: a retry goes to the same shard."""
    parameters = KinesisParameters.model_validate({"roleArn": ROLE, "streamName": "readings"})
    tried = KinesisAction(parameters, tools.clients)

    keys = {tried.prepare(occasion(b"{}")).partition_key for _ in range(10)}
    assert len(keys) == 10


@pytest.mark.parametrize("key", ["${missing}", "k" * 257])
def test_a_partition_key_has_1_to_256_characters(tools, occasion, key):
    """Kinesis API reference, PutRecord."""
    with pytest.raises(FinalError, match="not 1-256"):
        action(tools, partitionKey=key).prepare(occasion(b"{}"))


def test_a_stream_that_is_not_there_is_final(fake_account, tools, occasion):
    """The error action's turn."""
    tried = action(tools, streamName="${'no'}ne")
    request = tried.prepare(occasion(b'{"n":1}'))

    assert request.describe() == {"streamName": "none", "partitionKey": "1", "data": '{"n":1}'}
    with pytest.raises(FinalError, match="ResourceNotFoundException"):
        tried.perform(request)
