"""One request at work: the same fault on the machines that it hits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from contracts.identity import Identity
from contracts.truth import TruthEvent
from simulator.arrays import Floats, Integers
from simulator.drafts import TruthDraft
from simulator.faults.occurrences import Timetable
from simulator.faults.progress import Chance, Progress
from simulator.faults.request import ActiveFault, Cause, FaultRequest, Stage
from simulator.faults.strength import burst_number, fault_strength, intermittent_strength
from simulator.randomness import Randomness

Moments = Floats | np.float64
"""Unix times [s]: many, as a column, or one."""


class FaultGroup:
    """A fault on some machines, kept as arrays: on all machines it costs little more than on one.

    Args:
        request: which fault, how strong, when.
        at: from when the request's times count.
        cause: who asked for it.
        rows: rows of the machines in the plant.
        identities: those machines.
        randomness: randomness of those machines.
        occasions: randomness that decides when a fault repeats; the same for all, where they share it.

    Attributes:
        parameters: how strong it is, as the kind's own model.
        copy: how many like it each machine has already, by which names are told apart.
        table: its occurrences.
        due_s: Unix time before which none begins or ends [s].
        over_s: Unix time before which none is over, effect included [s].
    """

    def __init__(
        self,
        request: FaultRequest,
        at: datetime,
        cause: Cause,
        rows: Integers,
        identities: Sequence[Identity],
        randomness: Randomness,
        occasions: Randomness,
    ) -> None:
        self.request, self.cause, self.rows, self.identities = request, cause, rows, tuple(identities)
        self.parameters = request.checked_parameters()
        self.starts_at = at.astimezone(UTC) + timedelta(seconds=request.start_s)
        self.copy: Integers = np.zeros(len(rows), dtype=np.int64)
        self._stream = f"fault/{request.key}"
        self._randomness = randomness
        self._timetable = Timetable(request, self.starts_at.timestamp(), occasions, self._stream)
        self.table = self._timetable.first(len(rows))
        self._find_limits()

    # --- from the start to the end -----------------------------------------------------------------------------------

    def advance(self, moment_s: float) -> list[TruthDraft]:
        """Begin what begins and end what ends until a moment, be it that a whole occurrence lies before it."""
        if moment_s < self.due_s:
            return []
        news = []
        while (starting := np.flatnonzero(~self.table.begun & (self.table.starts_s <= moment_s))).size:
            self.table.begun[starting] = True
            news += [self._draft(row, TruthEvent.STARTED) for row in starting.tolist()]
            if self._timetable.repeats:
                self.table.add(self._timetable.following(self.table, starting))
        ending = np.flatnonzero(self.table.begun & ~self.table.ended & (self.table.ends_s <= moment_s))
        self.table.ended[ending] = True
        news += [self._draft(row, TruthEvent.ENDED) for row in ending.tolist()]
        self._find_limits()
        return news

    def clear(self, fault_id: str, moment_s: float) -> tuple[ActiveFault, list[TruthDraft]] | None:
        """End an occurrence, and those to come on its machine; None if it is not of this group."""
        rows = (row for row in range(len(self.table)) if self._identity(row).device_id in fault_id)
        row = next((row for row in rows if self.fault_id(row) == fault_id), None)
        if row is None:
            return None
        on_machine = np.flatnonzero(self.table.place == self.table.place[row])
        news = self._end(on_machine, moment_s)
        told = self.describe(row, moment_s)
        self._forget_unborn()
        return told, news

    def clear_all(self, moment_s: float) -> list[TruthDraft]:
        """End all occurrences, and those to come."""
        news = self._end(np.arange(len(self.table)), moment_s)
        self._forget_unborn()
        return news

    def settle(self, moment_s: float) -> bool:
        """Forget what is over, effect included; whether anything is left."""
        if moment_s >= self.over_s:
            self.table.keep(~self.table.ended | (moment_s < self.table.ends_s + self.parameters.outlasts_s))
            self._find_limits()
        return len(self.table) > 0

    def _end(self, rows: Integers, moment_s: float) -> list[TruthDraft]:
        table, open_rows = self.table, rows[~self.table.ended[rows]]
        table.ended[open_rows] = True
        table.ends_s[open_rows] = np.minimum(moment_s, table.ends_s[open_rows])
        begun = open_rows[table.begun[open_rows]]  # what never began never happened
        return [self._draft(row, TruthEvent.ENDED) for row in begun.tolist()]

    def _forget_unborn(self) -> None:
        self.table.keep(self.table.begun | ~self.table.ended)
        self._find_limits()

    def _find_limits(self) -> None:
        """Moments before which nothing can change, so that most steps need not look at the table."""
        table = self.table
        to_begin, to_end = table.starts_s[~table.begun], table.ends_s[~table.ended]
        self.due_s = min(to_begin.min(initial=np.inf), to_end.min(initial=np.inf))
        over_s = table.ends_s + self.parameters.outlasts_s
        self.over_s = over_s[table.ended].min(initial=np.inf) if len(table) else -np.inf
        self._earliest_s, self._latest_s = table.starts_s.min(initial=np.inf), over_s.max(initial=-np.inf)

    # --- how far it is -----------------------------------------------------------------------------------------------

    def at_work(self, first_s: float, last_s: float) -> Integers:
        """Rows of the table whose effect falls between two moments."""
        if last_s < self._earliest_s or first_s >= self._latest_s:
            return np.zeros(0, dtype=np.int64)
        over_s = self.table.ends_s + self.parameters.outlasts_s
        return np.flatnonzero((self.table.starts_s <= last_s) & (first_s < over_s))

    def layers(self, rows: Integers) -> Iterator[Integers]:
        """Rows of the table in parts in which no machine comes twice."""
        return self.table.layers(rows) if self._timetable.repeats else iter([rows] if rows.size else [])

    def window(self, rows: Integers, moments_s: Floats) -> slice:
        """Which of some moments, ascending, the effects of some occurrences can fall on."""
        first_s = self.table.starts_s[rows].min()
        over_s = self.table.ends_s[rows].max() + self.parameters.outlasts_s
        return slice(int(np.searchsorted(moments_s, first_s)), int(np.searchsorted(moments_s, over_s)))

    def plant_rows(self, rows: Integers) -> Integers:
        """Rows in the plant of rows of the table."""
        return self.rows[self.table.place[rows]]

    def strength(self, rows: Integers, moments_s: Moments) -> Floats:
        """How far some occurrences have come up, or gone, at moments of shape (T, 1) or () [1]."""
        elapsed_s, lasted_s = self.times(rows, moments_s)[0], self._lasted_s(rows)
        ramp_s, outlasts_s = self.request.ramp, self.parameters.outlasts_s
        if self.request.on_s is None or self.request.off_s is None:
            return fault_strength(elapsed_s, ramp_s, lasted_s, outlasts_s)
        return intermittent_strength(elapsed_s, ramp_s, lasted_s, outlasts_s, self.request.on_s, self.request.off_s)

    def bursts(self, rows: Integers, moments_s: Moments) -> Integers:
        """Numbers of the bursts of some occurrences, from 0; always 0 if the fault does not come and go."""
        elapsed_s, _ = self.times(rows, moments_s)
        if not self.request.bursts:
            return np.zeros(elapsed_s.shape, dtype=np.int64)
        return burst_number(elapsed_s, sum(self.request.bursts.values()), self._lasted_s(rows))

    def progress(self, rows: Integers, moment_s: float, number: int) -> Progress:
        """How far some occurrences are at a moment."""
        elapsed_s, over_s = self.times(rows, np.float64(moment_s))
        return Progress(
            elapsed_s=elapsed_s,
            over_s=over_s,
            strength=self.strength(rows, np.float64(moment_s)),
            ramp_s=self.request.ramp,
            chance=self.chance(rows, np.array(number)),
        )

    def chance(self, rows: Integers, numbers: Integers) -> Chance:
        """Random numbers for some occurrences."""
        place, number = self.table.place[rows], self.table.number[rows]
        return Chance(self._randomness, self._stream, place, numbers, number)

    def times(self, rows: Integers, moments_s: Moments) -> tuple[Floats, Floats]:
        """Times since the starts of some occurrences and since their ends, at moments of shape (T, 1) or () [s]."""
        return moments_s - self.table.starts_s[rows], moments_s - self.table.ends_s[rows]

    def _lasted_s(self, rows: Integers) -> Floats:
        return self.table.ends_s[rows] - self.table.starts_s[rows]

    # --- for people and programs -------------------------------------------------------------------------------------

    def fault_id(self, row: int) -> str:
        """Name of an occurrence, made of machine, kind, signal and start."""
        starts_at, copy = self._starts_at(row), int(self.copy[self.table.place[row]])
        moment = starts_at.strftime("%Y%m%dT%H%M%S") + f"{starts_at.microsecond // 1000:03d}"
        signal = [self.request.signal.value] if self.request.signal else []
        number = [str(copy + 1)] if copy else []
        return "-".join([self._identity(row).device_id, self.request.kind, *signal, moment, *number])

    def describe(self, row: int, moment_s: float) -> ActiveFault:
        """An occurrence as it is at a moment."""
        identity, ends_s = self._identity(row), float(self.table.ends_s[row])
        return ActiveFault(
            fault_id=self.fault_id(row),
            device_id=identity.device_id,
            line=identity.line,
            kind=self.request.kind,
            signal=self.request.signal,
            parameters=self.request.parameters,
            cause=self.cause,
            starts_at=self._starts_at(row),
            ends_at=datetime.fromtimestamp(ends_s, UTC) if np.isfinite(ends_s) else None,
            stage=self._stage(row, moment_s),
        )

    def _stage(self, row: int, moment_s: float) -> Stage:
        starts_s, ends_s = self.table.starts_s[row], self.table.ends_s[row]
        if moment_s >= ends_s:
            going = moment_s < ends_s + self.parameters.outlasts_s and self.table.begun[row]
            return "recovering" if going else "ended"
        if moment_s < starts_s:
            return "pending"
        return "ramping" if moment_s < starts_s + self.request.ramp else "active"

    def _draft(self, row: int, event: TruthEvent) -> TruthDraft:
        identity, definition = self._identity(row), self.request.definition
        ends_at = datetime.fromtimestamp(float(self.table.ends_s[row]), UTC) if event is TruthEvent.ENDED else None
        return TruthDraft(
            fault_id=self.fault_id(row),
            event=event,
            at=ends_at or self._starts_at(row),
            line=identity.line,
            device_id=identity.device_id,
            family=definition.family,
            kind=self.request.kind,
            label=definition.label,
            signal=self.request.signal,
            parameters={**self.request.parameters, "ramp_s": self.request.ramp, **self.request.bursts},
            cause=self.cause,
        )

    def _identity(self, row: int) -> Identity:
        return self.identities[int(self.table.place[row])]

    def _starts_at(self, row: int) -> datetime:
        return datetime.fromtimestamp(float(self.table.starts_s[row]), UTC)
