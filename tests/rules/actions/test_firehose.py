"""The `firehose` action: gzip JSON lines by the hour of the reading."""

from __future__ import annotations

import gzip

import boto3
import pytest

from contracts.resources import Resources
from rules.actions.firehose import FirehoseAction, Record
from rules.errors import FinalError, RetryableError
from rules.parameters import FirehoseParameters

PLANT = Resources("plant1", "000000000000")
ROLE = "arn:aws:iam::000000000000:role/any"
ARRIVED = 1_767_225_600_000
"""2026-01-01T00:00:00Z [ms]."""


def action(tools, **changes) -> FirehoseAction:
    """An action that delivers to the lake."""
    parameters = {"roleArn": ROLE, "deliveryStreamName": "stream", "separator": "\n", **changes}
    return FirehoseAction(
        FirehoseParameters.model_validate(parameters), tools.clients, bucket=PLANT.lake_bucket, plant=PLANT.plant
    )


@pytest.mark.parametrize(
    ("payload", "partition"),
    [
        (b'{"timestamp":"2025-12-31T23:59:59.999Z"}', "dt=2025-12-31/hour=23"),
        (b'{"timestamp":"2026-06-01T00:30:00+02:00"}', "dt=2026-05-31/hour=22"),
        (b'{"timestamp":"1014-02-15T09:00:00Z"}', "dt=1014-02-15/hour=09"),
        (b'{"timestamp":"2025-12-31T24:59:59.999Z"}', "dt=2026-01-01/hour=00"),
        (b'{"timestamp":"2025-12-31T23:59:59"}', "dt=2026-01-01/hour=00"),
        (b'{"timestamp":"0001-01-01T00:00:00+14:00"}', "dt=2026-01-01/hour=00"),
        (b'{"timestamp":1767225600}', "dt=2026-01-01/hour=00"),
        (b"{}", "dt=2026-01-01/hour=00"),
        (b"hello", "dt=2026-01-01/hour=00"),
    ],
)
def test_the_partition_is_the_hour_of_the_reading_or_else_of_its_arrival(tools, occasion, payload, partition):
    """UTC; a time that is none, or names no zone, does not count."""
    tried = action(tools)

    for _ in range(2):  # the second answer is remembered
        record = tried.prepare(occasion(payload, timestamp=ARRIVED))
        assert record.partition == f"raw/plant=plant1/{partition}/"


def test_a_minute_that_is_none_does_not_poison_the_hour(tools, occasion):
    """Only the hour of a valid time is remembered."""
    tried = action(tools)
    tried.prepare(occasion(b'{"timestamp":"2025-05-05T05:99:00Z"}', timestamp=ARRIVED))

    record = tried.prepare(occasion(b'{"timestamp":"2025-05-05T05:59:00Z"}', timestamp=ARRIVED))
    assert record.partition.endswith("dt=2025-05-05/hour=05/")


def test_a_batch_is_one_compressed_object_of_lines(fake_account, tools, occasion):
    """Readable by anything that reads gzip."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=PLANT.lake_bucket)
    tried = action(tools)
    records = [tried.prepare(occasion(b'{"n":%d}' % n, timestamp=ARRIVED)) for n in range(3)]

    tried.deliver(tried.batch(records))

    (entry,) = s3.list_objects_v2(Bucket=PLANT.lake_bucket)["Contents"]
    assert entry["Key"].startswith("raw/plant=plant1/dt=2026-01-01/hour=00/")
    assert entry["Key"].endswith(".jsonl.gz")
    body = s3.get_object(Bucket=PLANT.lake_bucket, Key=entry["Key"])["Body"].read()
    assert gzip.decompress(body) == b'{"n":0}\n{"n":1}\n{"n":2}\n'


def test_a_batch_that_is_delivered_twice_is_there_once(fake_account, tools):
    """The answer to the first attempt was lost: the second overwrites it."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=PLANT.lake_bucket)
    tried = action(tools)
    batch = tried.batch([Record("stream", "raw/", b"{}\n")])

    tried.deliver(batch)
    tried.deliver(batch)

    assert s3.list_objects_v2(Bucket=PLANT.lake_bucket)["KeyCount"] == 1


def test_no_two_batches_share_a_key(tools):
    """However fast they follow each other."""
    tried = action(tools)

    assert len({tried.batch([Record("stream", "raw/", b"")]).key for _ in range(1000)}) == 1000


def test_a_refusal_is_retried_like_an_outage(fake_account, tools):
    """A delivery stream keeps what it took (no bucket here): nothing goes to the error action."""
    tried = action(tools)

    with pytest.raises(RetryableError, match="NoSuchBucket"):
        tried.deliver(tried.batch([Record("stream", "raw/", b"{}\n")]))
    assert tried.policy.attempts is None


@pytest.mark.parametrize(("separator", "data"), [(None, b"{}"), (",", b"{},"), ("\t", b"{}\t"), ("\r\n", b"{}\r\n")])
def test_the_separator_is_the_rules(tools, occasion, separator, data):
    """None puts records side by side, as AWS does."""
    assert action(tools, separator=separator).prepare(occasion(b"{}")).data == data


def test_batch_mode_makes_each_element_a_record(tools, occasion):
    """An array of two is two lines; more than 500 are refused."""
    tried = action(tools, batchMode=True)
    sql = "SELECT VALUE items FROM 'a/b'"

    assert tried.prepare(occasion(b'{"items":[{"a":1},2]}', sql=sql)).data == b'{"a":1}\n2\n'
    with pytest.raises(FinalError, match="501 elements"):
        tried.prepare(occasion(b'{"items":[%s]}' % b",".join([b"1"] * 501), sql=sql))
