"""The job: look at the archive, judge the hours that are over, tell, remember; then look again.

An hour is remembered after its verdicts were published. A job that dies in between judges that hour once more when it
is started anew, from the same readings: each verdict is published at least once, and none is lost.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import pyarrow as pa
import structlog

from contracts.topics import topic
from maintenance.features.readings import HOUR_S
from maintenance.plant_models import PlantModels, PlantScorer, PlantVerdict
from maintenance.verdicts.archive import Archive
from maintenance.verdicts.hours import OpenHours, readings_of
from maintenance.verdicts.measures import Measures
from maintenance.verdicts.memory import Memory
from maintenance.verdicts.publisher import SENDERS, Message, Publisher
from maintenance.verdicts.registry import Machine

MOST_HOURS = 50
"""So many hours are read in a turn, so that an archive of months comes in pieces: two days and those under way."""

_log = structlog.get_logger("verdicts")


@dataclass(frozen=True, slots=True)
class JobOptions:
    """How the job works.

    Attributes:
        plant: whose machines it judges.
        settle_s: an hour is over when nothing came to it for so long [s].
        so_far_s: the running hour is judged each so many seconds; 0: never [s].
        look_back_h: so much of the archive is read where nothing is remembered [h].
    """

    plant: str
    settle_s: float
    so_far_s: float
    look_back_h: int


class Unsaved(NamedTuple):
    """An hour that was taken up and is not remembered yet."""

    hour: int
    rows: pa.Table


class VerdictJob:
    """Judges the machines of a plant.

    Args:
        models: the plant's models.
        machines: the machines.
        archive: what they told.
        memory: what earlier jobs remembered.
        publisher: to whom verdicts go.
        measures: where they are shown and counted.
        options: how it works.
        clock: time [s, monotonic].

    Attributes:
        alive_at: when it last did something [s, by the clock].
    """

    def __init__(
        self,
        models: PlantModels,
        machines: Mapping[str, Machine],
        archive: Archive,
        memory: Memory,
        publisher: Publisher,
        measures: Measures,
        options: JobOptions,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._machines, self._archive, self._memory = machines, archive, memory
        self._publisher, self._measures, self._options, self._clock = publisher, measures, options, clock
        self._scorer = PlantScorer(models, {name: one.model for name, one in machines.items()})
        self._hours = OpenHours(machines, options.settle_s)
        self._outgoing: list[Message] = []
        self._unsaved: Unsaved | None = None
        self._begin: int | None = None
        self._judged_s = clock()
        self.alive_at = clock()
        measures.machines.set(len(machines))

    def recall(self) -> None:
        """Take up what earlier jobs remembered.

        Raises:
            LakeError: the lake cannot be read.
        """
        for last, rows in self._memory.days():
            self._scorer.take(readings_of(rows), last)
            self._hours.last = last
            self.alive_at = self._clock()
        _log.info("recalled", until=None if self._scorer.hour is None else _moment(self._scorer.hour))

    def turn(self) -> None:
        """Read what is new, and judge what is over.

        Raises:
            LakeError, VerdictError: the lake or the broker did not answer; the next turn goes on where this one was.
        """
        self._finish()
        self._read()
        over = self._hours.over(self._clock())
        # At a first start the hours before the last are its past.
        judged = over[-1:] if self._hours.last is None else over
        for hour in over:
            self._take(hour, judged=hour in judged)
        if not over:
            self._judge_so_far()
        self.alive_at = self._clock()

    def _read(self) -> None:
        since = self._since()
        if since is None:
            return
        for news in self._archive.news(since, most=MOST_HOURS):
            became = Counter(refused=news.refused)
            if news.rows is not None:
                became += self._hours.add(news.rows, self._clock())
            self._measures.objects.inc()
            self._measures.count(became)
            self.alive_at = self._clock()

    def _since(self) -> int | None:
        """The first hour to look at; the last one that was judged is looked at for what came late."""
        if self._hours.last is not None:
            return self._hours.last
        if self._begin is None and (present := self._archive.present()) is not None:
            self._begin = present - self._options.look_back_h
        return self._begin

    def _take(self, hour: int, *, judged: bool) -> None:
        rows = self._hours.take_out(hour)
        self._scorer.take(readings_of(rows), hour)
        self._unsaved = Unsaved(hour, rows)
        self._measures.hours.inc()
        self._measures.hour.set((hour + 1) * HOUR_S)
        if judged:
            self._tell(self._scorer.verdicts())
        self._finish()

    def _judge_so_far(self) -> None:
        hour = self._hours.first()
        due = self._options.so_far_s and self._clock() - self._judged_s >= self._options.so_far_s
        if hour is None or not due:
            return
        if readings := readings_of(self._hours.rows(hour)):
            self._tell(self._scorer.so_far(readings, hour))
            self._finish()

    def _tell(self, verdicts: Sequence[PlantVerdict]) -> None:
        self._measures.verdicts.tell(verdicts, self._machines)
        for verdict in verdicts:
            line = self._machines[verdict.device_id].line
            where = topic(self._options.plant, line, verdict.device_id, "verdict")
            self._outgoing.append(Message(where, verdict.as_json()))
        self._judged_s = self._clock()

    def _finish(self) -> None:
        """Publish what waits, and remember the hour that it comes from."""
        while self._outgoing:
            part = self._outgoing[:SENDERS]
            self._publisher.publish(part)
            del self._outgoing[: len(part)]
            self._measures.published.inc(len(part))
            self.alive_at = self._clock()
        if self._unsaved is not None:
            self._memory.save(self._unsaved.hour, self._unsaved.rows)
            _log.info("judged", hour=_moment(self._unsaved.hour))
            self._unsaved = None


def _moment(hour: int) -> str:
    return datetime.fromtimestamp(hour * HOUR_S, UTC).isoformat()
