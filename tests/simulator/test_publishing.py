"""Our way past awscrt's futures, beside the way that it goes itself."""

from __future__ import annotations

from typing import Any

import _awscrt
import pytest
from awscrt import mqtt5

from simulator.publishing import publish_raw


def test_the_call_is_the_one_that_the_client_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argument by argument, but for who is told of the answer: an upgrade of awscrt that changes it fails here."""
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(_awscrt, "mqtt5_client_publish", lambda *arguments: calls.append(arguments))
    client = mqtt5.Client(mqtt5.ClientOptions(host_name="localhost", port=1))
    packet = mqtt5.PublishPacket(topic="a/b", payload=b"{}", qos=mqtt5.QoS.AT_LEAST_ONCE)

    client.publish(packet)
    publish_raw(client, "a/b", b"{}", print)

    theirs, ours = calls
    assert ours[:-1] == theirs[:-1]
    assert ours[-1] is print


def test_the_answer_has_five_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Error, QoS, reason, reason string, properties: what the client's own callback takes."""
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(_awscrt, "mqtt5_client_publish", lambda *arguments: calls.append(arguments))
    client = mqtt5.Client(mqtt5.ClientOptions(host_name="localhost", port=1))
    future = client.publish(mqtt5.PublishPacket(topic="a/b", payload=b"{}", qos=mqtt5.QoS.AT_LEAST_ONCE))
    calls[0][-1](0, 1, 16, None, None)

    assert int(future.result(0).puback.reason_code) == 16
