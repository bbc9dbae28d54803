"""The doors before the emulator."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from factory.local_aws.gate import Gate, changed_service


class Recorder:
    """An application and a journal that remember the order in which they were called."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    async def __call__(self, _scope: Any, _receive: Any, send: Any) -> None:
        """Answer as an application does."""
        self.seen.append("worked off")
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def changed(self, service: str) -> None:
        """Note that the journal was asked."""
        self.seen.append(f"{service} on disk")


def visit(recorder: Recorder, scope: dict[str, Any]) -> list[Any]:
    """What happened, in order, ending with the status that the caller saw."""

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        recorder.seen.append(message.get("status", message.get("code")))

    asyncio.run(Gate(recorder, recorder)(scope, receive, send))
    return recorder.seen


def signed(service: str, target: str = "", method: str = "POST", path: str = "/") -> dict[str, Any]:
    """A request with a signature for a service."""
    credential = f"AWS4-HMAC-SHA256 Credential=AKIA/20260102/us-east-1/{service}/aws4_request, SignedHeaders=host"
    headers = [(b"authorization", credential.encode()), (b"x-amz-target", target.encode())]
    return {"type": "http", "method": method, "path": path, "headers": headers}


def test_a_change_is_on_disk_before_it_is_acknowledged() -> None:
    """The journal is asked after the work and before the answer."""
    seen = visit(Recorder(), signed("dynamodb", "DynamoDB_20120810.UpdateTable"))
    assert seen == ["worked off", "dynamodb on disk", 200]


def test_a_change_of_items_waits_for_no_state_file() -> None:
    """Items are in the journal when the emulator has worked the call off."""
    for action in ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"):
        assert visit(Recorder(), signed("dynamodb", f"DynamoDB_20120810.{action}")) == ["worked off", 200]


def test_reading_costs_nothing() -> None:
    """A request that reads goes past the journal."""
    assert visit(Recorder(), signed("dynamodb", "DynamoDB_20120810.GetItem")) == ["worked off", 200]


@pytest.mark.parametrize("path", ["/_ministack/reset", "/_ministack/sns/sms-messages", "/_localstack/state/reset"])
def test_administration_is_refused(path: str) -> None:
    """The emulator never hears of a call of its administration."""
    assert visit(Recorder(), signed("s3", path=path))[0] == 403


@pytest.mark.parametrize("path", ["/_ministack/health", "/_ministack/ready", "/_ministack/iot/ca.pem"])
def test_health_and_ca_are_open(path: str) -> None:
    """Supervisor and provisioning need no key to ask for these."""
    assert "worked off" in visit(Recorder(), {"type": "http", "method": "GET", "path": path, "headers": []})


def test_websockets_are_refused() -> None:
    """MQTT over WebSocket would be a way in without a certificate; 1008 is "policy violation" (RFC 6455, 7.4.1)."""
    assert visit(Recorder(), {"type": "websocket", "path": "/mqtt", "headers": []}) == [1008]


@pytest.mark.parametrize(
    ("scope", "service"),
    [
        (signed("iot", method="PUT", path="/things/M001/principals"), "iot"),
        (signed("iot", method="GET", path="/things"), None),
        (signed("kms", "TrentService.Decrypt"), None),
        (signed("kms", "TrentService.CreateKey"), "kms"),
        (signed("iam"), "iam"),
        ({"method": "POST", "headers": []}, None),
    ],
)
def test_a_change_is_known_by_its_signature(scope: dict[str, Any], service: str | None) -> None:
    """Method, target and the signature's scope tell which service may have changed."""
    assert changed_service(scope) == service
