"""Parameters of `http`: where a message may go, and how it may be batched."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.parameters import HttpParameters
from rules.parameters.http import usable_url


def parameters(**changes: Any) -> HttpParameters:
    """Parameters with some replaced."""
    return HttpParameters.model_validate({"url": "https://example.com/in", **changes})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"url": "http://example.com/"}, "must begin with https://"),
        ({"url": "http://localhost.example.com/"}, "must begin with https://"),
        ({"url": "http://127.0.0.1.example.com/"}, "must begin with https://"),
        ({"url": "ftp://127.0.0.1/"}, "must begin with https://"),
        ({"url": "https://[::1]/"}, "IPv6"),
        ({"url": "https://example.com:8080/"}, "443 or 8443"),
        ({"url": "https://me:secret@example.com/"}, "credentials"),
        ({"url": "https://example.com/a b"}, "blanks"),
        ({"url": "https://"}, "not a URL of a host"),
        ({"url": "https://example.com/" + "x" * 2000}, "2000"),
        ({"url": "https://example.com/${topic()}"}, "needs a confirmationUrl"),
        ({"url": "http://${host}/", "confirmationUrl": "http://${host}/"}, "loopback"),
        ({"confirmationUrl": "https://example.org/"}, "prefix of url"),
        ({"confirmationUrl": "https://example.com/out${n}"}, "prefix of url"),
        ({"headers": [{"key": "k", "value": "v"}] * 101}, "100"),
        ({"headers": [{"key": "k" * 257, "value": "v"}]}, "256"),
        ({"headers": [{"key": "a key", "value": "v"}]}, "pattern"),
        ({"headers": [{"key": "${k}", "value": "v"}]}, "pattern"),
        ({"batchConfig": {"maxBatchOpenMs": 4}}, "5"),
        ({"batchConfig": {"maxBatchOpenMs": 201}}, "200"),
        ({"batchConfig": {"maxBatchSize": 1}}, "2"),
        ({"batchConfig": {"maxBatchSize": 11}}, "10"),
        ({"batchConfig": {"maxBatchSizeBytes": 99}}, "100"),
        ({"batchConfig": {"maxBatchSizeBytes": 131_073}}, "131072"),
        ({"auth": {"sigv4": {"signingRegion": "us-east-1"}}}, "roleArn"),
    ],
)
def test_what_aws_refuses_is_refused(changes, said):
    """Developer guide, "HTTP", with the ranges of the API reference and the ports of the quota page."""
    with pytest.raises(ValueError, match=said):
        parameters(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "https://example.com:8443/in"},
        {"url": "http://localhost:9/in"},
        {"url": "https://example.com/${topic()}", "confirmationUrl": "https://example.com/"},
        {"url": "${url}", "confirmationUrl": "${base}"},
        {"confirmationUrl": "https://example.com"},
    ],
)
def test_what_aws_takes_is_taken(changes):
    """Templates with a confirmation, a prefix that is one, and loopback for trying."""
    parameters(**changes)


def test_batches_have_the_documented_limits_by_default():
    """20 ms, 10 messages, 5,120 bytes, one topic (developer guide, "Batching HTTP action messages")."""
    config = parameters(batchConfig={}).batch_config

    assert config is not None
    assert (config.max_batch_open_ms, config.max_batch_size, config.max_batch_size_bytes) == (20, 10, 5120)
    assert not config.batch_across_topics


@given(st.text() | st.text().map("https://".__add__) | st.from_regex(r"https?://[a-z0-9.:@\[\]]{1,20}/.{0,5}"))
def test_any_text_is_a_url_or_refused_with_a_sentence(text):
    """Never another exception, whatever a template gives."""
    with contextlib.suppress(ValueError):
        assert usable_url(text) == text
