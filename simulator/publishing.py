"""Publishing by awscrt without a future for each message.

`mqtt5.Client.publish` makes a Future and a closure for every message, and a lock, a wake-up and two objects more for
its answer: 17 µs of the 63 µs that a message costs a bare loop. Nobody waits for these futures here, an answer goes
into the mailbox of a shard. So the function under that method is called as the method calls it. It is not part of
awscrt's interface; a test compares our call with the method's, and fails when an upgrade changes it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import _awscrt
from awscrt import mqtt5

Answered = Callable[..., None]
"""Is called by awscrt's thread: (error or 0, QoS, reason code of the PUBACK, reason string, user properties)."""


def publish_raw(client: mqtt5.Client, topic: str, payload: bytes, answered: Answered) -> None:
    """Send a message at QoS 1.

    Args:
        client: a client that was started.
        topic: where it goes.
        payload: what it says.
        answered: is called once, whatever happens.
    """
    nothing: Any = None
    _awscrt.mqtt5_client_publish(
        client._binding,  # noqa: SLF001 - see above
        mqtt5.QoS.AT_LEAST_ONCE,
        payload,
        False,  # retain
        topic,
        nothing,  # payload format indicator
        nothing,  # message expiry interval
        nothing,  # topic alias
        nothing,  # response topic
        nothing,  # correlation data
        nothing,  # content type
        nothing,  # user properties
        answered,
    )
