"""Answers of the emulator are those of AWS where Terraform and provisioning believe them."""

from __future__ import annotations

import json
import types
from typing import Any

import pytest

from factory.local_aws.answers import ENDPOINT_NAMES, ORIGIN_NAMES, SECRET_NAMES, answer_as_aws
from factory.local_aws.errors import EmulatorMovedError


class Emulator:
    """The three modules, of which each test may replace names."""

    def __init__(self) -> None:
        from ministack import app
        from ministack.services import iot, secretsmanager

        self.application, self.iot, self.secrets = (
            types.SimpleNamespace(**vars(module)) for module in (app, iot, secretsmanager)
        )

    def answer_as_aws(self) -> None:
        """Put them right."""
        answer_as_aws(self.application, self.iot, self.secrets)


@pytest.fixture
def emulator() -> Emulator:
    """As it is installed; what is replaced is so in copies."""
    return Emulator()


@pytest.mark.parametrize(
    ("module", "name"),
    [("application", name) for name in ORIGIN_NAMES]
    + [("iot", name) for name in ENDPOINT_NAMES]
    + [("secrets", name) for name in SECRET_NAMES],
)
def test_a_name_that_is_gone_is_refused(emulator: Emulator, module: str, name: str) -> None:
    """Each is checked before anything is replaced."""
    delattr(getattr(emulator, module), name)

    with pytest.raises(EmulatorMovedError, match=name):
        emulator.answer_as_aws()


def test_the_endpoint_is_a_host_alone(emulator: Emulator) -> None:
    """Without us there is a port behind it; what is refused stays refused."""
    describe = emulator.iot._describe_endpoint
    before = address(describe({"endpointType": "iot:Data-ATS"}))
    emulator.answer_as_aws()
    after = emulator.iot._describe_endpoint

    assert before.count(":") == 1
    assert address(after({"endpointType": "iot:Data-ATS"})) == before.partition(":")[0]
    assert after({"endpointType": "iot:Data"}) == describe({"endpointType": "iot:Data"})


def address(answer: Any) -> str:
    """What it tells."""
    told: str = json.loads(answer[2])["endpointAddress"]
    return told


def test_what_comes_over_loopback_counts_as_sent_by_tls(emulator: Emulator) -> None:
    """Nothing else does, whatever its address looks like, and TLS stays TLS."""
    pinned: list[tuple[str, bool]] = []

    def pin_request_origin(source_ip: str, secure_transport: bool) -> None:
        pinned.append((source_ip, secure_transport))

    emulator.application.pin_request_origin = pin_request_origin
    emulator.answer_as_aws()

    for source in ("127.0.0.1", "::1", "192.0.2.7", "127.0.0.1.example", ""):
        emulator.application.pin_request_origin(source, False)
    emulator.application.pin_request_origin("192.0.2.7", True)

    assert [secure for _, secure in pinned] == [True, True, False, False, False, True]


@pytest.mark.e2e
def test_a_secret_without_a_value_has_none(local_aws: Any) -> None:
    """As one that Terraform made; filled, it answers."""
    secrets = local_aws.session().client("secretsmanager", endpoint_url=local_aws.endpoint)
    secrets.create_secret(Name="answers/empty")

    with pytest.raises(secrets.exceptions.ResourceNotFoundException, match="AWSCURRENT"):
        secrets.get_secret_value(SecretId="answers/empty")
    secrets.put_secret_value(SecretId="answers/empty", SecretString="filled")
    assert secrets.get_secret_value(SecretId="answers/empty")["SecretString"] == "filled"


@pytest.mark.e2e
def test_a_bucket_that_wants_tls_lets_in_who_comes_over_loopback(local_aws: Any) -> None:
    """A user with rights of his own; the account's root is never asked."""
    client = local_aws.session().client
    s3, iam = (client(name, endpoint_url=local_aws.endpoint) for name in ("s3", "iam"))
    s3.create_bucket(Bucket="answers-tls")
    arns = ["arn:aws:s3:::answers-tls", "arn:aws:s3:::answers-tls/*"]
    deny = {
        "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": arns,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }  # fmt: skip
    s3.put_bucket_policy(Bucket="answers-tls", Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    iam.create_user(UserName="answers")
    allow = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": arns[1]}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_user_policy(UserName="answers", PolicyName="p", PolicyDocument=document)
    key = iam.create_access_key(UserName="answers")["AccessKey"]
    user = client(
        "s3",
        endpoint_url=local_aws.endpoint,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )

    user.put_object(Bucket="answers-tls", Key="a", Body=b"b")

    assert s3.get_object(Bucket="answers-tls", Key="a")["Body"].read() == b"b"
