"""Hours of a machine as numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.nameplates import nameplate
from maintenance.features import COLUMNS, NormalBehaviour, Readings, summarise
from maintenance.features.normal import ModelBehaviour
from maintenance.features.readings import PACE_S
from maintenance.features.windows import PLACE

FREE = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def one_hour(**columns: list[float]) -> Readings:
    """Six readings of a pump within an hour, running at rated load and speed unless said otherwise."""
    plate = nameplate("centrifugal_pump")  # 30 kW at 0.9, 2950 1/min, 1.1 mm/s
    usual = {
        "temp": [58.0] * 6,
        "vibration": [1.1] * 6,
        "rpm": [plate.rated_speed_rpm] * 6,
        "power": [plate.rated_input_kw] * 6,
        "state": [2.0] * 6,
    } | columns
    signals = {name: np.array(values, dtype=np.float64) for name, values in usual.items() if name != "state"}
    return Readings(
        at_s=np.arange(6) * 600.0, run=np.ones(6, dtype=np.int64), seq=np.arange(6), **signals,
        state=np.array(usual["state"], dtype=np.int64), driving=signals["power"],
    )  # fmt: skip


@pytest.fixture
def tell() -> Callable[[Readings], dict[str, float]]:
    """The numbers of an hour of a pump by their names."""
    behaviour = ModelBehaviour(nameplate("centrifugal_pump"), 0.25, (1.0, 0.0, 0.0))

    def told(readings: Readings) -> dict[str, float]:
        [row] = summarise(readings, behaviour).rows
        return {column.name: float(value) for column, value in zip(COLUMNS, row, strict=True)}

    return told


def test_a_healthy_machine_at_rated_load(tell: Callable[[Readings], dict[str, float]]) -> None:
    """It is 38 K over the air, so 58 °C leave 20 °C for the hall; nothing is in excess, and nothing scatters."""
    told = tell(one_hour())

    assert told["residual"] == pytest.approx(20.0)
    assert told["power"] == told["speed"] == told["running"] == pytest.approx(1.0)
    assert told["excess"] == pytest.approx(0.0, abs=1e-9)
    assert told["slip"] == pytest.approx(0.0, abs=1e-9)
    assert told["temp_missing"] == told["residual_std"] == 0.0


def test_what_a_worn_bearing_adds(tell: Callable[[Readings], dict[str, float]]) -> None:
    """Energies add: 2.2 mm/s instead of 1.1 are 2.2² - 1.1² = 3.63 mm²/s² too much."""
    assert tell(one_hour(vibration=[2.2] * 6))["excess"] == pytest.approx(3.63)


def test_only_running_readings_tell_of_the_work(tell: Callable[[Readings], dict[str, float]]) -> None:
    """Power at rest is not mixed with that at work: (33.3, 33.3, 33.3, 3.3, …) kW are 1.0 at work and 0.1 at rest."""
    rated = nameplate("centrifugal_pump").rated_input_kw
    told = tell(one_hour(power=[rated] * 3 + [0.1 * rated] * 3, state=[2, 2, 2, 1, 1, 1]))

    assert told["power"] == pytest.approx(1.0)
    assert told["rest_power"] == pytest.approx(0.1)
    assert told["running"] == pytest.approx(0.5)


def test_single_deviations_stand_out(tell: Callable[[Readings], dict[str, float]]) -> None:
    """A spike of 40 K is 40 K from its neighbours; a step of 40 K has no reading that is off both of its own."""
    assert tell(one_hour(temp=[58, 58, 98, 58, 58, 58]))["temp_peak"] == pytest.approx(40.0)
    assert tell(one_hour(temp=[58, 58, 58, 98, 98, 98]))["temp_peak"] == pytest.approx(0.0)


def test_resolution_and_repeats(tell: Callable[[Readings], dict[str, float]]) -> None:
    """Coarse steps of 4 K are seen, and two of the five readings after the first repeat the one before."""
    told = tell(one_hour(temp=[56, 60, 60, 64, 64, 56]))

    assert told["temp_step"] == pytest.approx(4.0)
    assert told["temp_flat"] == pytest.approx(2 / 5)


def test_a_sensor_that_says_nothing(tell: Callable[[Readings], dict[str, float]]) -> None:
    """Half of the readings are missing; without any there is no number, and no error."""
    nothing = float("nan")
    assert tell(one_hour(rpm=[2950, nothing] * 3))["speed_missing"] == pytest.approx(0.5)
    assert np.isnan(tell(one_hour(rpm=[nothing] * 6))["speed"])


def test_a_shaft_that_stands_while_it_is_said_to_run(tell: Callable[[Readings], dict[str, float]]) -> None:
    """Two of six running readings have no speed."""
    assert tell(one_hour(rpm=[2950, 0, 0, 2950, 2950, 2950]))["still"] == pytest.approx(1 / 3)


@FREE
@given(seed=st.integers(0, 1000), count=st.integers(1, 200), cut=st.integers(0, 200))
def test_hours_at_once_or_one_by_one(
    normal: NormalBehaviour, make_readings: Callable[..., Readings], seed: int, count: int, cut: int
) -> None:
    """A history cut at any hour gives the same numbers as at once, bit by bit."""
    readings, behaviour = make_readings(seed, count), normal.of("industrial_fan")
    whole = summarise(readings, behaviour)
    border = readings.hour < readings.hour[min(cut, count - 1)]
    first = summarise(readings.take(border), behaviour)
    second = summarise(readings.take(~border), behaviour, first.warmth)

    assert np.array_equal(np.concatenate([first.rows, second.rows]), whole.rows, equal_nan=True)
    assert np.concatenate([first.hour, second.hour]).tolist() == whole.hour.tolist()


@FREE
@given(seed=st.integers(0, 1000), interval_s=st.sampled_from([1.0, 10.0, 30.0, 40.0, 60.0]))
def test_how_often_a_machine_speaks_does_not_matter(
    normal: NormalBehaviour, make_readings: Callable[..., Readings], seed: int, interval_s: float
) -> None:
    """A machine that tells all in between is judged by what it would have told each two minutes."""
    behaviour, every = normal.of("industrial_fan"), int(PACE_S / interval_s)
    often = make_readings(seed, 45 * every, interval_s)
    last = slice(every - 1, None, every)
    power = np.repeat(often.power[last], every)
    often = replace(often, power=power, driving=power)
    found, wanted = summarise(often, behaviour).rows, summarise(often.take(last), behaviour).rows

    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-6, equal_nan=True)


def test_what_warms_a_machine_is_the_mean_power(tell: Callable[[Readings], dict[str, float]]) -> None:
    """Power that jumps between 0.5 and 1.5 of rated each ten seconds warms as rated does: 38 K, of 58 °C."""
    rated, count = nameplate("centrifugal_pump").rated_input_kw, 360
    power = rated * np.tile([0.5, 1.5], count // 2)
    jumping = Readings(
        at_s=np.arange(count) * 10.0, run=np.ones(count, dtype=np.int64), seq=np.arange(count),
        temp=np.full(count, 58.0), vibration=np.full(count, 1.1), rpm=np.full(count, 2950.0), power=power,
        state=np.full(count, 2), driving=power,
    )  # fmt: skip

    assert tell(jumping)["residual"] == pytest.approx(20.0)
    assert tell(jumping)["residual_std"] == pytest.approx(0.0, abs=1e-6)


def test_no_reading_no_hour(normal: NormalBehaviour, make_readings: Callable[..., Readings]) -> None:
    """Of an empty history there is nothing to tell."""
    nothing = make_readings(1, 10).take(slice(0, 0))

    assert summarise(nothing, normal.of("robot_arm")).rows.shape == (0, len(COLUMNS))


def test_names_are_places() -> None:
    """Each name stands once, and its place is that of its column."""
    assert [COLUMNS[place].name for place in PLACE.values()] == list(PLACE)
    assert len(PLACE) == len(COLUMNS)
