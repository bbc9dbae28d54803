"""Verdicts to the plant's topics."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from maintenance.errors import VerdictError
from maintenance.verdicts.publisher import Message, Publisher


def client() -> Any:
    """AWS IoT's data plane, without an account."""
    return boto3.client("iot-data", "us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing")


def test_a_message_is_published_as_json_with_qos_1() -> None:
    """As AWS IoT's API takes it; the answer is the acknowledgement."""
    iot = client()
    wanted = {"topic": "factory/plant1/line1/M001/verdict", "qos": 1, "contentType": "application/json", "payload": ANY}
    with Stubber(iot) as stub:
        stub.add_response("publish", {}, wanted)
        sent: list[bytes] = []
        iot.meta.events.register(
            "provide-client-params.iot-data.Publish", lambda params, **_: sent.append(params["payload"])
        )
        Publisher(iot).publish([Message("factory/plant1/line1/M001/verdict", {"words": "3 K über", "index": 1.5})])
        stub.assert_no_pending_responses()

    assert json.loads(sent[0]) == {"words": "3 K über", "index": 1.5}


def test_what_the_broker_refuses_is_a_failure() -> None:
    """In one sentence, with the topic and what is needed."""
    iot = client()
    with Stubber(iot) as stub:
        stub.add_client_error("publish", "UnauthorizedException", "not allowed")
        with pytest.raises(VerdictError, match="factory/plant1/line1/M001/verdict cannot be published to") as caught:
            Publisher(iot).publish([Message("factory/plant1/line1/M001/verdict", {})])

    assert "iot:Publish" in str(caught.value)
