"""The `lambda` action, to the request that AWS would get; that functions run is shown end to end."""

from __future__ import annotations

import pytest
from botocore.stub import Stubber

from rules.actions.lambda_function import LambdaAction
from rules.errors import FinalError, RetryableError
from rules.parameters import LambdaParameters

ARN = "arn:aws:lambda:us-east-1:123456789012:function:tell:live"


def action(tools, arn: str = ARN) -> LambdaAction:
    """An action that invokes `tell`."""
    return LambdaAction(LambdaParameters.model_validate({"functionArn": arn}), tools.clients)


def test_the_function_is_invoked_asynchronously(fake_account, tools, occasion):
    """InvocationType Event (developer guide, "Lambda"); the stub compares every parameter with the API's model."""
    tried = action(tools, "arn:aws:lambda:us-east-1:123456789012:function:${name}")
    with Stubber(tools.clients.functions) as service:
        service.add_response(
            "invoke",
            {"StatusCode": 202},
            {"FunctionName": ARN[:-5], "InvocationType": "Event", "Payload": b'{"name":"tell"}'},
        )
        tried.perform(tried.prepare(occasion(b'{"name":"tell"}')))
        service.assert_no_pending_responses()


@pytest.mark.parametrize("payload", [b"\xff", b"hello"])
def test_a_payload_that_is_no_json_is_final(tools, occasion, payload):
    """Lambda takes JSON only (developer guide, "Working with binary payloads")."""
    with pytest.raises(FinalError, match="not JSON"):
        action(tools).prepare(occasion(payload))


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [("TooManyRequestsException", 429, RetryableError), ("ResourceNotFoundException", 404, FinalError)],
)
def test_refusals_are_sorted(fake_account, tools, occasion, code, status, error):
    """Too many at a time passes; a function that is not there does not."""
    tried = action(tools)
    request = tried.prepare(occasion(b"{}"))
    with Stubber(tools.clients.functions) as service:
        service.add_client_error("invoke", code, "no", status)
        with pytest.raises(error, match=code):
            tried.perform(request)
    assert request.describe()["functionArn"] == ARN
