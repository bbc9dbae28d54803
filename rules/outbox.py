"""Messages that actions publish over the engine's connection: handed in by any thread, sent by the engine's own."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from paho.mqtt import MQTTException
from paho.mqtt.client import MQTT_ERR_SUCCESS, Client
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from rules.actions import Publication
from rules.errors import FinalError, RetryableError
from rules.subscriptions import FIRST_FAILURE

ANSWER_TIMEOUT_S = 10.0
_PROPERTIES = {
    "payloadFormatIndicator": "PayloadFormatIndicator",
    "contentType": "ContentType",
    "responseTopic": "ResponseTopic",
    "correlationData": "CorrelationData",
    "messageExpiry": "MessageExpiryInterval",
}


class Outbox:
    """What waits to be published, and what waits for the broker's answer.

    Args:
        wake: wakes the engine's thread.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._waiting: deque[tuple[Publication, Properties | None, Future[int]]] = deque()
        self._sent: dict[int, Future[int]] = {}

    @property
    def awaits_answers(self) -> bool:
        """Whether something was sent that the broker has not answered."""
        return bool(self._sent)

    def publish(self, publication: Publication) -> None:
        """Hand in, and return when the broker has taken it; called by the threads of actions.

        Raises:
            RetryableError: not connected, or no answer.
            FinalError: the broker refuses it, or MQTT cannot carry it.
        """
        properties = _properties(publication)
        answer: Future[int] = Future()
        self._waiting.append((publication, properties, answer))
        self._wake()
        try:
            code = answer.result(ANSWER_TIMEOUT_S)
        except TimeoutError:
            # Cancelled, it will not go out after all when the connection comes back.
            answer.cancel()
            raise RetryableError(f"Failed to republish. No answer within {ANSWER_TIMEOUT_S:g} s.") from None
        if code >= FIRST_FAILURE:
            raise FinalError(f"Failed to republish to {publication.topic!r}. The broker refuses it (reason {code}).")

    def send(self, client: Client) -> None:
        """Send everything that waits; called by the engine's thread, as are those below."""
        while self._waiting:
            publication, properties, answer = self._waiting.popleft()
            if not answer.set_running_or_notify_cancel():
                continue
            info = client.publish(publication.topic, publication.payload, publication.qos, properties=properties)
            if info.rc != MQTT_ERR_SUCCESS:
                answer.set_exception(RetryableError("Failed to republish. The engine is not connected."))
            else:
                self._sent[info.mid] = answer

    def answered(self, packet_id: int, code: int) -> None:
        """The broker has answered."""
        answer = self._sent.pop(packet_id, None)
        if answer is not None:
            answer.set_result(code)

    def lost(self) -> None:
        """The connection is gone: no answer will come."""
        sent, self._sent = self._sent, {}
        for answer in sent.values():
            answer.set_exception(RetryableError("Failed to republish. The connection was lost."))


def _properties(publication: Publication) -> Properties | None:
    if not publication.headers and not publication.user_properties:
        return None
    properties: Any = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho leaves it untyped
    try:
        for name, value in publication.headers.items():
            setattr(properties, _PROPERTIES[name], value)
        if publication.user_properties:
            properties.UserProperty = list(publication.user_properties)
        # Tried here, in the action's own thread: where paho packs them, a failure would end the engine's.
        properties.pack()
    except (MQTTException, ValueError, struct.error) as error:
        raise FinalError(f"Failed to republish. MQTT cannot carry its headers: {error}.") from error
    return properties  # type: ignore[no-any-return]
