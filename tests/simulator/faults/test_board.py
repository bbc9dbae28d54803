"""The faults of a plant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from contracts.nameplates import NAMEPLATES
from contracts.telemetry import Signal
from contracts.truth import TruthEvent
from simulator.errors import FaultError, TargetError
from simulator.faults import FaultBoard, FaultRequest

BIAS = {"kind": "bias", "signal": "temp", "parameters": {"magnitude": 5}}


@pytest.fixture
def board(make_board: Callable[..., FaultBoard]) -> FaultBoard:
    """Faults of twenty machines on two lines."""
    return make_board(20)


def step(board: FaultBoard, at_s: float, values: np.ndarray, number: int = 1) -> None:
    """One moment of twenty temperature sensors, values in place."""
    board.advance(at_s)
    states = np.zeros((1, 20), dtype=np.int8)
    moment = np.array([at_s]), np.array([number])
    board.disturb(Signal.TEMP, values[None, :], *moment, states, np.zeros(20))
    board.settle(at_s)


def disturbed(board: FaultBoard, at: datetime, number: int = 1) -> list[float]:
    """What twenty sensors tell whose true reading is zero."""
    values = np.zeros(20)
    step(board, at.timestamp(), values, number)
    return values.tolist()


@pytest.mark.parametrize(
    ("target", "rows"),
    [
        ("M003", [2]),
        ("line2", list(range(10, 20))),
        ("*", list(range(20))),
        ("robot_arm", list(range(4, 20, len(NAMEPLATES)))),  # the fifth of the models, which come in turn
    ],
)
def test_target_is_a_machine_a_line_a_model_or_all(
    board: FaultBoard, target: str, rows: list[int], start: datetime
) -> None:
    """A target names one machine, the machines of a line or of a model, or everything."""
    board.inject(FaultRequest(target=target, **BIAS), start, "injected")

    assert np.flatnonzero(disturbed(board, start)).tolist() == rows


def test_unknown_target_is_refused(board: FaultBoard, start: datetime) -> None:
    """A target that is nobody is refused with its name."""
    with pytest.raises(TargetError, match="'M099' is no machine, no line and no model"):
        board.inject(FaultRequest(target="M099", **BIAS), start, "injected")


def test_machine_has_no_hall_of_its_own(board: FaultBoard, start: datetime) -> None:
    """Air is shared: a warm hall for a single machine is refused."""
    with pytest.raises(FaultError, match="'M003' cannot have hall_warming alone: machines share the air"):
        board.inject(FaultRequest(kind="hall_warming", target="M003", parameters={"rise_k": 8}), start, "injected")


def test_names_are_made_of_what_happens(board: FaultBoard, start: datetime) -> None:
    """A fault's name tells machine, kind, signal and start; a second one at the same moment has a number."""
    names = [board.inject(FaultRequest(target="M003", **BIAS), start, "injected")[0].fault_id for _ in range(2)]

    assert names == ["M003-bias-temp-20260102T030405000", "M003-bias-temp-20260102T030405000-2"]


def test_faults_add_up(board: FaultBoard, start: datetime) -> None:
    """Two faults on one sensor work one after the other."""
    board.inject(FaultRequest(target="M003", **BIAS), start, "injected")
    board.inject(FaultRequest(target="line1", **BIAS), start, "injected")

    assert disturbed(board, start)[:4] == [5, 5, 10, 5]


def test_one_of_a_group_is_cleared_alone(board: FaultBoard, start: datetime) -> None:
    """Clearing a line's fault on one machine leaves it on the others, which keep their own random numbers."""
    noise = FaultRequest(kind="noise", target="line1", signal="temp", parameters={"std": 3})
    faults = board.inject(noise, start, "injected")
    before = disturbed(board, start)
    cleared = board.clear(faults[4].fault_id, start + timedelta(seconds=1))
    after = disturbed(board, start + timedelta(seconds=2))

    assert (cleared.device_id, cleared.stage, cleared.ends_at) == ("M005", "ended", start + timedelta(seconds=1))
    assert after[4] == 0
    assert after[:4] + after[5:10] == before[:4] + before[5:10]


def test_clearing_before_the_planned_end(board: FaultBoard, start: datetime) -> None:
    """A fault that is cleared ends then, and is not told a second time at its planned end."""
    (fault,) = board.inject(FaultRequest(target="M003", duration_s=60, **BIAS), start, "injected")
    disturbed(board, start)
    board.clear(fault.fault_id, start + timedelta(seconds=10))
    disturbed(board, start + timedelta(seconds=90))

    assert [draft.at - start for draft in board.take_news()] == [timedelta(0), timedelta(seconds=10)]


def test_clearing_twice_is_told_once(board: FaultBoard, start: datetime) -> None:
    """A fault that is cleared again before the next step keeps its first end."""
    (fault,) = board.inject(FaultRequest(target="M003", **BIAS), start, "injected")
    disturbed(board, start)
    for second in (10, 11):
        cleared = board.clear(fault.fault_id, start + timedelta(seconds=second))

    assert cleared.ends_at == start + timedelta(seconds=10)
    assert [draft.at - start for draft in board.take_news()] == [timedelta(0), timedelta(seconds=10)]


def test_stuck_holds_the_first_value(board: FaultBoard, start: datetime) -> None:
    """A stuck sensor holds what it would have told at the first step of the fault."""
    board.inject(FaultRequest(kind="stuck", target="M003", signal="temp"), start, "injected")
    told = []
    for second, true_value in enumerate([7.0, 8.0, 9.0]):
        values = np.full(20, true_value)
        step(board, start.timestamp() + second, values, second)
        told.append(values[2])

    assert told == [7.0, 7.0, 7.0]


def test_random_faults_hit_at_their_rate(board: FaultBoard, start: datetime) -> None:
    """Spikes come as often as asked for."""
    spikes = FaultRequest(kind="spikes", target="*", signal="temp", parameters={"magnitude": 1, "probability": 0.1})
    board.inject(spikes, start, "injected")
    share = np.mean([disturbed(board, start, number) for number in range(1000)])

    # 20,000 draws: a standard error of sqrt(0.1 · 0.9 / 20,000) = 0.0021; five of them.
    assert share == pytest.approx(0.1, abs=0.0106)


@pytest.mark.parametrize(("kind", "parameters"), [("hall_warming", {"rise_k": 5}), ("reconnect_storm", {})])
def test_what_machines_share_comes_to_all_at_once(
    kind: str, parameters: dict[str, float], make_board: Callable[..., FaultBoard]
) -> None:
    """A hall's air or a switch that fails by chance does so for all machines behind it at the same moments."""
    board, at = make_board(10), datetime(2026, 1, 2, tzinfo=UTC)
    request = FaultRequest(
        kind=kind, target="*", parameters=parameters, duration_s=60, ramp_s=0, repeats={"rate_per_day": 24}
    )
    board.inject(request, at, "injected")
    board.advance(at.timestamp() + 86_400)
    begun = Counter(draft.at for draft in board.take_news() if draft.event is TruthEvent.STARTED)

    # 24 a day by chance: within five standard deviations of 4.9 it is not nothing.
    assert 1 < len(begun) < 49
    assert set(begun.values()) == {10}
