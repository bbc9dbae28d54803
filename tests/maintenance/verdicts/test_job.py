"""The verdict job, on a plant whose archive comes hour by hour."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from verdict_stand_ins import Clock, Growing, Listener

from contracts.nameplates import NAMEPLATES
from maintenance.errors import VerdictError
from maintenance.lake.address import open_store
from maintenance.plant_models import PlantScorer
from maintenance.verdicts.archive import Archive
from maintenance.verdicts.hours import readings_of
from maintenance.verdicts.job import MOST_HOURS, JobOptions, VerdictJob
from maintenance.verdicts.measures import Measures
from maintenance.verdicts.memory import Memory
from maintenance.verdicts.registry import Machine

pytestmark = pytest.mark.slow

SETTLE_S = 10.0
HISTORY = "faults-61"


@pytest.fixture
def growing(plants: Any, tmp_path: Path) -> Growing:
    """An empty lake, into which the hours of a history come."""
    return Growing(plants.directory.parent / HISTORY, tmp_path)


@pytest.fixture
def begin(plants: Any) -> int:
    """The history's first hour [h since 1970]."""
    return min(int(one.hour[0]) for one in plants.histories[HISTORY].readings.values())


Make = Callable[..., VerdictJob]


@pytest.fixture
def make(plants: Any, growing: Growing, clock: Clock, listener: Listener) -> Make:
    """Makes a job on that lake, as a start of the program does."""

    def made(so_far_s: float = 0.0, look_back_h: int = 48, measures: Measures | None = None) -> VerdictJob:
        models = plants.histories[HISTORY].models
        store = open_store(str(growing.lake))
        job = VerdictJob(
            plants.models,
            {name: Machine("line1", model) for name, model in models.items()},
            Archive(store, "plant1"),
            Memory(store, "plant1"),
            listener,  # type: ignore[arg-type]  # takes what a publisher takes
            measures or Measures("plant1", plants.models.versions),
            JobOptions("plant1", SETTLE_S, so_far_s, look_back_h),
            clock,
        )
        job.recall()
        return job

    return made


def settle(job: VerdictJob, clock: Clock) -> None:
    """A turn in which what came is read, and one after it has settled."""
    job.turn()
    clock.now += SETTLE_S
    job.turn()


def expected(plants: Any, begin: int, hours: int) -> dict[str, list[dict[str, Any]]]:
    """Verdicts of these hours by machine, straight from the scorer."""
    history = plants.histories[HISTORY]
    scorer, found = PlantScorer(plants.models, history.models), {name: [] for name in history.models}
    for hour in range(begin, begin + hours):
        scorer.take({name: one.take(one.hour == hour) for name, one in history.readings.items()}, hour)
        for verdict in scorer.verdicts():
            found[verdict.device_id].append(verdict.as_json())
    return found


def told(listener: Listener) -> dict[str, list[dict[str, Any]]]:
    """What was published, by machine."""
    found: dict[str, list[dict[str, Any]]] = {}
    for message in listener.taken:
        found.setdefault(message.topic.split("/")[3], []).append(dict(message.content))
    return found


def test_each_hour_is_judged_when_it_is_over(
    plants: Any, make: Make, growing: Growing, begin: int, clock: Clock, listener: Listener
) -> None:
    """One verdict a machine and hour, on its own topic, as the models give it; the running hour waits."""
    job = make()
    for hour in range(begin, begin + 4):
        growing.bring(hour)
        settle(job, clock)

    assert told(listener) == {name: some for name, some in expected(plants, begin, 3).items() if some}
    assert {message.topic for message in listener.taken} == {
        f"factory/plant1/line1/{name}/verdict" for name in told(listener)
    }


def test_a_job_that_is_started_anew_goes_on(
    plants: Any, make: Make, growing: Growing, begin: int, clock: Clock, listener: Listener
) -> None:
    """The next one knows the hours before, and publishes what a job without an end would have."""
    for hour in range(begin, begin + 30):
        growing.bring(hour)
    settle(make(), clock)
    assert list(map(len, told(listener).values())) == [1] * len(told(listener))
    listener.taken.clear()
    for hour in range(begin + 30, begin + 33):
        growing.bring(hour)
    settle(make(), clock)

    # Hours 0 to 28 were over before, 29 to 31 are now, 32 is running.
    whole = expected(plants, begin, 32)
    assert told(listener) == {name: some[-3:] for name, some in whole.items() if some}


def test_what_the_broker_did_not_take_is_published_later(
    plants: Any, make: Make, growing: Growing, begin: int, clock: Clock, listener: Listener
) -> None:
    """Nothing is lost while it is away, and an hour is remembered only when its verdicts are out."""
    job = make()
    growing.bring(begin)
    growing.bring(begin + 1)
    job.turn()
    clock.now += SETTLE_S
    listener.refuses = True
    for _ in range(2):
        with pytest.raises(VerdictError):
            job.turn()
    assert list(Memory(open_store(str(growing.lake)), "plant1").days()) == []
    listener.refuses = False
    job.turn()

    assert told(listener) == {name: some for name, some in expected(plants, begin, 1).items() if some}
    assert [last for last, _ in Memory(open_store(str(growing.lake)), "plant1").days()] == [begin]


def test_a_job_that_dies_between_publishing_and_remembering(
    plants: Any, make: Make, growing: Growing, begin: int, clock: Clock, listener: Listener
) -> None:
    """Is followed by one that publishes the same once more: at least once, the same each time."""
    growing.bring(begin)
    growing.bring(begin + 1)
    settle(make(), clock)
    first = told(listener)
    for path in (growing.lake / "verdicts").rglob("*.parquet"):
        path.unlink()
    listener.taken.clear()
    settle(make(), clock)

    assert told(listener) == first


def test_the_running_hour_is_judged_from_its_half_on(
    make: Make, growing: Growing, begin: int, clock: Clock, listener: Listener
) -> None:
    """Each minute, marked as not complete, and nothing of it is remembered."""
    job = make(so_far_s=60.0)
    growing.bring(begin)
    clock.now += 59
    job.turn()
    assert listener.taken == []
    clock.now += 1
    job.turn()

    assert listener.taken
    assert {message.content["complete"] for message in listener.taken} == {False}
    assert list(Memory(open_store(str(growing.lake)), "plant1").days()) == []


def test_after_a_long_stop_all_hours_are_judged_in_pieces(
    plants: Any, make: Make, growing: Growing, begin: int, clock: Clock, listener: Listener
) -> None:
    """However long it was away, nothing is left out, and no turn reads more than some hours."""
    for hour in range(begin, begin + 2):
        growing.bring(hour)
    settle(make(), clock)
    listener.taken.clear()
    for hour in range(begin + 2, begin + MOST_HOURS + 12):
        growing.bring(hour)
    job = make()
    settle(job, clock)
    few = len({message.content["timestamp"] for message in listener.taken})
    settle(job, clock)

    assert few < MOST_HOURS
    whole = expected(plants, begin, MOST_HOURS + 11)
    later = datetime.fromtimestamp((begin + 1) * 3600, UTC)
    wanted = {
        name: [one for one in some if datetime.fromisoformat(one["timestamp"]) > later] for name, some in whole.items()
    }
    assert told(listener) == {name: some for name, some in wanted.items() if some}


def test_a_machine_with_a_wrong_clock_stops_nothing(
    plants: Any, make: Make, growing: Growing, begin: int, clock: Clock, listener: Listener
) -> None:
    """Its readings lie a year ahead, and the plant is judged all the same."""
    growing.bring(begin)
    growing.bring(begin + 1)
    ahead = {
        "device_id": "M001", "timestamp": "2026-01-01T05:00:01.000Z", "run": 2, "seq": 1, "temp": 59.0,
        "state": "running", "plant": "plant1", "line": "line1", "received_at": 1735689601000,
    }  # fmt: skip
    folder = growing.lake / "raw/plant=plant1/dt=2026-01-01/hour=05"
    folder.mkdir(parents=True)
    (folder / "a.jsonl").write_text(json.dumps(ahead) + "\n")
    settle(make(), clock)

    assert told(listener) == {name: some for name, some in expected(plants, begin, 1).items() if some}


def test_a_first_start_reads_so_far_back_and_no_farther(
    make: Make, growing: Growing, begin: int, clock: Clock, listener: Listener
) -> None:
    """An archive of years need not be read to judge the present, and its hours are its past: the last one is judged."""
    for hour in range(begin, begin + 10):
        growing.bring(hour)
    settle(make(look_back_h=4), clock)

    assert len({message.content["timestamp"] for message in listener.taken}) == 1
    [(last, rows)] = list(Memory(open_store(str(growing.lake)), "plant1").days())
    assert last == begin + 8
    assert min(int(one.hour[0]) for one in readings_of(rows).values()) == begin + 5


def test_what_was_done_is_counted(
    plants: Any, make: Make, growing: Growing, begin: int, clock: Clock, listener: Listener
) -> None:
    """Hours, objects, readings and verdicts; and of each machine the last verdict."""
    measures = Measures("plant1", plants.models.versions)
    job = make(measures=measures)
    for hour in range(begin, begin + 3):
        growing.bring(hour)
        settle(job, clock)

    def value(name: str, **labels: str) -> float:
        return measures.registry.get_sample_value(name, labels) or 0.0

    history = plants.histories[HISTORY]
    readings = sum(int((one.hour < begin + 3).sum()) for one in history.readings.values())
    assert value("verdicts_hours_judged_total") == 2
    assert value("verdicts_published_total") == len(listener.taken)
    assert value("verdicts_readings_total", result="used") == readings
    assert value("verdicts_readings_total", result="late") == 0
    assert value("verdicts_last_hour_timestamp_seconds") == (begin + 2) * 3600
    assert value("verdicts_machines") == len(history.models)
    name, last = next((one["device_id"], one) for one in reversed([dict(m.content) for m in listener.taken]))
    labels = {"plant": "plant1", "line": "line1", "device_id": name, "model": history.models[name]}
    assert labels["model"] in NAMEPLATES
    assert value("verdict_failure_probability", **labels) == pytest.approx(last["probability"], abs=5e-5)
    assert value("verdict_remaining_life_seconds", **labels, bound="low") == pytest.approx(
        3600 * last["remaining_life_h"]["low"], abs=200
    )
