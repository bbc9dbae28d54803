"""Which messages were seen before, in bounded memory.

A message is known by its topic, `run` and `seq`: machines number what they say, and policy lets only a machine itself
speak on its topic. The numbers done are kept as ranges, which cost as much as they have gaps. Of the newest numbers of
a machine's newest run the payload's hash is kept too: the same number with other content is no repeat but a machine
that counts badly, and its message must not be lost.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from contracts.sequences import SequenceRanges

REMEMBERED_STREAMS = 100_000
"""Machines times their recent runs."""
REMEMBERED_GAPS = 1_000
"""Ranges of one stream; beyond them the oldest are forgotten."""
REMEMBERED_HASHES = 64
"""Newest numbers of a stream whose content is known: more than a machine says while a broker's resend is under way."""
GAPS_LOOKED_AT_EVERY = 256
"""Messages of a stream between two looks at its gaps."""


class Identity(NamedTuple):
    """What makes a message the same message when it comes again."""

    topic: str
    run: int
    seq: int


def identify(topic: str, value: Any) -> Identity | None:
    """The identity that a decoded payload claims, if it has one.

    Example:
        >>> identify("t", {"run": 3, "seq": 17})
        Identity(topic='t', run=3, seq=17)
        >>> identify("t", {"run": True, "seq": 17}), identify("t", [])
        (None, None)
    """
    if not isinstance(value, dict):
        return None
    run, seq = value.get("run"), value.get("seq")
    # bool is an int to Python, but not a number to anybody else.
    if type(run) is not int or type(seq) is not int or run < 1 or seq < 1:
        return None
    return Identity(topic, run, seq)


@dataclass(slots=True)
class _Stream:
    done: SequenceRanges = field(default_factory=SequenceRanges)
    hashes: OrderedDict[int, int] | None = field(default_factory=OrderedDict)
    remembered: int = 0

    def add(self, seq: int, payload: bytes, gaps: int) -> None:
        self.done.add(seq)
        self.remembered += 1
        # Gaps come from a machine that skips numbers; looked at rarely, as an honest stream has few.
        if self.remembered % GAPS_LOOKED_AT_EVERY == 0 and len(self.done.ranges) > gaps:
            self.done = SequenceRanges(self.done.ranges[-gaps // 2 :])
        if self.hashes is not None:
            self.hashes[seq] = hash(payload)
            if len(self.hashes) > REMEMBERED_HASHES:
                self.hashes.popitem(last=False)


class Repeats:
    """The messages that are done with.

    Example:
        >>> repeats = Repeats()
        >>> repeats.remember(Identity("t", 1, 1), b"a")
        >>> [repeats.knows(Identity("t", 1, seq), payload) for seq, payload in [(1, b"a"), (1, b"b"), (2, b"a")]]
        [True, False, False]
    """

    def __init__(self, *, streams: int = REMEMBERED_STREAMS, gaps: int = REMEMBERED_GAPS) -> None:
        self._limit = streams
        self._gaps = gaps
        self._streams: OrderedDict[tuple[str, int], _Stream] = OrderedDict()
        self._newest: dict[str, int] = {}

    def knows(self, identity: Identity, payload: bytes) -> bool:
        """Whether this very message is done with."""
        stream = self._streams.get(identity[:2])
        if stream is None or identity.seq not in stream.done:
            return False
        known = stream.hashes.get(identity.seq) if stream.hashes is not None else None
        return known is None or known == hash(payload)

    def remember(self, identity: Identity, payload: bytes) -> None:
        """Put a message among those that are done with."""
        key = identity[:2]
        stream = self._streams.get(key)
        if stream is None:
            stream = self._streams[key] = self._begin_run(identity)
            if len(self._streams) > self._limit:
                self._forget_oldest()
        else:
            self._streams.move_to_end(key)
        stream.add(identity.seq, payload, self._gaps)

    def _begin_run(self, identity: Identity) -> _Stream:
        """A stream; only a topic's newest run has hashes, as they are most of what it costs, and runs add up."""
        newest = self._newest.get(identity.topic, 0)
        if identity.run < newest:
            return _Stream(hashes=None)
        if newest:
            self._streams[identity.topic, newest].hashes = None
        self._newest[identity.topic] = identity.run
        return _Stream()

    def _forget_oldest(self) -> None:
        (topic, run), _ = self._streams.popitem(last=False)
        if self._newest[topic] == run:
            del self._newest[topic]
