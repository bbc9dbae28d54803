"""One exam for all kinds of fault: whoever is in `FAULTS` sits it."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from contracts.nameplates import NAMEPLATES
from contracts.telemetry import MachineTelemetry, Signal
from simulator.delivery import Delivery, Network
from simulator.encode import encode
from simulator.faults import FAULTS, FaultBoard, FaultRequest, ProcessFault
from simulator.influences import Influences
from simulator.plant import Plant
from simulator.scenario import Scenario
from simulator.sensors import SENSORS

MakePlant = Callable[..., Plant]
MakeBoard = Callable[..., FaultBoard]
MACHINES, ON_LINE1 = 15, 10
START_S, LASTS_S, STEP_S = 60, 1800, 20
CASES = [
    pytest.param(kind, signal, id=f"{kind}-{signal.value}" if signal else kind)
    for kind, definition in FAULTS.items()
    for signal in (Signal if definition.family == "sensor" else [None])
]
"""Each kind, and on each signal if it is of sensors."""


def request_for(kind: str, signal: Signal | None = Signal.TEMP, **changes: Any) -> FaultRequest:
    """A strong fault of a kind on the machines of a line that can have it."""
    definition = FAULTS[kind]
    asked = {
        "kind": kind,
        "target": "line1",
        "signal": signal if definition.family == "sensor" else None,
        "parameters": dict(definition.example),
        "start_s": START_S,
        "ramp_s": 0.0,
        "duration_s": LASTS_S,
    }
    return FaultRequest(**(asked | changes))


@dataclass
class Told:
    """What a plant told in the course of an exam."""

    seconds: np.ndarray
    signals: dict[Signal, np.ndarray]
    deliveries: list[Delivery | None] = field(default_factory=list)
    networks: list[Network | None] = field(default_factory=list)


def listen(plant: Plant, start: datetime, last_s: int = START_S + LASTS_S + 200, step_s: int = STEP_S) -> Told:
    """Step a plant from its start."""
    seconds = np.arange(0, last_s, step_s)
    readings = [plant.step(start + timedelta(seconds=int(second))) for second in seconds]
    signals = {signal: np.array([one.signal(signal) for one in readings]) for signal in Signal}
    return Told(seconds, signals, [one.delivery for one in readings], [one.network for one in readings])


def moved(signal: Signal, ill: np.ndarray, well: np.ndarray, deviations: float = 3) -> np.ndarray:
    """Where a signal is three standard deviations of its sensor's error from the truth, or silent."""
    error = SENSORS[signal].noise + SENSORS[signal].noise_share * np.abs(well)
    resolution = 10.0 ** -SENSORS[signal].decimals  # of a shaft that stands still even the error is nothing
    return np.isnan(ill) | (np.abs(ill - well) > np.maximum(deviations * error, 1.01 * resolution))


@pytest.fixture(scope="module")
def well(make_identities: Callable[..., list[Any]], start: datetime) -> Told:
    """The same plant without a fault."""
    plant = Plant(make_identities(MACHINES), Scenario(name="calm"), seed=1, start=start, interval_s=1.0)
    return listen(plant, start)


def examine(kind: str, signal: Signal | None, make_plant: MakePlant, start: datetime, well: Told) -> None:
    """The exam on the effect: it does what it says, where and when it should, and nothing else."""
    plant, definition = make_plant(MACHINES), FAULTS[kind]
    hit = {plant.identities.index(one) for one in plant.identities[:ON_LINE1] if one.model in definition.models}
    hit = hit or set(range(ON_LINE1))
    plant.inject(request_for(kind, signal), start, "injected")
    ill = listen(plant, start)
    during = (ill.seconds >= START_S) & (ill.seconds < START_S + LASTS_S)
    moves = {signal} if signal else set(getattr(definition, "moves", ()))
    for one in Signal:
        same = (ill.signals[one] == well.signals[one]).all(axis=0)
        # A machine that wears faster may tell the last digit otherwise, of any signal; sensors cannot touch each other.
        still = not moved(one, ill.signals[one], well.signals[one], 0.5).any() if moves - {signal} else same.all()
        assert one in moves or still, f"{kind} moves {one.value}, and does not say so"
        assert same[[row for row in range(MACHINES) if row not in hit]].all(), f"{kind} hits others"
        assert (ill.signals[one] == well.signals[one])[ill.seconds < START_S].all(), f"{kind} begins too early"
    for one in [signal] if signal else list(getattr(definition, "moves", ()))[:1]:
        felt = moved(one, ill.signals[one], well.signals[one])[during]
        # In half an hour not every machine comes to a state in which it shows; most do.
        assert felt[:, sorted(hit)].any(axis=0).mean() > 0.5, f"{kind} does not move {one.value}"
    examine_columns(ill.deliveries, definition.family == "message", ill.seconds, hit, kind)
    examine_columns(ill.networks, definition.family == "network", ill.seconds, hit, kind)


def examine_columns(told: list[Any], expected: bool, seconds: np.ndarray, hit: set[int], kind: str) -> None:
    """Messages and connections are as they should be but during the fault, and then only those of who has it."""
    over_s = START_S + LASTS_S + request_for(kind).checked_parameters().outlasts_s
    for second, one in zip(seconds.tolist(), told, strict=True):
        if not expected or second < START_S or second >= over_s:
            assert one is None, f"{kind} is at work after {second} s"
        elif second < START_S + LASTS_S:
            assert one is not None, f"{kind} is not at work after {second} s"
            assert changed_rows(one) == hit, f"{kind} changes others, or not all of its own"


def changed_rows(columns: Delivery | Network) -> set[int]:
    """Rows that are not neutral."""
    neutral = type(columns).neutral(MACHINES)
    changed = [getattr(columns, one.name) != getattr(neutral, one.name) for one in fields(columns)]
    return set(np.flatnonzero(np.any(changed, axis=0)).tolist())


def without_effect(kind: str) -> Any:
    """The same kind, doing nothing."""
    definition: Any = FAULTS[kind]
    if definition.family == "sensor":
        return dataclasses.replace(definition, effect=lambda reading, _: reading.value)
    return dataclasses.replace(definition, effect=lambda *_: None)


@pytest.mark.parametrize(("kind", "signal"), CASES)
def test_effect(kind: str, signal: Signal | None, make_plant: MakePlant, start: datetime, well: Told) -> None:
    """It moves what it names by three standard deviations of the sensor's error, for its time, and nothing else."""
    examine(kind, signal, make_plant, start, well)


@pytest.mark.parametrize(("kind", "signal"), CASES)
def test_without_its_effect_a_kind_fails(
    kind: str,
    signal: Signal | None,
    make_plant: MakePlant,
    start: datetime,
    well: Told,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The exam is one: a kind whose effect does nothing does not pass."""
    monkeypatch.setitem(FAULTS, kind, without_effect(kind))
    with pytest.raises(AssertionError, match=r"does not move|changes others, or not all of its own"):
        examine(kind, signal, make_plant, start, well)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("end", ["least", "most"])
@pytest.mark.parametrize(("kind", "signal"), CASES)
def test_extremes_can_be_told(
    kind: str, signal: Signal | None, end: str, make_plant: MakePlant, start: datetime
) -> None:
    """At either end of its parameters, for a day, every message is valid and every number within its sensor's range."""
    plant, definition = make_plant(MACHINES), FAULTS[kind]
    extremes = {name: extreme(one, end) for name, one in definition.parameters.model_fields.items()}
    plant.inject(request_for(kind, signal, parameters=extremes, duration_s=None), start, "injected")
    block = plant.play(start.timestamp() + 1800.0 * np.arange(48))

    for one, sensor in SENSORS.items():
        values = block.signal(one)
        assert ((values >= sensor.lowest) & (values <= sensor.highest) | np.isnan(values)).all()
        assert kind == "dropout" or not np.isnan(values).any()
    for place in (0, 1, 47):
        for payload in encode(block.at(place), plant.identities, 1, [place + 1] * MACHINES):
            MachineTelemetry.model_validate_json(payload)


def extreme(parameter: Any, end: str) -> float:
    """The least or the most that a parameter can be; what must be more than a bound is a little more."""
    bounds = {type(rule).__name__.lower(): rule for rule in parameter.metadata}
    if end == "most":
        return float(bounds["le"].le)
    return float(bounds["ge"].ge) if "ge" in bounds else bounds["gt"].gt + 1e-6


@pytest.mark.parametrize("kind", FAULTS)
def test_recovery(kind: str, make_plant: MakePlant, start: datetime) -> None:
    """Three hours after its end, seven time constants of the slowest machine, nothing is left that could be seen."""
    request = request_for(kind, start_s=60, duration_s=600)
    last_s = 660 + int(request.checked_parameters().outlasts_s) + 10_800
    well, ill = make_plant(5), make_plant(5)
    ill.inject(request, start, "injected")
    expected, told = listen(well, start, last_s, 60), listen(ill, start, last_s, 60)

    for signal in Signal:
        assert not moved(signal, told.signals[signal], expected.signals[signal])[-1].any()
    assert ill.active_faults() == []


@pytest.mark.parametrize("kind", FAULTS)
def test_same_seed_same_bytes(kind: str, make_plant: MakePlant, start: datetime) -> None:
    """Two plants of one seed tell the same under a fault, bit by bit, to the columns of messages and connections."""
    told = []
    for _ in range(2):
        plant = make_plant(5)
        plant.inject(request_for(kind), start, "injected")
        told.append(pickle.dumps(listen(plant, start, 200)))

    assert told[0] == told[1]


@pytest.mark.parametrize("kind", FAULTS)
def test_ramp(kind: str, start: datetime, make_board: MakeBoard, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a ramp a fault comes up slowly: no effect is told more than its share; what comes at once refuses a ramp."""
    if not FAULTS[kind].can_ramp:
        with pytest.raises(ValidationError, match="comes at once"):
            request_for(kind, ramp_s=100.0)
        return
    board = make_board(10)
    board.inject(request_for(kind, ramp_s=100.0), start, "injected")

    def size(second: float) -> float:
        # The mean over many numbers, since the effects of some kinds come by chance.
        return float(np.mean([_size(board, kind, start.timestamp() + START_S + second, n) for n in range(200)]))

    board.advance(start.timestamp() + START_S + 100)
    assert 0 < size(25) < 0.7 * size(100)


def _size(board: FaultBoard, kind: str, moment_s: float, number: int) -> float:
    """How far a fault is from nothing, in some unit, over all of its machines."""
    family = FAULTS[kind].family
    if family == "sensor":
        values, truth = np.full((1, 10), 100.0), 100.0
        states = np.zeros((1, 10), dtype=np.int8)
        board.disturb(Signal.TEMP, values, np.array([moment_s]), np.array([number]), states, np.full(10, 200.0))
        return float(np.minimum(np.abs(np.nan_to_num(values, nan=truth + 100) - truth), 100).mean())
    columns: Any = Influences.neutral(10)
    if family == "process":
        board.influence(columns, moment_s, number)
    else:
        columns = board.delivery(moment_s, number) if family == "message" else board.network(moment_s, number)
    if columns is None:
        return 0.0
    neutral = type(columns).neutral(10)
    pairs = [(getattr(columns, one.name), getattr(neutral, one.name)) for one in fields(columns)]
    return sum(float(np.abs(some.astype(float) - usual).mean()) for some, usual in pairs)


@pytest.mark.parametrize("kind", FAULTS)
def test_truth_is_told_once(kind: str, make_plant: MakePlant, start: datetime) -> None:
    """Start and end are told once for each machine, at the moments asked for and not at those of the steps."""
    plant = make_plant(5)
    faults = plant.inject(request_for(kind, duration_s=120), start, "injected")
    told = []
    for second in range(0, 400, 7):
        plant.step(start + timedelta(seconds=second))
        told += plant.take_truth()

    begins, ends = start + timedelta(seconds=START_S), start + timedelta(seconds=START_S + 120)
    assert sorted((draft.fault_id, draft.event.value, draft.at) for draft in told) == sorted(
        (fault.fault_id, event, at) for fault in faults for event, at in (("started", begins), ("ended", ends))
    )
    assert {(draft.family, draft.label) for draft in told} == {(FAULTS[kind].family, FAULTS[kind].label)}


@pytest.mark.parametrize("kind", FAULTS)
def test_stages_follow_one_another(kind: str, make_plant: MakePlant, start: datetime) -> None:
    """A fault is pending, then at work, perhaps recovering, then forgotten."""
    plant = make_plant(5)
    request = request_for(kind, duration_s=120, ramp_s=60.0 if FAULTS[kind].can_ramp else 0.0)
    plant.inject(request, start, "injected")
    stages: list[str] = []
    for second in range(0, 300, 5):
        plant.step(start + timedelta(seconds=second))
        stages += [fault.stage for fault in plant.active_faults()[:1]]

    expected = ["pending", *(["ramping"] if FAULTS[kind].can_ramp else []), "active"]
    expected += ["recovering"] if request.checked_parameters().outlasts_s else []
    assert list(dict.fromkeys(stages)) == expected
    assert plant.active_faults() == []


@pytest.mark.parametrize("kind", FAULTS)
def test_short_fault_between_two_steps_is_told(kind: str, make_plant: MakePlant, start: datetime) -> None:
    """A fault that begins and ends between two steps leaves no trace in the readings, but in the truth."""
    plant = make_plant(5)
    plant.inject(request_for(kind, duration_s=120), start, "injected")
    plant.step(start)
    plant.step(start + timedelta(seconds=1000))

    assert {draft.event.value for draft in plant.take_truth()} == {"started", "ended"}
    assert plant.active_faults() == []


@pytest.mark.parametrize("kind", FAULTS)
def test_cleared_before_its_start_never_happened(kind: str, make_plant: MakePlant, start: datetime) -> None:
    """A fault that is cleared while pending is not in the truth."""
    plant = make_plant(5)
    for fault in plant.inject(request_for(kind), start, "injected"):
        plant.clear(fault.fault_id, start + timedelta(seconds=1))
    for second in range(0, 200, 5):
        plant.step(start + timedelta(seconds=second))

    assert plant.take_truth() == []
    assert plant.active_faults() == []


@pytest.mark.parametrize("kind", FAULTS)
def test_a_board_can_be_moved_to_another_process(kind: str, make_board: MakeBoard, start: datetime) -> None:
    """Pickled in the middle of a fault, it goes on as if nothing had been."""
    board = make_board(10)
    board.inject(request_for(kind, on_s=7.0, off_s=3.0), start, "injected")
    board.advance(start.timestamp() + START_S + 1)
    _size(board, kind, start.timestamp() + START_S + 1, 1)
    moved_board = pickle.loads(pickle.dumps(board))  # noqa: S301 - our own bytes

    now_s = start.timestamp() + START_S + 16
    assert _size(moved_board, kind, now_s, 2) == _size(board, kind, now_s, 2)
    assert moved_board.active(now_s) == board.active(now_s)


@pytest.mark.parametrize("kind", FAULTS)
def test_many_repeats_need_no_more_memory(kind: str, make_board: MakeBoard, start: datetime) -> None:
    """After a thousand more occurrences a board is as large as before; all of them are told."""
    board = make_board(10)
    request = request_for(kind, start_s=0.0, duration_s=1.0, repeats={"rate_per_day": 8640}, ramp_s=0.0)
    hit = len(board.inject(request, start, "injected"))
    sizes, told = [], 0
    for step in range(1, 241):
        now_s = start.timestamp() + 5.0 * step
        board.advance(now_s)
        told += len(board.take_news())
        _size(board, kind, now_s, step)
        board.settle(now_s)
        if step in (40, 240):
            sizes.append(len(pickle.dumps(board)))

    # 1200 s at one in 10 s; each has a start and an end. Poisson: five standard errors of sqrt(120) a machine.
    assert told / hit / 2 == pytest.approx(120, abs=5 * (120 / hit) ** 0.5)
    assert sizes[1] <= sizes[0] * 1.1


@pytest.mark.parametrize("kind", FAULTS)
def test_kind_is_documented(kind: str) -> None:
    """Each kind has a label, an explanation and a way to get well, as sentences; its example is one."""
    definition = FAULTS[kind]

    assert definition.kind == kind
    assert definition.label[0].isupper()
    assert definition.documentation.endswith(".")
    assert len(definition.documentation) > 80
    assert definition.recovery.endswith(".")
    assert set(definition.example) == set(definition.parameters.model_fields)
    assert request_for(kind).parameters == definition.example
    assert set(definition.models) <= set(NAMEPLATES)
    assert not isinstance(definition, ProcessFault) or definition.moves


@pytest.mark.parametrize("kind", FAULTS)
def test_parameters_say_unit_and_range(kind: str) -> None:
    """Each parameter is described, with a unit in brackets, and bounded on both sides."""
    for parameter in FAULTS[kind].parameters.model_fields.values():
        bounds = {type(rule).__name__ for rule in parameter.metadata}
        assert parameter.description is not None
        assert "[" in parameter.description
        assert bounds & {"Ge", "Gt"}
        assert "Le" in bounds
