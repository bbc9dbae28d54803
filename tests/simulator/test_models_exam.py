"""One exam for all machine models: whoever is in `MODELS` sits it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest

from contracts.identity import Identity
from contracts.nameplates import NAMEPLATES
from contracts.telemetry import Signal
from simulator.load import IDLE, RUNNING, SETUP
from simulator.models import MODELS, machine_model
from simulator.physics import ISO_20816_3_BOUNDARIES_MM_S
from simulator.plant import Plant, Readings
from simulator.scenario import Scenario

MACHINES, STEP_S = 40, 20.0

pytestmark = pytest.mark.parametrize("model", MODELS)

MakePlant = Callable[..., Plant]
DAYS: dict[str, list[Readings]] = {}


def play(plant: Plant, start: datetime, steps: int, step_s: float = STEP_S) -> list[Readings]:
    """Readings of so many steps."""
    return [plant.step(start + timedelta(seconds=step_s * number)) for number in range(steps)]


@pytest.fixture
def day(model: str, make_plant: MakePlant, start: datetime) -> list[Readings]:
    """A day of forty machines of a model; played once for all tests of it."""
    if model not in DAYS:
        DAYS[model] = play(make_plant(MACHINES, model=model), start, int(86_400 / STEP_S))
    return DAYS[model]


@pytest.fixture(scope="module")
def year(make_identities: Callable[..., list[Identity]], start: datetime) -> tuple[list[Readings], np.ndarray]:
    """A year of forty machines of all models in steps of an hour, and what it wore them."""
    plant = Plant(make_identities(MACHINES), Scenario(name="calm"), seed=1, start=start, interval_s=3600)
    before = plant.wear
    readings = play(plant, start, 8760, 3600.0)
    return readings, (plant.wear - before) % 1.0


def series(day: list[Readings], signal: Signal) -> np.ndarray:
    """A signal, a row a step and a column a machine."""
    return np.array([readings.signal(signal) for readings in day])


def states(day: list[Readings]) -> np.ndarray:
    """States, a row a step and a column a machine."""
    return np.array([readings.state for readings in day])


def settled(day: list[Readings], state: int) -> np.ndarray:
    """Where a machine has been in a state for three steps, so that its speed is there."""
    here = states(day) == state
    return here & np.roll(here, 1, axis=0) & np.roll(here, 2, axis=0)


def test_has_a_nameplate(model: str) -> None:
    """Each model has a nameplate, and each nameplate a model."""
    assert machine_model(model).nameplate is NAMEPLATES[model]
    assert set(MODELS) == set(NAMEPLATES)


def test_same_seed_same_readings(model: str, make_plant: MakePlant, start: datetime) -> None:
    """The same seed gives the same readings bit by bit; another seed gives others."""
    first, second, other = (play(make_plant(4, model=model, seed=seed), start, 100) for seed in (1, 1, 2))

    for signal in Signal:
        assert np.array_equal(series(first, signal), series(second, signal))
    assert not np.array_equal(series(first, Signal.TEMP), series(other, Signal.TEMP))


def test_readings_are_finite(day: list[Readings], model: str) -> None:
    """Healthy sensors always deliver a number."""
    for signal in Signal:
        assert np.isfinite(series(day, signal)).all()


def test_temperature_stays_below_its_limit(day: list[Readings], model: str) -> None:
    """A healthy machine is warmer than the coldest hall and cooler than its limit, by some kelvin."""
    temperatures = series(day, Signal.TEMP)

    assert temperatures.min() > 15
    assert temperatures.max() < NAMEPLATES[model].temperature_limit_c - 5


def test_vibration_stays_in_zones_a_and_b(day: list[Readings], model: str) -> None:
    """No healthy machine reaches zone C of ISO 20816-3."""
    assert series(day, Signal.VIBRATION).max() < ISO_20816_3_BOUNDARIES_MM_S[1]


def test_power_stays_near_rated_power(day: list[Readings], model: str) -> None:
    """A machine takes something always, and at most a tenth more than rated, the meter's error included."""
    power = series(day, Signal.POWER)

    assert power.min() > 0
    assert power.max() < 1.10 * NAMEPLATES[model].rated_input_kw


def test_speed_stays_below_its_limit(day: list[Readings], model: str) -> None:
    """A shaft never turns faster than 4 % above rated (synchronous speed, or a servo at 105 % load)."""
    speed = series(day, Signal.RPM)

    assert speed.min() >= 0
    assert speed.max() < 1.045 * NAMEPLATES[model].rated_speed_rpm


def test_idle_takes_less(day: list[Readings], model: str) -> None:
    """While idle a machine takes clearly less power than while running, and vibrates less."""
    power, vibration = series(day, Signal.POWER), series(day, Signal.VIBRATION)
    idle, running = settled(day, IDLE), settled(day, RUNNING)

    assert power[idle].max() < 0.6 * power[running].mean()
    assert vibration[idle].mean() < vibration[running].mean()


def test_idle_speed_is_that_of_its_kind(day: list[Readings], model: str) -> None:
    """A servo stands still while idle; a motor on the mains turns faster without load than with it."""
    speed = series(day, Signal.RPM)
    idle, running = settled(day, IDLE), settled(day, RUNNING)

    if MODELS[model].drive == "servo":
        assert speed[idle].max() == 0
    else:
        assert speed[idle].min() > speed[running].mean()


def test_setup_only_where_needed(day: list[Readings], model: str) -> None:
    """Models that need setting up are set up, slowly turning; the others never are."""
    setup = settled(day, SETUP)

    assert setup.any() == (MODELS[model].setup_s > 0)
    if setup.any():
        assert 0 < series(day, Signal.RPM)[setup].mean() < 0.2 * NAMEPLATES[model].rated_speed_rpm


def test_load_moves_all_signals_together(day: list[Readings], model: str) -> None:
    """While running, power, temperature and vibration follow the load together."""
    running = (states(day) == RUNNING).all(axis=1) if MODELS[model].setup_s == 0 else np.ones(len(day), dtype=bool)
    whole = {signal: series(day, signal)[running].mean(axis=1) for signal in Signal}
    # The mean over the hall's machines in one hour: what is common to them.
    hours = {signal: np.array([part.mean() for part in np.array_split(one, 24)]) for signal, one in whole.items()}

    assert np.corrcoef(hours[Signal.POWER], hours[Signal.VIBRATION])[0, 1] > 0.8
    assert np.corrcoef(hours[Signal.POWER], hours[Signal.TEMP])[0, 1] > 0.3


def test_residual_of_a_healthy_machine_is_steady(day: list[Readings], model: str) -> None:
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

    assert change.max() < 1.2
    assert change.std() < 0.15


def test_machines_are_individuals(day: list[Readings], model: str) -> None:
    """Machines of a model differ a little: by some percent of the rise, and none by much."""
    rises = series(day, Signal.TEMP).mean(axis=0) - 20

    assert 0.01 < rises.std() / rises.mean() < 0.12


def test_a_year_is_stable_and_wears(year: tuple[list[Readings], np.ndarray], model: str) -> None:
    """After a year in steps of an hour all is within bounds, and bearings have aged as they should."""
    readings, aged = year
    rows = slice(list(NAMEPLATES).index(model), None, len(NAMEPLATES))

    assert series(readings[-24:], Signal.TEMP)[:, rows].max() < NAMEPLATES[model].temperature_limit_c - 5
    assert series(readings[-24:], Signal.VIBRATION)[:, rows].max() < ISO_20816_3_BOUNDARIES_MM_S[1]
    # 8,760 h at part load: by the third power of a torque of 0.6 to 0.85 between a tenth and three quarters as much
    # wear as at rated load.
    assert 0.1 < aged[rows].mean() * MODELS[model].rating_life_h / 8760 < 0.75


def test_worn_machines_vibrate_more(day: list[Readings], model: str, make_plant: MakePlant) -> None:
    """Across machines, vibration goes with wear."""
    wear = make_plant(MACHINES, model=model).wear
    vibration = np.nanmean(np.where(states(day) == RUNNING, series(day, Signal.VIBRATION), np.nan), axis=0)

    assert np.corrcoef(np.exp(3 * wear), vibration)[0, 1] > 0.7
