"""The `http` action: what is posted, alone or as a batch."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.actions import ErrorForm
from rules.actions.http import BatchedHttpAction, HttpAction
from rules.errors import FinalError
from rules.parameters import HttpParameters

URL = "https://example.com/in"


def action(tools, **changes: Any) -> HttpAction:
    """An action that posts."""
    return HttpAction(HttpParameters.model_validate({"url": URL, **changes}), tools.clients)


def batched(tools, **changes: Any) -> BatchedHttpAction:
    """An action that posts batches."""
    parameters = {"url": URL, "enableBatching": True, **changes}
    return BatchedHttpAction(HttpParameters.model_validate(parameters), tools.clients)


@pytest.mark.parametrize(
    ("payload", "content_type"),
    [(b'{"n":1}', "application/json"), (b"hot", "application/octet-stream"), (b"\xff", "application/octet-stream")],
)
def test_the_content_type_is_that_of_the_payload(tools, occasion, payload, content_type):
    """JSON or bytes (developer guide, "HTTP")."""
    request = action(tools).prepare(occasion(payload))

    assert (request.url, request.body) == (URL, payload)
    assert request.headers == (("Content-Type", content_type),)


def test_headers_are_templates_and_may_name_the_content_type(tools, occasion):
    """In whatever case it is written."""
    headers = [{"key": "content-type", "value": "text/plain"}, {"key": "X-Device", "value": "${device}"}]
    request = action(tools, headers=headers).prepare(occasion(b'{"device":"M001"}'))

    assert request.headers == (("content-type", "text/plain"), ("X-Device", "M001"))
    assert request.describe()["headers"] == {"content-type": "text/plain", "X-Device": "M001"}


@pytest.mark.parametrize("value", ["a\\r\\nX-Injected: 1", "\\u0000", "°"])
def test_a_message_cannot_bring_headers_of_its_own(tools, occasion, value):
    """A line break in a value would begin one (RFC 9110, section 5.5)."""
    headers = [{"key": "X-Device", "value": "${device}"}]
    with pytest.raises(FinalError, match="The header X-Device cannot hold") as refusal:
        action(tools, headers=headers).prepare(occasion(f'{{"device":"S3cret{value}"}}'.encode()))
    # The value may come from get_secret(), and the sentence goes into logs and envelopes.
    assert "S3cret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("url", "confirmation", "said"),
    [
        ("${other}", "${base}", "is no prefix"),
        ("https://example.com${to}", "https://example.com", "is no prefix"),
        ("${plain}", "${plain}", "must begin with https"),
        ("${missing}", "${missing}", "must begin with https"),
        ("https://example.com/${long}", "https://example.com/", "2000 are allowed"),
    ],
)
def test_a_message_cannot_send_itself_elsewhere(tools, occasion, url, confirmation, said):
    """Only what confirmationUrl covers, and never beyond its host; never plain http to another machine."""
    message = {
        "to": ".elsewhere.org/",
        "other": "https://example.org/",
        "base": "https://example.com/",
        "plain": "http://example.com/",
        "long": "x" * 2000,
    }
    tried = action(tools, url=url, confirmationUrl=confirmation)

    with pytest.raises(FinalError, match=said):
        tried.prepare(occasion(json.dumps(message).encode()))


def test_a_url_within_its_confirmation_is_taken(tools, occasion):
    """The guide's example, filled."""
    tried = action(tools, url="https://example.com/${topic(2)}", confirmationUrl="https://example.com")

    assert tried.prepare(occasion(b"{}")).url == "https://example.com/b"


def test_a_url_is_signed_as_it_is_sent(tools, occasion):
    """What a URL cannot hold is percent-encoded (RFC 3986, section 2.1)."""
    tried = action(tools, url="https://example.com/${name}", confirmationUrl="https://example.com")

    assert tried.prepare(occasion('{"name":"Öl"}'.encode())).url == "https://example.com/%C3%96l"


def test_a_batch_is_an_array_under_the_headers_of_the_last(tools, occasion):
    """Text that is no JSON becomes a JSON string (developer guide, "Batching HTTP action messages")."""
    tried = batched(tools, headers=[{"key": "X-Number", "value": "${n}"}])
    parts = [tried.prepare(occasion(payload)) for payload in (b'{"n": 1}', "heiß".encode(), b'{"n": 2}')]

    request = tried.batch(parts)
    assert json.loads(request.body) == [{"n": 1}, "heiß", {"n": 2}]
    assert request.headers == (("Content-Type", "application/json"), ("X-Number", "2"))
    assert len(request.body) == sum(part.size for part in parts) + 1
    assert parts[0].describe()["element"] == '{"n":1}'


@pytest.mark.parametrize(
    ("across", "partitions", "form"), [(False, 2, ErrorForm.BATCH), (True, 1, ErrorForm.BATCH_ACROSS_TOPICS)]
)
def test_a_batch_is_of_one_topic_unless_the_rule_says_otherwise(tools, occasion, across, partitions, form):
    """And always of one URL; the envelope of an error action is of the same form."""
    tried = batched(tools, batchConfig={"batchAcrossTopics": across})
    parts = [tried.prepare(occasion(b"{}", sql="SELECT * FROM 'a/+'", topic=topic)) for topic in ("a/b", "a/c", "a/b")]

    assert len({part.partition for part in parts}) == partitions
    assert tried.error_form is form


def test_a_batch_has_the_rules_limits(tools):
    """In seconds; the bracket that no element counts is taken off the bytes."""
    config = {"maxBatchOpenMs": 50, "maxBatchSize": 3, "maxBatchSizeBytes": 1000}
    limits = batched(tools, batchConfig=config).limits

    assert (limits.max_age_s, limits.max_count, limits.max_bytes) == (0.05, 3, 999)


@pytest.mark.parametrize(("payload", "said"), [(b"\xff", "holds text only"), (b"", "empty")])
def test_a_batch_takes_no_bytes(tools, occasion, payload, said):
    """Developer guide, "Limitations" of batching."""
    with pytest.raises(FinalError, match=said):
        batched(tools).prepare(occasion(payload))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(min_size=1) | st.dictionaries(st.text(), st.integers()), min_size=1, max_size=10))
def test_any_messages_are_a_json_array_in_their_order(tools, occasion, messages):
    """Whatever their texts hold."""
    tried = batched(tools)
    payloads = [text if isinstance(text, str) else json.dumps(text) for text in messages]
    parts = [tried.prepare(occasion(payload.encode("utf-8", "replace"))) for payload in payloads]

    assert len(json.loads(tried.batch(parts).body)) == len(messages)
