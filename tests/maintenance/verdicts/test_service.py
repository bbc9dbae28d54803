"""What keeps a job going."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

import pytest

from maintenance.errors import LakeError, VerdictError
from maintenance.verdicts import service as service_module
from maintenance.verdicts.measures import Measures
from maintenance.verdicts.registry import Machine
from maintenance.verdicts.service import VerdictService

ONE = {"M001": Machine("line1", "conveyor")}
TWO = {**ONE, "M002": Machine("line1", "conveyor")}


class Job:
    """A job that notes its turns, and fails in some of them."""

    def __init__(self, machines: Mapping[str, Machine], turns: list[str], fails: list[Exception]) -> None:
        self.machines, self.turns, self.fails = machines, turns, fails
        self.alive_at = 0.0

    def recall(self) -> None:
        """Notes it."""
        self.turns.append(f"recall {len(self.machines)}")

    def turn(self) -> None:
        """Notes it, or fails."""
        self.turns.append(f"turn {len(self.machines)}")
        if self.fails:
            raise self.fails.pop(0)


class Stop(threading.Event):
    """Stops after so many waits, which take no time; notes how long they were to be."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.waits: list[float] = []
        self._after = after

    def wait(self, timeout: float | None = None) -> bool:
        """Notes how long."""
        self.waits.append(timeout or 0.0)
        if len(self.waits) >= self._after:
            self.set()
        return self.is_set()


def run(
    answers: list[Mapping[str, Machine] | Exception], fails: list[Exception], turns: int
) -> tuple[list[str], Stop, Measures]:
    """Runs a service; the registry gives these answers, the last one for ever."""
    noted: list[str] = []
    measures, stop = Measures("plant1", {}), Stop(turns)

    def ask() -> Mapping[str, Machine]:
        answer = answers[0] if len(answers) == 1 else answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    made = VerdictService(ask, lambda machines: Job(machines, noted, fails), measures, 5.0, 0.0)  # type: ignore[arg-type, return-value]
    made.run(stop)
    return noted, stop, measures


def test_turn_after_turn() -> None:
    """A job is made for the machines that there are, recalls, and turns until the stop."""
    noted, stop, _ = run([ONE], [], 3)

    assert noted == ["recall 1", "turn 1", "turn 1", "turn 1"]
    assert stop.waits == [5.0, 5.0, 5.0]


def test_a_new_machine_has_a_new_job() -> None:
    """It begins from what is remembered; while there are no machines there is none."""
    noted, _, _ = run([{}, ONE, ONE, TWO], [], 4)

    assert noted == ["recall 1", "turn 1", "turn 1", "recall 2", "turn 2"]


def test_a_plant_without_machines_is_no_failure() -> None:
    """There is nothing to judge, and each turn in which that is found out has succeeded."""
    noted, _, measures = run([{}], [], 2)

    assert noted == []
    assert measures.registry.get_sample_value("verdicts_last_turn_timestamp_seconds") == pytest.approx(
        time.time(), abs=60
    )


def test_failures_are_counted_and_tried_again_ever_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait doubles up to a limit, and is the usual one after a success."""
    monkeypatch.setattr(service_module, "LONGEST_WAIT_S", 12.0)
    fails: list[Exception] = [LakeError("away"), VerdictError("away"), LakeError("away")]
    _, stop, measures = run([ONE], fails, 5)

    assert stop.waits == [5.0, 10.0, 12.0, 5.0, 5.0]
    assert measures.registry.get_sample_value("verdicts_failures_total") == 3


def test_a_registry_that_fails_stops_nothing() -> None:
    """The next turn asks again."""
    noted, _, measures = run([VerdictError("away"), ONE], [], 3)

    assert noted == ["recall 1", "turn 1", "turn 1"]
    assert measures.registry.get_sample_value("verdicts_failures_total") == 1
