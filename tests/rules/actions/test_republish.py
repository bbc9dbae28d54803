"""The `republish` action: topic, headers and payload of the message that goes out."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from rules.actions.republish import RepublishAction
from rules.errors import FinalError
from rules.parameters import RepublishParameters

ROLE = "arn:aws:iam::000000000000:role/any"


def action(publisher, **changes) -> RepublishAction:
    """An action that publishes on another topic."""
    parameters = {"roleArn": ROLE, "topic": "out/${topic(2)}", **changes}
    return RepublishAction(RepublishParameters.model_validate(parameters), publisher)


def test_the_result_goes_out_on_the_rendered_topic(publisher, occasion):
    """At QoS 0 where the rule says nothing (API reference, RepublishAction)."""
    tried = action(publisher)
    tried.perform(tried.prepare(occasion(b'{"n":1}')))

    (published,) = publisher.published
    assert (published.topic, published.payload, published.qos) == ("out/b", b'{"n":1}', 0)


def test_two_dollars_begin_a_reserved_topic(publisher, occasion):
    """`$$aws/…` as in the guide, "Republish": one dollar would begin a template."""
    tried = action(publisher, topic="$$aws/things/${n}/shadow/update")

    assert tried.prepare(occasion(b'{"n":"M001"}')).topic == "$aws/things/M001/shadow/update"


def test_headers_become_mqtt5_properties(publisher, occasion):
    """Each a template; correlation data in base64, expiry in seconds."""
    headers = {
        "payloadFormatIndicator": "UTF8_DATA",
        "contentType": "${kind}",
        "correlationData": "aGk=",
        "messageExpiry": "60",
        "userProperties": [{"key": "from", "value": "${topic()}"}],
    }
    sent = action(publisher, headers=headers, qos=1).prepare(occasion(b'{"kind":"application/json"}'))

    assert sent.headers == {
        "payloadFormatIndicator": 1,
        "contentType": "application/json",
        "correlationData": b"hi",
        "messageExpiry": 60,
    }
    assert sent.user_properties == (("from", "a/b"),)
    assert sent.describe()["headers"]["userProperties"] == [["from", "a/b"]]


@pytest.mark.parametrize("topic", ["${missing}", "a/${wild}", "x" * 257])
def test_a_topic_that_is_none_is_final(publisher, occasion, topic):
    """Empty, with a wildcard, or longer than 256 bytes."""
    with pytest.raises(FinalError, match="is not a topic"):
        action(publisher, topic=topic).prepare(occasion(b'{"wild":"#"}'))


@pytest.mark.parametrize(
    "headers",
    [
        {"payloadFormatIndicator": "${'JSON'}"},
        {"messageExpiry": "soon"},
        {"messageExpiry": "604801"},
        {"correlationData": "not base64!"},
    ],
)
def test_a_header_that_cannot_be_is_final(publisher, occasion, headers):
    """Values that MQTT 5 or AWS do not have."""
    with pytest.raises(FinalError, match="cannot be used"):
        action(publisher, headers=headers).prepare(occasion(b"{}"))


def test_qos_2_is_refused():
    """AWS IoT has 0 and 1."""
    with pytest.raises(ValidationError):
        RepublishParameters.model_validate({"roleArn": ROLE, "topic": "t", "qos": 2})
