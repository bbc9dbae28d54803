"""Looks at a simulator again and again, and keeps what a frame needs."""

from __future__ import annotations

import time
from collections import deque
from datetime import UTC, datetime
from typing import Protocol

from factory.errors import LocalFactoryError, LocalFactoryUsageError
from factory.watch.history import History
from factory.watch.scene import Order, Row, Scene, Selection, Totals, rates_between, rows_of
from factory.watch.snapshot import Snapshot

RATES_OVER_S = 15.0
"""Rates are told over this time: over a single second they would jump [s]."""
SHARE_OF_TIME = 0.2
"""The simulator is asked at most for this share of the time: to watch thousands of machines must not slow them [1]."""


class Source(Protocol):
    """Where snapshots come from."""

    url: str

    def read(self) -> Snapshot:
        """What is told now."""
        ...


class Watcher:
    """What a simulator told so far.

    Args:
        source: the simulator.
        selection: which machines are wanted.
        order: what stands on top.
        span_s: how far trends go back [s].

    Attributes:
        order: what stands on top.
        page: which screenful is shown, from 0.
        pause_s: how long to leave the simulator alone after the last look [s].
    """

    def __init__(self, source: Source, selection: Selection, order: Order, span_s: float) -> None:
        self.order, self.page, self.pause_s = order, 0, 0.0
        self._source, self._selection = source, selection
        self._history = History(span_s)
        self._snapshot: Snapshot | None = None
        self._totals: deque[Totals] = deque()
        self._rates: dict[str, float] = {}
        self._rows: tuple[Row, ...] = ()
        self._away: str | None = None

    def look(self) -> Scene:
        """Ask the simulator; if it is away, what it told last stays.

        Raises:
            LocalFactoryUsageError: the address cannot be one, or there is no such machine.
        """
        began_s = time.monotonic()
        try:
            self._take(self._source.read())
            self._away = None
        except LocalFactoryUsageError:
            raise
        except LocalFactoryError as error:
            self._away = error.message
        self.pause_s = (time.monotonic() - began_s) * (1 / SHARE_OF_TIME - 1)
        return self.scene()

    def scene(self) -> Scene:
        """What is to be seen, without asking again."""
        return Scene(
            url=self._source.url,
            snapshot=self._snapshot,
            rows=self._rows,
            history=self._history,
            rates=self._rates,
            away=self._away,
            now=datetime.now(UTC),
            order=self.order,
            page=self.page,
        )

    def turn_order(self) -> None:
        """The other order, from its top."""
        self.order, self.page = self.order.other, 0
        if self._snapshot is not None:
            self._rows = rows_of(self._snapshot, self._selection, self.order)

    def _take(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._totals.append(Totals(snapshot.taken_at, snapshot.totals))
        while (snapshot.taken_at - self._totals[0].at).total_seconds() > RATES_OVER_S and len(self._totals) > 2:
            self._totals.popleft()
        self._rates = rates_between(self._totals[0], self._totals[-1])
        self._history.add(snapshot)
        self._rows = rows_of(snapshot, self._selection, self.order)
