"""The way of messages into the archive on the virtual clock: at once, late, several times, or when a network is back.

The same as the live simulator and the broker make of it: a message is numbered when it is read, is kept back while its
fault delays it, and waits at its machine while that has no connection. It keeps its timestamp and number; only when it
comes differs, and so in which file of the archive it lies. Whether there is a connection is asked at the moment of the
reading: one that is lost while a message is kept back does not hold it up further.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from contracts.telemetry import AnySignal
from simulator.arrays import Flags, Floats, Integers
from simulator.backfill.messages import Messages
from simulator.backfill.timeline import moments_ms
from simulator.delivery import AS_IT_IS, Certificate, Delivery, Network
from simulator.population import AnyBlock

STORE_LIMIT = 100_000
"""Messages that machines of a part keep while they have no connection; the oldest make room, and are counted. It is
the default of the live simulator's `SIMULATOR_STORE_LIMIT`."""

NEVER = -1
"""Instead of a moment: there is none yet."""


class Post:
    """Takes blocks of readings and gives messages when they have come.

    Args:
        signals: what those who send them measure.
        store_limit: messages kept while there is no connection; beyond it the oldest are dropped.

    Attributes:
        overflowed: messages dropped because the machines' store was full.
    """

    def __init__(self, signals: Sequence[AnySignal], store_limit: int = STORE_LIMIT) -> None:
        self.overflowed = 0
        self._signals = tuple(signals)
        self._store_limit = store_limit
        self._under_way: list[Messages] = []
        # Their `received_ms` is when they could have come: never before their delay is over.
        self._waiting = Messages.none(len(self._signals))

    def send(self, block: AnyBlock, first_seq: int) -> Flags | None:
        """Take the messages of a block.

        Args:
            block: readings of all machines or vehicles of the part.
            first_seq: number of each machine's message at the first moment.

        Returns:
            Shape (T, N): whether the message came at its own moment; None if all did.
        """
        messages, at_ms = _plain(block, first_seq, self._signals), moments_ms(block)
        if not len(self._waiting) and not any(block.delivery) and not any(block.network):
            self._under_way.append(messages)
            return None
        delivery, network = _deliveries(block), _networks(block)
        goes_ms = _goes_ms(at_ms, _cut_off(network))
        self._send_waiting(goes_ms[0])
        ready_ms = at_ms[:, None] + _milliseconds(delivery.delay_s + network.latency_s)
        copies = delivery.copies.ravel()
        told = _as_told(messages, block, delivery, np.maximum(ready_ms, goes_ms)).repeat(copies)
        waits = np.repeat((goes_ms == NEVER).ravel(), copies)
        self._keep(told.take(waits))
        self._under_way.append(told.take(~waits))
        at_once: Flags = (goes_ms == at_ms[:, None]) & (ready_ms == goes_ms)
        return at_once

    def deliver(self, until_ms: int) -> Messages:
        """All messages that came before a moment and were not delivered yet."""
        everything = Messages.join(self._under_way or [Messages.none(len(self._signals))])
        came = everything.received_ms < until_ms
        if came.all():
            self._under_way = []
            return everything
        self._under_way = [everything.take(~came)]
        return everything.take(came)

    def close(self, end_ms: int) -> tuple[Messages, int]:
        """The last messages, as when a simulator stops: what is kept back is sent at once.

        Returns:
            The messages, and how many never came because their machine had no connection.
        """
        left = self.deliver(np.iinfo(np.int64).max)
        left.received_ms[left.received_ms > end_ms] = end_ms
        return left, len(self._waiting)

    def _send_waiting(self, goes_ms: Integers) -> None:
        """Send what waits at machines that have a connection in this block.

        Args:
            goes_ms: when each machine can first send [ms], or `NEVER`.
        """
        sent_ms = goes_ms[self._waiting.machine]
        go = sent_ms != NEVER
        if go.any():
            sent = self._waiting.take(go)
            np.maximum(sent.received_ms, sent_ms[go], out=sent.received_ms)
            self._under_way.append(sent)
            self._waiting = self._waiting.take(~go)

    def _keep(self, messages: Messages) -> None:
        self._waiting = Messages.join([self._waiting, messages])
        surplus = max(0, len(self._waiting) - self._store_limit)
        self.overflowed += surplus
        self._waiting = self._waiting.take(slice(surplus, None))


def _plain(block: AnyBlock, first_seq: int, signals: Sequence[AnySignal]) -> Messages:
    """The messages of a block as they should be: they come at once."""
    moments, machines = block.state.shape
    told_ms = np.repeat(moments_ms(block), machines)
    return Messages(
        machine=np.tile(np.arange(machines, dtype=np.int64), moments),
        told_ms=told_ms,
        received_ms=told_ms,
        seq=np.repeat(np.arange(first_seq, first_seq + moments, dtype=np.int64), machines),
        state=block.state.ravel(),
        values=tuple(getattr(block, signal.value).ravel() for signal in signals),
    )


def _as_told(messages: Messages, block: AnyBlock, delivery: Delivery, received_ms: Integers) -> Messages:
    state = np.where(delivery.state == AS_IT_IS, block.state, delivery.state)
    return Messages(
        machine=messages.machine,
        told_ms=messages.told_ms + _milliseconds(delivery.clock_offset_s).ravel(),
        received_ms=received_ms.ravel(),
        seq=messages.seq,
        state=state.ravel(),
        values=messages.values,
    )


def _goes_ms(at_ms: Integers, cut_off: Flags) -> Integers:
    """When the message of each moment can go: at once, or at the machine's next moment with a connection [ms].

    Example:
        >>> _goes_ms(np.array([10, 20, 30, 40]), np.array([[False], [True], [False], [True]])).ravel().tolist()
        [10, 30, 30, -1]
    """
    latest = np.iinfo(np.int64).max
    own = np.where(cut_off, latest, at_ms[:, None])
    next_ms: Integers = np.minimum.accumulate(own[::-1], axis=0)[::-1]
    return np.where(next_ms == latest, NEVER, next_ms)


def _cut_off(network: Network) -> Flags:
    without: Flags = network.offline | (network.certificate != Certificate.VALID)
    return without


def _deliveries(block: AnyBlock) -> Delivery:
    neutral = Delivery.neutral(block.state.shape[1])
    each = [one or neutral for one in block.delivery]
    return Delivery(
        clock_offset_s=np.stack([one.clock_offset_s for one in each]),
        delay_s=np.stack([one.delay_s for one in each]),
        copies=np.stack([one.copies for one in each]),
        state=np.stack([one.state for one in each]),
    )


def _networks(block: AnyBlock) -> Network:
    neutral = Network.neutral(block.state.shape[1])
    each = [one or neutral for one in block.network]
    return Network(
        offline=np.stack([one.offline for one in each]),
        latency_s=np.stack([one.latency_s for one in each]),
        certificate=np.stack([one.certificate for one in each]),
    )


def _milliseconds(seconds: Floats) -> Integers:
    whole: Integers = np.rint(seconds * 1000.0).astype(np.int64)
    return whole
