"""Plays the rows of a file as a machine's messages, no faster than the broker takes them."""

from __future__ import annotations

import structlog

from simulator.desk import ShardDesk
from simulator.link import Link
from simulator.loop import Loop
from simulator.outbox import Message
from simulator.replay import Replay, encode_replay

FEED_EVERY_S = 0.25
"""Time between two looks at what is due and how much room there is [s]; a quarter of what fills the window at 100/s."""


class ReplayPlayer:
    """Feeds a file to a link.

    A row is read only while the machine is connected and its window has room, so that a file of any length and speed
    neither fills the store nor loses a row; while the machine is offline, the file waits.

    Args:
        replay: the file.
        link: the machine's way to the broker.
        desk: takes messages in.
        loop: the shard's thread.
        run: generation of the publisher.
    """

    def __init__(self, replay: Replay, link: Link, desk: ShardDesk, loop: Loop, run: int) -> None:
        self._link, self._desk, self._loop, self._run = link, desk, loop, run
        self._rows = replay.rows()
        self._next = next(self._rows, None)
        self._report = replay.report
        self._seq = 0
        self._stopped = False
        self._log = structlog.get_logger("simulator").bind(device_id=link.identity.device_id, run=run)

    def start(self) -> None:
        """Begin; the rows are due from now on."""
        self._log.info("replaying a file", file=str(self._report.file), report=self._report.sentence())
        self._began_s = self._loop.clock()
        self._feed()

    def stop(self) -> None:
        """Read no further row; those that were read are the link's to deliver."""
        self._stopped = True

    def _feed(self) -> None:
        if self._stopped:
            return
        elapsed_s = self._loop.clock() - self._began_s
        while self._next is not None and self._next.due_s <= elapsed_s and self._has_room():
            self._seq += 1
            payload = encode_replay(self._next, self._link.identity.device_id, self._run, self._seq)
            self._desk.take_in(self._link, Message(self._link.row, self._seq, payload))
            self._next = next(self._rows, None)
        if self._next is None and not len(self._link.outbox):
            self._log.info("the file has been replayed to its end", rows=self._seq)
        else:
            self._loop.at(self._loop.clock() + FEED_EVERY_S, self._feed)

    def _has_room(self) -> bool:
        return self._link.connected and len(self._link.outbox) < self._link.outbox.window
