"""The comparison: what was acknowledged against what arrived, per machine and run.

Numbers come as stretches (an inclusive range as it lay in the archive, in order), so that a million rows in order cost
little more than their reading. Nothing is read here: both sides are handed in, in any order of the sides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from contracts.ledger import LedgerEntry, Outcome
from contracts.sequences import SequenceRanges

CRASH_WINDOW = timedelta(seconds=300)
"""How long before a crash of the local AWS a message may have been acknowledged that went down with it."""
LEDGER_LAG = timedelta(seconds=1.4)
"""A ledger's line comes up to a second after what it tells; a new local AWS takes its first message later than this."""


class Delivery(StrEnum):
    """Where a message ended."""

    ARCHIVED = "archived"
    QUARANTINED = "quarantined"
    ERROR_ACTION = "error_action"


class Stretch(NamedTuple):
    """Consecutive numbers of one machine's run, as they lay beside one another."""

    device_id: str
    run: int
    first: int
    last: int


@dataclass(slots=True)
class Account:
    """What is known of one machine's run.

    `repeated` are rows beyond the first of a number, in the archive; `reordered` are numbers that lay behind a higher
    one. `delivered` is the union of archive, quarantine and error actions.
    """

    outcomes: dict[Outcome, SequenceRanges] = field(default_factory=lambda: defaultdict(SequenceRanges))
    archived: SequenceRanges = field(default_factory=SequenceRanges)
    quarantined: SequenceRanges = field(default_factory=SequenceRanges)
    error_actions: SequenceRanges = field(default_factory=SequenceRanges)
    before_crash: dict[int, SequenceRanges] = field(default_factory=lambda: defaultdict(SequenceRanges))
    repeated: int = 0
    reordered: int = 0
    highest: int = 0

    @property
    def delivered(self) -> SequenceRanges:
        """Numbers that arrived somewhere."""
        if not self.quarantined and not self.error_actions:
            return self.archived
        return self.archived | self.quarantined | self.error_actions

    @property
    def undelivered(self) -> SequenceRanges:
        """Numbers that were acknowledged and arrived nowhere."""
        return self.outcomes["acknowledged"] - self.delivered

    @property
    def sunk(self) -> SequenceRanges:
        """Of the undelivered, those that went down with a local AWS that was killed.

        The broker delivers a machine's messages in order, so what was in its memory at the crash is the tail of what
        it had acknowledged until then: a gap with a delivered number behind it is no such thing, and remains a loss.
        """
        sunk = SequenceRanges()
        delivered, undelivered = self.delivered, self.undelivered
        for numbers in filter(None, self.before_crash.values()):
            arrived = [last for first, last in delivered.ranges if first <= numbers.ranges[-1][1]]
            behind_all_that_arrived = numbers - SequenceRanges(
                [(1, min(arrived[-1], numbers.ranges[-1][1]) if arrived else 0)]
            )
            sunk = sunk | (undelivered - (undelivered - behind_all_that_arrived))
        return sunk

    @property
    def missing(self) -> SequenceRanges:
        """Numbers that are lost: acknowledged, arrived nowhere, and no crash of the local AWS explains it."""
        return self.undelivered - self.sunk

    @property
    def unacknowledged(self) -> SequenceRanges:
        """Numbers under way when the publisher ended and never heard of: the broker took no responsibility."""
        told = self.outcomes["acknowledged"] | self.outcomes["refused"] | self.outcomes["overflowed"]
        return self.outcomes["published"] - told - self.delivered

    @property
    def told(self) -> SequenceRanges:
        """Numbers of which the ledger says anything."""
        told = SequenceRanges()
        for numbers in self.outcomes.values():
            told = told | numbers
        return told

    @property
    def untold(self) -> SequenceRanges:
        """Numbers that arrived and of which no ledger says anything: nobody could say that they were lost."""
        return self.delivered - self.told

    @property
    def unaccounted(self) -> SequenceRanges:
        """Numbers below the highest known that neither ledger nor archive knows.

        A publisher that is killed may not have written its last second; what arrived of it shows up to where it came.
        """
        known = self.delivered | self.told
        return SequenceRanges([(1, known.ranges[-1][1])]) - known if known else SequenceRanges()


class Audit:
    """Both sides of the comparison, being filled.

    Args:
        crashes: moments at which the local AWS ended without warning.

    Attributes:
        accounts: by machine and run.
        rows: that arrived.
        unattributed: of these, without a number.
        entries: of ledgers.
        ended: by shard and run, whether its publisher told its end: it plays still, or was killed, if not.

    Example:
        >>> audit = Audit()
        >>> account = audit.account("M001", 1)
        >>> account.outcomes["acknowledged"] = SequenceRanges([(1, 10)])
        >>> audit.arrived(Delivery.ARCHIVED, [Stretch("M001", 1, 2, 9)])
        >>> account.missing
        SequenceRanges([(1, 1), (10, 10)])
    """

    def __init__(self, crashes: Sequence[datetime] = ()) -> None:
        self.accounts: dict[tuple[str, int], Account] = {}
        self.rows: dict[Delivery, int] = dict.fromkeys(Delivery, 0)
        self.unattributed: dict[Delivery, int] = dict.fromkeys(Delivery, 0)
        self.entries = 0
        self.ended: dict[tuple[str, int], bool] = {}
        self._crashes = crashes

    def account(self, device_id: str, run: int) -> Account:
        """The account of a machine's run; opened when first asked for."""
        found = self.accounts.get((device_id, run))
        if found is None:
            found = self.accounts[device_id, run] = Account()
        return found

    def told(self, entries: Iterable[LedgerEntry]) -> None:
        """Take in what a publisher told: entries of one ledger, in order."""
        for entry in entries:
            self.entries += 1
            self.ended[entry.shard, entry.run] = self.ended.get((entry.shard, entry.run), False) or entry.closed
            kinds: dict[Outcome, dict[str, list[tuple[int, int]]]] = {
                "published": entry.published,
                "acknowledged": entry.acknowledged,
                "refused": entry.refused,
                "overflowed": entry.overflowed,
                "sent_again": entry.sent_again,
            }
            for outcome, ranges_of in kinds.items():
                for device_id, ranges in ranges_of.items():
                    _extend(self.account(device_id, entry.run).outcomes[outcome], ranges)
            self._note_crashes(entry)

    def _note_crashes(self, entry: LedgerEntry) -> None:
        for number, crash in enumerate(self._crashes):
            if crash - CRASH_WINDOW <= entry.at <= crash + LEDGER_LAG:
                for device_id, ranges in entry.acknowledged.items():
                    _extend(self.account(device_id, entry.run).before_crash[number], ranges)

    def arrived(self, delivery: Delivery, stretches: Iterable[Stretch]) -> None:
        """Take in what lay in the archive or beside it: stretches in the order in which they lay."""
        for device_id, run, first, last in stretches:
            account = self.account(device_id, run)
            if delivery is Delivery.ARCHIVED:
                _arrive(account, first, last)
            else:
                numbers = account.quarantined if delivery is Delivery.QUARANTINED else account.error_actions
                _extend(numbers, [(first, last)])


def _arrive(account: Account, first: int, last: int) -> None:
    if first > account.highest:
        account.archived.add_range(first, last)
        account.highest = last
        return
    for number in range(first, last + 1):
        if not account.archived.add(number):
            account.repeated += 1
        elif number < account.highest:
            account.reordered += 1
        else:
            account.highest = number


def _extend(numbers: SequenceRanges, ranges: Iterable[tuple[int, int]]) -> None:
    for first, last in ranges:
        numbers.add_range(first, last)
