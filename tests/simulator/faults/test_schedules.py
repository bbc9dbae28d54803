"""When faults come, whom they hit, and how they combine: whatever the schedule and the steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.telemetry import Signal
from simulator.faults import FAULTS, FaultBoard, FaultRequest
from simulator.influences import Influences

MakeBoard = Callable[..., FaultBoard]
MACHINES = 6
SENSOR_KINDS = [kind for kind, definition in FAULTS.items() if definition.family == "sensor"]
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def requests(draw: st.DrawFn, kinds: list[str] = SENSOR_KINDS) -> FaultRequest:
    """Any schedule of any kind of sensor fault within some minutes."""
    kind = draw(st.sampled_from(kinds))
    definition = FAULTS[kind]
    repeats, bursts = draw(st.booleans()), draw(st.booleans())
    asked: dict[str, Any] = {
        "kind": kind,
        "target": draw(st.sampled_from(["*", "M002", "line1", "robot_arm"])),
        "signal": Signal.TEMP,
        "parameters": definition.example,
        "start_s": draw(st.floats(0, 60)),
        "share": draw(st.sampled_from([0.3, 1.0])),
        "duration_s": draw(st.floats(0.5, 40) if repeats else st.one_of(st.none(), st.floats(0.5, 200))),
    }
    if definition.can_ramp:
        asked["ramp_s"] = draw(st.sampled_from([0.0, 13.0]))
    if repeats:
        asked["repeats"] = {"rate_per_day": draw(st.sampled_from([1000, 2000]))}
    if bursts:
        asked |= {"on_s": draw(st.floats(1, 20)), "off_s": draw(st.floats(1, 20))}
    return FaultRequest(**asked)


def play(board: FaultBoard, start: datetime, blocks: list[int], step_s: float = 3.0, first: int = 0) -> np.ndarray:
    """What the sensors tell in blocks of so many steps; the truth is a slow wave, and machines run by turns."""
    number, told = 0, []
    for count in blocks:
        numbers = np.arange(number, number + count)
        number += count
        moments_s = start.timestamp() + numbers * step_s
        for moment_s in moments_s.tolist():
            board.advance(moment_s)
        rows = np.arange(first, MACHINES)
        values = 50 + 10 * np.sin(numbers[:, None] / 9 + rows)
        states = ((numbers[:, None] // 5 + rows) % 3).astype(np.int8)
        board.disturb(Signal.TEMP, values, moments_s, numbers, states, 80.0 + rows)
        if count:
            board.settle(float(moments_s[-1]))
        told.append(values)
    return np.vstack(told)


@relaxed
@given(st.lists(requests(), min_size=1, max_size=3), st.lists(st.integers(0, 40), min_size=1, max_size=6).filter(any))
def test_blocks_tell_what_steps_tell(
    make_board: MakeBoard, start: datetime, asked: list[FaultRequest], blocks: list[int]
) -> None:
    """Many steps at once are the same as one by one, bit by bit, wherever faults begin and end within them."""
    at_once, one_by_one = make_board(MACHINES), make_board(MACHINES)
    for request in asked:
        at_once.inject(request, start, "injected")
        one_by_one.inject(request, start, "injected")

    told, expected = play(at_once, start, blocks), play(one_by_one, start, [1] * sum(blocks))
    assert told.tobytes() == expected.tobytes()
    assert at_once.take_news() == one_by_one.take_news()


@relaxed
@given(requests())
def test_a_machine_is_ill_in_whatever_shard_it_stands(
    make_board: MakeBoard, start: datetime, asked: FaultRequest
) -> None:
    """Share, occurrences and random numbers belong to the machine: a shard of four tells what six tell of them."""
    whole, shard = make_board(MACHINES), make_board(MACHINES, first=2)
    whole.inject(asked, start, "injected")
    if shard.concerns(asked):
        shard.inject(asked, start, "injected")

    mine = {f"M{number + 1:03d}" for number in range(2, MACHINES)}
    told, expected = play(shard, start, [100], first=2), play(whole, start, [100])[:, 2:]
    assert told.tobytes() == expected.tobytes()
    assert shard.take_news() == [draft for draft in whole.take_news() if draft.device_id in mine]


@relaxed
@given(requests(), st.lists(st.floats(0, 300), max_size=8))
def test_truth_does_not_depend_on_steps(
    make_board: MakeBoard, start: datetime, asked: FaultRequest, steps: list[float]
) -> None:
    """However a plant steps, the same faults are told at the same moments; each ends after it started."""
    told = []
    for moments in ([*sorted(steps), 300.0], [float(second) for second in range(301)]):
        board = make_board(MACHINES)
        board.inject(asked, start, "injected")
        for moment in moments:
            board.advance(start.timestamp() + moment)
            board.settle(start.timestamp() + moment)
        told.append({(draft.fault_id, draft.event, draft.at) for draft in board.take_news()})

    assert told[0] == told[1]
    starts = {fault_id: at for fault_id, event, at in told[0] if event.value == "started"}
    ends = {fault_id: at for fault_id, event, at in told[0] if event.value == "ended"}
    assert ends.keys() <= starts.keys()
    # Unix times of today are known to a quarter of a microsecond in 64 bits.
    near = timedelta(microseconds=2)
    length = timedelta(seconds=asked.duration_s or 0)
    assert all(abs(at - starts[fault_id] - length) <= near for fault_id, at in ends.items())


def test_repeats_come_at_their_rate_and_do_not_overlap(make_board: MakeBoard, start: datetime) -> None:
    """A rate of two a day, an hour each: 6 machines in a year have 12 · 365 of them, one after the other."""
    board = make_board(MACHINES)
    request = FaultRequest(
        kind="stuck", target="*", signal="temp", duration_s=3600, repeats={"rate_per_day": 2}, start_s=10
    )
    board.inject(request, start, "scenario")
    board.advance(start.timestamp() + 365 * 86_400)
    starts: dict[str, list[float]] = {}
    for draft in board.take_news():
        if draft.event.value == "started":
            starts.setdefault(draft.device_id, []).append(draft.at.timestamp())

    # A renewal process: its count has the variance rate · time · (std of a cycle / mean of a cycle)², here
    # (11/12)² · 730 a machine; five standard errors of the mean of six.
    mean = np.mean([len(some) for some in starts.values()])
    assert mean == pytest.approx(730, abs=5 * (730 * (11 / 12) ** 2 / 6) ** 0.5)
    assert min(min(np.diff(some)) for some in starts.values()) >= 3600 - 1e-6
    # Waits are exponential: a share of 1/e is longer than the mean of 11 h; 4380 of them, five standard errors.
    waits = np.concatenate([np.diff(some) - 3600 for some in starts.values()])
    share = np.mean(waits > 11 * 3600)
    assert share == pytest.approx(np.exp(-1), abs=5 * (0.3679 * 0.6321 / len(waits)) ** 0.5)


def test_share_is_that_part(make_board: MakeBoard, start: datetime) -> None:
    """A fifth of 2000 machines is some 400 of them, and another seed chooses others."""
    request = FaultRequest(kind="stuck", target="*", signal="temp", share=0.2)
    hit = [{one.device_id for one in make_board(2000, seed).inject(request, start, "injected")} for seed in (1, 1, 2)]

    # Binomial: a standard deviation of sqrt(2000 · 0.2 · 0.8) = 17.9; five of them.
    assert len(hit[0]) == pytest.approx(400, abs=90)
    assert hit[0] == hit[1] != hit[2]


def test_a_share_may_hit_nobody(make_board: MakeBoard, start: datetime) -> None:
    """A small share of few machines can be nobody, which is no error."""
    board = make_board(2)
    request = FaultRequest(kind="stuck", target="*", signal="temp", share=1e-9)

    assert board.inject(request, start, "injected") == board.active(start.timestamp()) == []


def test_bursts(make_board: MakeBoard, start: datetime) -> None:
    """An intermittent bias is there for six seconds of ten, with steps of three, and gone after its end."""
    board = make_board(MACHINES)
    asked = {"parameters": {"magnitude": 5.0}, "on_s": 6, "off_s": 4, "duration_s": 20}
    board.inject(FaultRequest(kind="bias", target="M001", signal="temp", **asked), start, "injected")
    ill, well = play(board, start, [9])[:, 0], play(make_board(MACHINES), start, [9])[:, 0]

    # At 0, 3, (6, 9), 12, 15, (18), after the end (21, 24); each burst is over at its sixth second.
    assert (ill - well).round(9).tolist() == [5, 5, 0, 0, 5, 5, 0, 0, 0]


def test_stuck_sticks_anew_in_each_burst(make_board: MakeBoard, start: datetime) -> None:
    """A sensor that hangs now and then repeats the value at which it hung last."""
    board = make_board(MACHINES)
    request = FaultRequest(kind="stuck", target="M001", signal="temp", on_s=6, off_s=4)
    board.inject(request, start, "injected")
    ill, well = play(board, start, [6])[:, 0], play(make_board(MACHINES), start, [6])[:, 0]

    assert ill.tolist() == [well[0], well[0], well[2], well[3], well[4], well[4]]


def test_clearing_an_occurrence_ends_the_repeats(make_board: MakeBoard, start: datetime) -> None:
    """Who clears a fault that repeats has repaired that machine; the others go on."""
    board = make_board(MACHINES)
    request = FaultRequest(
        kind="bias", target="*", signal="temp", parameters={"magnitude": 1}, duration_s=1, repeats={"rate_per_day": 864}
    )
    pending = board.inject(request, start, "injected")
    board.clear(pending[0].fault_id, start + timedelta(seconds=0))
    board.advance(start.timestamp() + 3600)

    assert {draft.device_id for draft in board.take_news()} == {f"M{number:03d}" for number in range(2, MACHINES + 1)}
    assert {fault.device_id for fault in board.active(start.timestamp() + 3600)} == {
        f"M{number:03d}" for number in range(2, MACHINES + 1)
    }


def test_occurrences_that_recover_add_up(make_board: MakeBoard, start: datetime) -> None:
    """Air that is still cooling from one occurrence is warmed on top by the next: none takes the other's place."""
    board = make_board(MACHINES)
    request = FaultRequest(
        kind="hall_warming",
        target="*",
        parameters={"rise_k": 10, "recovery_s": 3600},
        ramp_s=0,
        duration_s=10,
        repeats={"rate_per_day": 2000},
    )
    board.inject(request, start, "injected")
    board.advance(start.timestamp() + 600)
    influences = Influences.neutral(MACHINES)

    assert board.influence(influences, start.timestamp() + 600, 1)
    # Some 14 have come, each of them still at more than (1 - 600/3600) · 10 K = 8.3 K.
    count = np.array([sum(d.device_id == f"M{row + 1:03d}" for d in _started(board)) for row in range(MACHINES)])
    assert (influences.air_k > 8.3 * count).all()
    assert (influences.air_k <= 10.0 * count).all()
    assert count.min() >= 2


def _started(board: FaultBoard) -> list[Any]:
    news = board.take_news()
    board._news += news
    return [draft for draft in news if draft.event.value == "started"]


@pytest.mark.parametrize(
    ("wrong", "key", "words"),
    [
        ({"repeats": {"rate_per_day": 2}}, "duration_s", "a fault that repeats needs a length"),
        ({"repeats": {"rate_per_day": 24}, "duration_s": 3600}, "duration_s", "must be shorter than 3600 s"),
        ({"on_s": 5}, "off_s", "on_s goes together with off_s"),
        ({"off_s": 5}, "on_s", "off_s goes together with on_s"),
        ({"share": 0}, "share", "greater than 0"),
        ({"share": 1.5}, "share", "less than or equal to 1"),
    ],
)
def test_impossible_schedules_are_refused(wrong: dict[str, Any], key: str, words: str) -> None:
    """What cannot be is refused at its key, with a reason."""
    with pytest.raises(ValueError, match=words) as caught:
        FaultRequest(kind="stuck", target="*", signal="temp", **wrong)

    assert [problem["loc"] for problem in caught.value.errors()] == [(key,)]


@pytest.mark.parametrize("kind", [kind for kind, definition in FAULTS.items() if definition.shared])
def test_what_machines_share_hits_no_share_of_them(kind: str) -> None:
    """The air of a hall is not warm around one machine in five."""
    asked = {"kind": kind, "target": "*", "parameters": FAULTS[kind].example}
    with pytest.raises(ValueError, match="cannot hit some of the machines only") as caught:
        FaultRequest(**asked, share=0.2)

    assert [problem["loc"] for problem in caught.value.errors()] == [("share",)]
    assert FaultRequest(**asked, share=1).share == 1
