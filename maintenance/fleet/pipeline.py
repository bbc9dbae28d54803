"""From readings to items, verdicts and alerts: what one invocation does with what it was given."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from maintenance.fleet.alerts import Alerts
from maintenance.fleet.endpoint import Answer, Endpoint, Unjudged, instance_of
from maintenance.fleet.items import PENDING, Key, item_of, judged_anew, key_of, line_of, reading_of
from maintenance.fleet.queues import FIRST_RETRY_S, Queue, dead_letter, unjudged
from maintenance.fleet.readings import Told
from maintenance.fleet.report import Report
from maintenance.fleet.table import Table, parts_of
from maintenance.sentences import FleetReading

BATCH = 500
"""Readings that the endpoint is asked about at once."""
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The function's doors to the world, and what it does through them.

    Args:
        endpoint: the model's.
        table: of the readings.
        alerts: tells them.
        retries: queue of readings whose verdict is missing.
        dead_letters: queue of lines that cannot be used.
    """

    endpoint: Endpoint
    table: Table
    alerts: Alerts
    retries: Queue
    dead_letters: Queue

    def take(self, told: Sequence[Told], report: Report) -> None:
        """Have readings judged, store them and alert about them.

        A reading that the endpoint could not judge is stored without a verdict and queued for another attempt, unless
        its item is there and has one: an event that is handed over twice takes nothing away.
        """
        readings = {key_of(one): one for one in told}
        report.count(repeated=len(told) - len(readings))
        answers = dict(zip(readings, self._judge([one.reading for one in readings.values()], report), strict=True))
        waiting = [key for key, answer in answers.items() if isinstance(answer, Unjudged) and answer.again]
        judged_before = self._judged_before(waiting)
        items = [
            item_of(one, answers[key], report.invocation) for key, one in readings.items() if key not in judged_before
        ]
        self._store(items, report)
        self._see_to_unjudged(readings, answers, [key for key in waiting if key not in judged_before], report)
        self.alerts.consider(list(readings.values()), report)
        for one in readings.values():
            report.measured(one.reading)

    def judge_again(self, keys: Sequence[Key], report: Report) -> bool:
        """Have items judged that were stored without a verdict; whether the endpoint could do so."""
        items = [item for item in self.table.get(dict.fromkeys(keys)).values() if item.get(PENDING)]
        report.count(judged_again=len(items))
        answers = self._judge([reading_of(item) for item in items], report)
        ready = [
            judged_anew(item, answer, report.invocation)
            for item, answer in zip(items, answers, strict=True)
            if not (isinstance(answer, Unjudged) and answer.again)
        ]
        self._store(ready, report)
        refused = [
            dead_letter(
                json.dumps(instance_of(reading_of(item))),
                answer.reason,
                item["source"],
                line_of(item),
                report.invocation,
            )
            for item, answer in zip(items, answers, strict=True)
            if isinstance(answer, Unjudged) and not answer.again
        ]
        if refused:
            self.refuse(refused, report)
        return len(ready) == len(items)

    def refuse(self, lines: Iterable[dict[str, object]], report: Report) -> None:
        """Send lines that cannot be used to the dead letters."""
        letters = list(lines)
        self.dead_letters.send(letters)
        report.count(refused=len(letters))
        for letter in letters[:_SHOWN]:
            report.say(
                "line_refused", "warning", **{name: letter[name] for name in ("reason", "source", "line_number")}
            )

    def _judge(self, readings: Sequence[FleetReading], report: Report) -> list[Answer]:
        answers: list[Answer] = []
        for part in parts_of(readings, BATCH):
            began = time.monotonic()
            answers += self.endpoint.judge(part)
            report.endpoint_took(time.monotonic() - began)
        if answers:
            said = Counter("absent" if isinstance(one, Unjudged) else one.prediction.lower() for one in answers)
            report.count(**{f"predicted_{name}": count for name, count in said.items()})
            shown = [
                f"{reading.device_id}: {answer.reason if isinstance(answer, Unjudged) else answer.prediction}"
                for reading, answer in zip(readings[:_SHOWN], answers, strict=False)
            ]
            report.say("predicted", readings=len(answers), predictions=dict(said), first=shown)
        return answers

    def _judged_before(self, keys: Sequence[Key]) -> set[Key]:
        found = self.table.get(keys, ("prediction",)) if keys else {}
        return {(device_id, timestamp) for (device_id, timestamp), item in found.items() if "prediction" in item}

    def _store(self, items: Sequence[dict[str, object]], report: Report) -> None:
        if items:
            again = self.table.put(items)
            report.count(items=len(items), items_put_again=again)
            report.say("items_written", items=len(items), put_again=again)

    def _see_to_unjudged(
        self, readings: dict[Key, Told], answers: dict[Key, Answer], waiting: Sequence[Key], report: Report
    ) -> None:
        if waiting:
            self.retries.send((unjudged(part) for part in parts_of(waiting, BATCH)), FIRST_RETRY_S)
            reason = next(answers[key] for key in waiting)
            assert isinstance(reason, Unjudged)  # noqa: S101 - they are waiting because of it
            report.say("predictions_missing", "error", readings=len(waiting), reason=reason.reason)
            self.alerts.predictions_missing(reason.reason, len(waiting), report)
        refused = [
            dead_letter(one.text, answer.reason, one.source, one.line, report.invocation)
            for key, one in readings.items()
            if isinstance(answer := answers[key], Unjudged) and not answer.again
        ]
        if refused:
            self.refuse(refused, report)
