"""The `s3` action against S3."""

from __future__ import annotations

import boto3
import pytest

from rules.actions.s3 import S3Action
from rules.errors import FinalError
from rules.parameters import S3Parameters

ROLE = "arn:aws:iam::000000000000:role/any"


def action(tools, **changes: str) -> S3Action:
    """An action that writes to the bucket `lake`."""
    parameters = {"roleArn": ROLE, "bucketName": "lake", "key": "k/${n}.json", **changes}
    return S3Action(S3Parameters.model_validate(parameters), tools.clients)


def test_each_message_is_an_object_under_its_rendered_key(fake_account, tools, occasion):
    """The result of SELECT, as JSON."""
    bucket = boto3.client("s3")
    bucket.create_bucket(Bucket="lake")
    tried = action(tools)

    tried.perform(tried.prepare(occasion(b'{"n": 7, "m": 1}', sql="SELECT m FROM 'a/b'")))

    written = bucket.get_object(Bucket="lake", Key="k/7.json")
    assert (written["Body"].read(), written["ContentType"]) == (b'{"m":1}', "application/json")


def test_the_canned_acl_is_applied(fake_account, tools, occasion):
    """Everybody may read, where the rule says so (S3 user guide, "Canned ACL")."""
    boto3.client("s3").create_bucket(Bucket="lake")
    tried = action(tools, cannedAcl="public-read")

    tried.perform(tried.prepare(occasion(b'{"n":1}')))

    grants = boto3.client("s3").get_object_acl(Bucket="lake", Key="k/1.json")["Grants"]
    assert any(grant["Grantee"].get("URI", "").endswith("AllUsers") for grant in grants)


def test_bytes_that_are_not_json_are_written_as_they_are(fake_account, tools, occasion):
    """SELECT * of a payload that is no JSON is the payload."""
    boto3.client("s3").create_bucket(Bucket="lake")
    tried = action(tools, key="raw")
    tried.perform(tried.prepare(occasion(b"\x00\xff")))

    assert boto3.client("s3").get_object(Bucket="lake", Key="raw")["Body"].read() == b"\x00\xff"


def test_a_bucket_that_is_not_there_is_final(fake_account, tools, occasion):
    """The error action's turn."""
    tried = action(tools)

    with pytest.raises(FinalError, match="NoSuchBucket"):
        tried.perform(tried.prepare(occasion(b'{"n":1}')))


@pytest.mark.parametrize("key", ["${missing}", "x" * 1025])
def test_a_key_that_s3_cannot_have_is_final(tools, occasion, key):
    """An empty one, or more than 1,024 bytes."""
    with pytest.raises(FinalError, match="Failed to put S3 object"):
        action(tools, key=key).prepare(occasion(b'{"n":1}'))


def test_the_request_can_be_shown(tools, occasion):
    """As `factory rules test` does."""
    assert action(tools).prepare(occasion(b'{"n":1}')).describe() == {
        "bucket": "lake",
        "key": "k/1.json",
        "body": '{"n":1}',
    }


def test_half_a_surrogate_pair_does_not_stop_a_key(tools, occasion):
    """JSON can write one (RFC 8259, section 8.2) and UTF-8 cannot: it becomes a question mark, as in the object."""
    request = action(tools).prepare(occasion(b'{"n": "a\\ud800"}'))

    assert (request.key, request.body) == ("k/a?.json", b'{"n":"a?"}')
