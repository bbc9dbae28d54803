"""The connection: tried again with back-off, woken by other threads."""

from __future__ import annotations

import threading
import time

from rules.broker import Broker, BrokerOptions
from rules.tls import tls_context


def broker(identity, port: int = 1) -> Broker:
    """A broker that nobody listens for."""
    options = BrokerOptions("127.0.0.1", port, "plant1")
    return Broker(options, tls_context(identity), ["a/#"], lambda _: None, lambda: None)


def test_a_broker_that_is_away_is_tried_again_later(identity):
    """Refused at once, and then a wait within the back-off's bounds."""
    tried = broker(identity)
    for _ in range(20):
        tried.turn(0.01, room=1)

    assert (tried.ready, tried.lost_at is not None) == (False, True)
    assert 1 <= tried._failures < 20


def test_wake_ends_a_turn(identity):
    """A lane has reported: the engine need not wait out its turn."""
    tried = broker(identity)
    tried._next_attempt = time.monotonic() + 60
    waiting = threading.Thread(target=tried.turn, args=(30.0,), kwargs={"room": 1})
    waiting.start()
    tried.wake()
    waiting.join(5)

    assert not waiting.is_alive()
