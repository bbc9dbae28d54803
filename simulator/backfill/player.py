"""Plays one part of a plant from start to end, and writes its files as their hours are over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from contracts.truth import TruthEvent
from simulator.backfill.cast import Cast
from simulator.backfill.json_lines import archive_json_lines
from simulator.backfill.layout import Format, archive_key, openmetrics_key, wear_key
from simulator.backfill.manifest import Counts, WrittenFile
from simulator.backfill.messages import RUN, Messages
from simulator.backfill.openmetrics import Gauges, gauges, openmetrics_text
from simulator.backfill.parquet import archive_parquet
from simulator.backfill.post import Post
from simulator.backfill.request import CELLS, BackfillRequest
from simulator.backfill.sinks import Sink
from simulator.backfill.spill import WearSpill
from simulator.backfill.timeline import HOUR_MS, moment, unix_ms
from simulator.backfill.wear_table import Failure, wear_now, wear_parquet
from simulator.drafts import TruthDraft
from simulator.population import make_population
from simulator.truth import truth_record

ENCODERS: dict[Format, Callable[[Messages, Cast], bytes]] = {
    "parquet": archive_parquet,
    "jsonl": archive_json_lines,
}


class TruthLine(NamedTuple):
    """A record of the truth, as text and by what its order goes: a year of many faults is kept until the end."""

    at: datetime
    device_id: str
    text: str


@dataclass
class Played:
    """What became of a part.

    Attributes:
        counts: how much came out.
        files: what was written.
        truth: its records, as they were told.
        unmatched_targets: targets of faults that are nobody in this part.
    """

    counts: Counts = field(default_factory=Counts)
    files: dict[str, WrittenFile] = field(default_factory=dict)
    truth: list[TruthLine] = field(default_factory=list)
    unmatched_targets: tuple[str, ...] = ()


class Player:
    """A part of a plant on the virtual clock.

    Args:
        request: what to play; its machines or vehicles are those of the part.
        part: name of the part.
        faults: whether the scenario's faults come.
        sink: takes the files.
        scratch: a directory for what is needed again at the end.
    """

    def __init__(self, request: BackfillRequest, part: str, sink: Sink, scratch: Path, *, faults: bool) -> None:
        scenario = self._scenario = request.scenario
        timeline = request.timing.timeline
        self._request, self._part, self._sink = request, part, sink
        self._plant = make_population(
            request.identities,
            scenario if faults else scenario.model_copy(update={"faults": ()}),
            seed=request.seed,
            start=timeline.start,
            interval_s=timeline.interval_ms / 1000,
        )
        self._cast = Cast.of(self._plant.identities)
        self._row_of = {identity.device_id: row for row, identity in enumerate(self._cast.identities)}
        self._post = Post(self._cast.signals)
        self._wear = WearSpill(scratch / part)
        self._failures: list[Failure] = []
        self._gauges: list[Gauges] = []
        self._delivered_ms = 0
        self.played = Played(unmatched_targets=self._plant.unmatched_targets)

    def run(self, advance: Callable[[int], None] = lambda _readings: None) -> Played:
        """Play it to the end.

        Args:
            advance: told after each block how many readings were made.
        """
        timing, machines = self._request.timing, len(self._cast.identities)
        for steps in timing.timeline.spans(max(1, CELLS // machines), timing.wear_every):
            at_ms = timing.timeline.moments_ms(steps)
            block = self._plant.play(at_ms / 1000.0)
            came = self._post.send(block, steps.start + 1)
            if self._request.openmetrics:
                self._gauge(gauges(block, came, self._gauges[-1].last if self._gauges else None))
            self._take_truth(self._plant.take_truth())
            if (steps.stop - 1) % timing.wear_every == 0:
                self._wear.add(wear_now(self._plant.wear_table(), int(at_ms[-1])))
            self._archive_until(int(at_ms[-1]) // HOUR_MS * HOUR_MS)
            self.played.counts.readings += block.state.size
            advance(block.state.size)
        self._finish()
        return self.played

    def _archive_until(self, hour_ms: int) -> None:
        """Write the hours that are over."""
        if hour_ms > self._delivered_ms:
            self._delivered_ms = hour_ms
            self._archive(self._post.deliver(hour_ms))

    def _archive(self, messages: Messages) -> None:
        encode, plant = ENCODERS[self._request.file_format], self._cast.identities[0].plant
        for told_hour, arrival_hour, some in messages.by_file():
            key = archive_key(plant, told_hour, arrival_hour, self._part, self._request.file_format)
            self._put(key, encode(some, self._cast), len(some))
            self.played.counts.archived += len(some)

    def _finish(self) -> None:
        end = self._request.timing.timeline.end
        self._plant.clear_all(end)
        self._take_truth(self._plant.take_truth())
        left, self.played.counts.undelivered = self._post.close(unix_ms(end))
        self._archive(left)
        self.played.counts.overflowed = self._post.overflowed
        self._write_gauges()
        for day, wear in self._wear.days():
            self._put(wear_key(day, self._part), wear_parquet(wear, self._cast, self._failures), len(wear.at_ms))
            self.played.counts.wear_rows += len(wear.at_ms)

    def _take_truth(self, drafts: list[TruthDraft]) -> None:
        plant, scenario, seed = self._cast.identities[0].plant, self._scenario.name, self._request.seed
        for draft in drafts:
            if draft.family == "wear" and draft.event is TruthEvent.FAILED:
                row, cycle = self._row_of[draft.device_id], int(draft.parameters["cycle"])
                self._failures.append(Failure(row, draft.kind, cycle, unix_ms(draft.at)))
            record = truth_record(draft, plant=plant, scenario=scenario, seed=seed, run=RUN)
            self.played.truth.append(TruthLine(record.at, record.device_id, record.model_dump_json(exclude_none=True)))
        self.played.counts.truth_records = len(self.played.truth)

    # --- gauges ------------------------------------------------------------------------------------------------------

    def _gauge(self, news: Gauges) -> None:
        for some in news.by_block():
            if self._gauges and self._gauges[-1].begin_ms != some.begin_ms:
                self._write_gauges()
            self._gauges.append(some)

    def _write_gauges(self) -> None:
        """Write what there is as a file, and begin the next."""
        if self._gauges:
            text = openmetrics_text(self._gauges, self._cast.identities)
            samples = text.count("\n") - text.count("\n#") - 1
            key = openmetrics_key(moment(self._gauges[0].begin_ms), self._part)
            self._put(key, text.encode(), samples)
            self._gauges = []

    def _put(self, key: str, content: bytes, rows: int) -> None:
        self._sink.put(key, content)
        self.played.files[key] = WrittenFile.of(content, rows)
