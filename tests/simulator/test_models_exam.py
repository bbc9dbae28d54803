"""One exam for all machine models: whoever is in `MODELS` sits it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pytest

from contracts.identity import Identity
from contracts.nameplates import NAMEPLATES
from contracts.telemetry import Signal
from contracts.truth import TruthEvent
from simulator.drafts import TruthDraft
from simulator.load import IDLE, RUNNING, SETUP
from simulator.models import MODELS, machine_model
from simulator.physics import ISO_20816_3_BOUNDARIES_MM_S
from simulator.plant import Block, Plant
from simulator.scenario import parse_scenario
from simulator.sensors import SENSORS
from simulator.wear import WearTable

MACHINES, STEP_S = 40, 20.0
TO_FAILURE = (
    "name: s\nplant: {{maintenance: run_to_failure, run_to_failure_components: [{components}], wear_speed: {speed}}}"
)

pytestmark = pytest.mark.parametrize("model", MODELS)

MakePlant = Callable[..., Plant]
DAYS: dict[str, Block] = {}


def play(plant: Plant, start: datetime, steps: int, step_s: float = STEP_S) -> Block:
    """Readings of so many steps."""
    return plant.play(start.timestamp() + step_s * np.arange(steps))


@pytest.fixture
def day(model: str, make_plant: MakePlant, start: datetime) -> Block:
    """A day of forty machines of a model; played once for all tests of it."""
    if model not in DAYS:
        DAYS[model] = play(make_plant(MACHINES, model=model), start, int(86_400 / STEP_S))
    return DAYS[model]


@dataclass(frozen=True)
class Life:
    """What a mixed plant did in a long time, as far as a model is concerned."""

    moments_s: np.ndarray
    rows: np.ndarray
    signals: dict[Signal, np.ndarray]
    states: np.ndarray
    log: list[TruthDraft]

    def events(self, event: TruthEvent, component: str) -> list[tuple[TruthDraft, int, int]]:
        """Events of a component, each with the place of its moment and of its machine."""
        return [
            (
                draft,
                int(np.searchsorted(self.moments_s, draft.at.timestamp())),
                int(np.searchsorted(self.rows, row_of(draft))),
            )
            for draft in self.log
            if (draft.event, draft.kind) == (event, component)
        ]


def live(plant: Plant, start: datetime, steps: int, step_s: float) -> dict[str, Life]:
    """Play a mixed plant, and take it apart by models."""
    block, log, lives = play(plant, start, steps, step_s), plant.take_truth(), {}
    for model in MODELS:
        rows = np.array([row for row, one in enumerate(plant.identities) if one.model == model])
        signals = {signal: block.signal(signal)[:, rows] for signal in Signal}
        mine = [draft for draft in log if row_of(draft) in rows]
        lives[model] = Life(block.moments_s, rows, signals, block.state[:, rows], mine)
    return lives


@pytest.fixture(scope="module")
def to_failure(make_mixed: Callable[[str, int], Plant], start: datetime) -> dict[str, Life]:
    """Forty days in which all components that last for years are used until they fail, much faster than usual."""
    components = sorted({component.name for model in MODELS.values() for component in model.components} - {"tool"})
    plant = make_mixed(TO_FAILURE.format(components=", ".join(components), speed=250), 12)
    return live(plant, start, 40 * 144, 600.0)


@pytest.fixture(scope="module")
def year(make_mixed: Callable[[str, int], Plant], start: datetime) -> tuple[dict[str, Life], WearTable, WearTable]:
    """A calm year, and how worn everything was before and after it."""
    plant = make_mixed("name: calm", 8)
    before = plant.wear_table()
    return live(plant, start, 4380, 7200.0), before, plant.wear_table()


@pytest.fixture(scope="module")
def make_mixed(make_identities: Callable[..., list[Identity]], start: datetime) -> Callable[[str, int], Plant]:
    """A plant with so many machines of each model."""

    def make(scenario: str, each: int) -> Plant:
        identities = make_identities(each * len(MODELS))
        return Plant(identities, parse_scenario(scenario), seed=1, start=start, interval_s=600.0)

    return make


def ageing(model: str) -> list[str]:
    """Components of a model that last for years; tools last for days, and have a test of their own."""
    return [component.name for component in MODELS[model].components if component.name != "tool"]


def series(day: Block, signal: Signal) -> np.ndarray:
    """A signal, a row a step and a column a machine."""
    return day.signal(signal)


def states(day: Block) -> np.ndarray:
    """States, a row a step and a column a machine."""
    return day.state


def settled(day: Block, state: int) -> np.ndarray:
    """Where a machine has been in a state for four steps, so that its speed is there."""
    here = states(day) == state
    return here & np.roll(here, 1, axis=0) & np.roll(here, 2, axis=0) & np.roll(here, 3, axis=0)


def test_has_a_nameplate(model: str) -> None:
    """Each model has a nameplate, and each nameplate a model."""
    assert machine_model(model).nameplate is NAMEPLATES[model]
    assert set(MODELS) == set(NAMEPLATES)


def test_same_seed_same_readings(model: str, make_plant: MakePlant, start: datetime) -> None:
    """The same seed gives the same readings bit by bit; another seed gives others."""
    first, second, other = (play(make_plant(4, model=model, seed=seed), start, 1000) for seed in (1, 1, 2))

    for signal in Signal:
        assert np.array_equal(series(first, signal), series(second, signal))
    assert not np.array_equal(series(first, Signal.TEMP), series(other, Signal.TEMP))


def test_readings_are_finite(day: Block, model: str) -> None:
    """Healthy sensors always deliver a number."""
    for signal in Signal:
        assert np.isfinite(series(day, signal)).all()


def test_temperature_stays_below_its_limit(day: Block, model: str) -> None:
    """A healthy machine is warmer than the coldest hall and cooler than its limit, by some kelvin."""
    temperatures = series(day, Signal.TEMP)

    assert temperatures.min() > 15
    assert temperatures.max() < NAMEPLATES[model].temperature_limit_c - 5


def test_vibration_stays_in_zones_a_and_b(day: Block, model: str) -> None:
    """No healthy machine reaches zone C of ISO 20816-3."""
    assert series(day, Signal.VIBRATION).max() < ISO_20816_3_BOUNDARIES_MM_S[1]


def test_power_stays_near_rated_power(day: Block, model: str) -> None:
    """A machine takes something always, and at most a tenth more than rated, the meter's error included."""
    power = series(day, Signal.POWER)

    assert power.min() > 0
    assert power.max() < 1.10 * NAMEPLATES[model].rated_input_kw


def test_speed_stays_below_its_limit(day: Block, model: str) -> None:
    """A shaft never turns faster than 4 % above rated (synchronous speed, or a servo at 105 % load)."""
    speed = series(day, Signal.RPM)

    assert speed.min() >= 0
    assert speed.max() < 1.045 * NAMEPLATES[model].rated_speed_rpm


def test_idle_takes_less(day: Block, model: str) -> None:
    """While idle a machine takes clearly less power than while running, and vibrates less."""
    power, vibration = series(day, Signal.POWER), series(day, Signal.VIBRATION)
    idle, running = settled(day, IDLE), settled(day, RUNNING)

    assert power[idle].max() < 0.6 * power[running].mean()
    assert vibration[idle].mean() < vibration[running].mean()


def test_idle_speed_is_that_of_its_kind(day: Block, model: str) -> None:
    """A servo stands still while idle; a motor on the mains turns faster without load than with it."""
    speed = series(day, Signal.RPM)
    idle, running = settled(day, IDLE), settled(day, RUNNING)

    if MODELS[model].drive == "servo":
        slowest = MODELS[model].lowest_speed * NAMEPLATES[model].rated_speed_rpm
        assert speed[idle].max() == pytest.approx(MODELS[model].idle_speed * slowest, rel=0.01, abs=1)
    else:
        for row in np.flatnonzero(idle.any(axis=0) & running.any(axis=0)):
            assert speed[idle[:, row], row].min() > speed[running[:, row], row].mean()


def test_setup_only_where_needed(day: Block, model: str) -> None:
    """Models that need setting up are set up, slowly turning; the others never are."""
    setup = settled(day, SETUP)

    assert setup.any() == (MODELS[model].setup_s > 0)
    if setup.any():
        assert 0 < series(day, Signal.RPM)[setup].mean() < 0.2 * NAMEPLATES[model].rated_speed_rpm


def test_load_moves_all_signals_together(day: Block, model: str) -> None:
    """Over the hours of a day, vibration, temperature and speed follow the power of their machine while it runs."""
    running = np.where(states(day) == RUNNING, 1.0, np.nan)
    hours = {signal: np.nanmean((series(day, signal) * running).reshape(24, -1, MACHINES), axis=1) for signal in Signal}

    def follows(signal: Signal) -> float:
        pairs = zip(hours[Signal.POWER].T, hours[signal].T, strict=True)
        return float(np.median([np.corrcoef(power, other)[0, 1] for power, other in pairs]))

    assert follows(Signal.VIBRATION) > 0.7
    assert follows(Signal.TEMP) > 0.5
    # A servo is run faster for more; a motor on the mains slips more.
    assert follows(Signal.RPM) * (1 if MODELS[model].drive == "servo" else -1) > 0.9


def test_residual_of_a_healthy_machine_is_steady(day: Block, model: str) -> None:
    """Temperature less the nameplate's thermal model, against the plant's median, moves by little in ten minutes.

    This is what the monitoring of sensor drift relies on: a drift of 2 K/min makes 20 K in that time.
    """
    plate = NAMEPLATES[model]
    temperatures, power = series(day, Signal.TEMP), series(day, Signal.POWER)
    share = 1 - np.exp(-STEP_S / plate.thermal_time_constant_s)
    modelled = [plate.temperature_rise_k * power[0] / plate.rated_input_kw]
    for kilowatts in power[1:]:
        modelled.append(
            modelled[-1] + share * (plate.temperature_rise_k * kilowatts / plate.rated_input_kw - modelled[-1])
        )
    residual = temperatures - np.array(modelled)
    minutes = residual[: len(residual) // 6 * 6].reshape(-1, 6, MACHINES).mean(axis=1)  # 6 · 20 s
    against_peers = minutes - np.median(minutes, axis=1, keepdims=True)
    change = np.abs(against_peers[5:] - against_peers[:-5])

    # Individuals deviate by 7.5 % at most in rise and in time constant. After a stop or start the first shows as far as
    # the housing has cooled in ten minutes, the second by 1/e of it at most; together by the root of their squares.
    # Beside it the noise of two means of six readings: 0.15 · sqrt(2/6) = 0.087 K, four and a half of them.
    in_ten_minutes = 1 - np.exp(-600 / plate.thermal_time_constant_s)
    assert change.max() < 0.075 * plate.temperature_rise_k * np.hypot(in_ten_minutes, np.exp(-1)) + 0.4
    assert change.std() < 0.15


def test_machines_are_individuals(day: Block, model: str) -> None:
    """Machines of a model differ a little: by some percent of the rise, and none by much."""
    rises = series(day, Signal.TEMP).mean(axis=0) - 20

    assert 0.01 < rises.std() / rises.mean() < 0.12


def test_a_year_is_stable_and_wears(year: tuple[dict[str, Life], WearTable, WearTable], model: str) -> None:
    """After a calm year all is within bounds, and components have aged and been renewed as they should."""
    lives, before, after = year
    life = lives[model]

    assert life.signals[Signal.TEMP].max() < NAMEPLATES[model].temperature_limit_c - 5
    assert np.quantile(life.signals[Signal.VIBRATION], 0.999) < ISO_20816_3_BOUNDARIES_MM_S[1]
    for component in MODELS[model].components:
        mine = np.isin(after.row, life.rows) & (after.component == component.name)
        renewals = len(life.events(TruthEvent.MAINTAINED, component.name))
        # Between a tenth and the whole of the stress at rated load; lives have a mean of 0.89 to 0.90 of the
        # characteristic one, and each renewal comes after 0.54 to 0.60 of one, or later where nobody had time.
        used = (after.damage - before.damage)[mine].sum() + 0.57 * renewals
        assert 0.1 < used / mine.sum() * component.life_h * 0.9 / 8760 < 1.3, component.name


def test_plan_comes_before_failure(year: tuple[dict[str, Life], WearTable, WearTable], model: str) -> None:
    """By plan, components are renewed before they fail; one in ten at most is so short-lived that it is too late."""
    events = [draft.event for draft in year[0][model].log]

    assert events.count(TruthEvent.FAILED) <= 0.1 * len(events)


def test_run_to_failure_fails_and_goes_on(to_failure: dict[str, Life], model: str) -> None:
    """Every component that ages fails somewhere; failures are followed by repairs, and machines work again."""
    life = to_failure[model]
    failed = {draft.fault_id for draft in life.log if draft.event is TruthEvent.FAILED}
    repaired = {draft.fault_id for draft in life.log if draft.event is TruthEvent.REPAIRED}

    assert {draft.kind for draft in life.log if draft.event is TruthEvent.FAILED} >= set(ageing(model))
    assert repaired <= failed
    assert len(failed - repaired) <= len(life.rows) / 2  # those that are being repaired at the end
    assert (life.states[-144:] == RUNNING).mean() > 0.3


def test_failing_bearings_pass_zone_c(to_failure: dict[str, Life], model: str) -> None:
    """At least nine of ten bearings take their machine into zone C of ISO 20816-3 before they fail."""
    life = to_failure[model]
    entered = [
        life.signals[Signal.VIBRATION][max(0, end - 72) : end, column].max() > ISO_20816_3_BOUNDARIES_MM_S[1]
        for _, end, column in life.events(TruthEvent.FAILED, "bearing")
    ]

    assert len(entered) >= 8
    assert np.mean(entered) >= 0.9


def test_wear_shows_before_the_failure(to_failure: dict[str, Life], model: str) -> None:
    """Before it fails a component moves a signal by more than three of its noise deviations, against a new one."""
    life = to_failure[model]
    for component in ageing(model):
        moved = []
        failures = {draft.fault_id: place for draft, place, _ in life.events(TruthEvent.FAILED, component)}
        for draft, back, column in life.events(TruthEvent.REPAIRED, component):
            down = failures[draft.fault_id]
            moved.append(deviations(life, column, slice(max(0, down - 36), down), slice(back + 12, back + 48)))
        assert np.nanmedian(np.array(moved), axis=0).max() > 3, component


def deviations(life: Life, column: int, last: slice, first: slice) -> list[float]:
    """How far the mean of each signal while running is from one time to another, in deviations of its noise."""
    running = life.states[:, column] == RUNNING
    told = []
    for signal, sensor in SENSORS.items():
        values = np.where(running, life.signals[signal][:, column], np.nan)
        if np.isnan(values[last]).all() or np.isnan(values[first]).all():
            return [np.nan] * len(SENSORS)
        well = float(np.nanmean(values[first]))
        told.append(abs(float(np.nanmean(values[last])) - well) / (sensor.noise + sensor.noise_share * well))
    return told


def row_of(draft: TruthDraft) -> int:
    """Row of a machine: M001 is the first."""
    return int(draft.device_id.removeprefix("M")) - 1


def test_memory_does_not_grow(model: str, make_plant: MakePlant, start: datetime) -> None:
    """After more failures and repairs a plant is no larger than after the first."""
    plant = make_plant(10, TO_FAILURE.format(components="bearing", speed=2000), model=model)
    sizes = []
    for day in range(3):
        plant.play(start.timestamp() + 86_400.0 * day + 1800.0 * np.arange(48))
        assert plant.take_truth()
        sizes.append(len(pickle.dumps(plant)))

    assert max(sizes[1:]) < 1.02 * sizes[0]
