"""Clients of the services that look-ups ask: quick to give up, as a message waits for the answer."""

from __future__ import annotations

from typing import Final

from rules.actions.aws import Clients

ANSWER_TIMEOUT_S: Final = 2.0
"""The guide gives a Lambda function 2000 ms ("Functions", aws_lambda()); we give every look-up as much."""
CONNECT_TIMEOUT_S: Final = 1.0


def look_up_clients(*, connections: int = 10) -> Clients:
    """Clients for look-ups, which are not tried again: the guide names no retry, and a rule that fails is counted.

    Args:
        connections: how many may be open to one service; one for each thread that looks something up.
    """
    return Clients(connect_timeout_s=CONNECT_TIMEOUT_S, read_timeout_s=ANSWER_TIMEOUT_S, connections=connections)
