"""The rules for drift against the plant itself: what its sensors tell in virtual time, judged by promtool.

The plant is the simulator's, with its noise, pauses, orders and machines that deviate from their nameplates; the rules
see only what its metrics would show.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from contracts.identity import Identity
from contracts.metrics import MACHINE_POWER, MACHINE_ROTATION, MACHINE_TEMPERATURE, MACHINE_VIBRATION
from contracts.nameplates import NAMEPLATES
from contracts.telemetry import MachineState
from dashboards import PrometheusRequest, render_prometheus
from simulator.faults import FaultRequest
from simulator.plant import STATES, Plant
from simulator.scenario import Scenario

pytestmark = pytest.mark.slow

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RUNNING = STATES.index(MachineState.RUNNING)
MODELS = list(NAMEPLATES)
MACHINES = [
    Identity(
        device_id=f"M{number:03d}",
        plant="plant1",
        line=f"line{1 + (number - 1) // 10}",
        model=MODELS[(number - 1) % len(MODELS)],
    )
    for number in range(1, 21)
]
SIGNALS = {
    "temp": MACHINE_TEMPERATURE.name,
    "vibration": MACHINE_VIBRATION.name,
    "rpm": MACHINE_ROTATION.name,
    "power": MACHINE_POWER.name,
}
Told = dict[str, np.ndarray]


def told(seconds: int, *faults: FaultRequest, seed: int = 1, start: datetime = START, step: int = 1) -> Told:
    """What the sensors of the plant tell, a row a moment and a column a machine."""
    plant = Plant(MACHINES, Scenario(name="calm"), seed=seed, start=start, interval_s=step)
    for fault in faults:
        plant.inject(fault, start, "injected")
    readings = [plant.step(start + timedelta(seconds=second)) for second in range(0, seconds, step)]
    values = {signal: np.array([getattr(one, signal) for one in readings]) for signal in SIGNALS}
    return values | {"running": np.array([one.state == RUNNING for one in readings]).astype(float)}


def drift(rate_per_min: float, signal: str, start_s: float = 30, target: str = "M003") -> FaultRequest:
    """A drift of a sensor."""
    parameters = {"rate_per_min": rate_per_min}
    return FaultRequest(kind="drift", target=target, signal=signal, parameters=parameters, start_s=start_s)


Firing = Callable[..., dict[tuple[str, str, str], int]]


@pytest.fixture
def firing(write_files: Callable[[dict[str, str]], Path], promtool: Callable[..., Any]) -> Firing:
    """First second at which each alarm fires, by name, machine and signal."""

    def judged(values: Told, step: int = 1, runs: list[int] | None = None) -> dict[tuple[str, str, str], int]:
        evaluation = max(2, step)
        request = PrometheusRequest(scrape_interval_s=step, reading_interval_s=step, evaluation_interval_s=evaluation)
        seconds = step * len(values["temp"])
        last = (seconds - step) // evaluation * evaluation
        count = f'count_over_time(ALERTS{{alertstate="firing"}}[{seconds}s])'
        scenario = {
            "interval": f"{step}s",
            "input_series": _series(values, step, runs),
            # An answer that cannot be: promtool tells what it got instead.
            "promql_expr_test": [
                {"expr": count, "eval_time": f"{last}s", "exp_samples": [{"labels": "x", "value": -1}]}
            ],
        }
        rules = ["rules/recording.yml", "rules/alerts.yml"]
        order = ["machines", "relations", "pipeline", "alerts"]  # promtool's own order changes from run to run
        test = {
            "rule_files": rules,
            "evaluation_interval": f"{evaluation}s",
            "group_eval_order": order,
            "tests": [scenario],
        }
        directory = write_files({**render_prometheus(request), "plant.yml": yaml.safe_dump(test, width=10**9)})
        result = promtool("test", "rules", directory / "plant.yml")
        said = result.stdout + result.stderr
        assert "got:" in said, said
        return {key: last - evaluation * (times - 1) for key, times in _answers(said).items()}

    return judged


def _series(values: Told, step: int, runs: list[int] | None) -> list[dict[str, str]]:
    count = len(values["temp"])
    target = 'job="simulator",instance="127.0.0.1:9100"'
    series = {}
    for column, one in enumerate(MACHINES):
        labels = f'plant="{one.plant}",line="{one.line}",device_id="{one.device_id}",model="{one.model}",{target}'
        for signal, metric in SIGNALS.items():
            series[f"{metric}{{{labels}}}"] = _text(values[signal][:, column])
        series[f"machine_running{{{labels}}}"] = _text(values["running"][:, column])
        heard = np.where(np.isnan(values["temp"][:, column]), np.nan, np.arange(count) * step)
        series[f"machine_last_reading_timestamp_seconds{{{labels}}}"] = _text(heard)
    for plate in NAMEPLATES.values():
        labels = f'plant="plant1",model="{plate.model}",{target}'
        for name, value in {
            "rated_input_kilowatts": plate.rated_input_kw,
            "temperature_rise_kelvin": plate.temperature_rise_k,
            "thermal_time_constant_seconds": plate.thermal_time_constant_s,
            "temperature_limit_celsius": plate.temperature_limit_c,
        }.items():
            series[f"machine_nameplate_{name}{{{labels}}}"] = f"{value!r}x{count}"
    generation = np.ones(count) if runs is None else np.array(runs, dtype=float)
    generation = np.where(np.isnan(values["temp"]).all(axis=1), np.nan, generation)
    series[f'simulator_run{{shard="shard-0000",{target}}}'] = _text(generation)
    return [{"series": name, "values": text} for name, text in series.items()]


def _text(values: np.ndarray) -> str:
    return " ".join("_" if np.isnan(value) else f"{value:g}" for value in values)


def _answers(text: str) -> dict[tuple[str, str, str], int]:
    """What promtool got: `{alertname="A", …} 7E+01, {…} 3E+00`, or `nil`."""
    got = text.split("got:", 1)[1]
    found = {}
    for part in got.split("{")[1:]:
        inside, value = part.split("}", 1)
        labels = dict(pair.split("=", 1) for pair in inside.split(", "))
        key = tuple(labels.get(name, '""').strip('"') for name in ("alertname", "device_id", "signal"))
        found[key] = int(float(value.strip().rstrip(",").split()[0]))
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_drift_is_found_on_its_machine_and_signal_and_no_other(seed, firing):
    """2 K/min from the thirtieth second of a factory's life is an alarm within 80 s, on that sensor alone."""
    found = firing(told(150, drift(2, "temp"), seed=seed))
    assert set(found) == {("MachineSensorDrift", "M003", "temp")}
    assert 30 < found["MachineSensorDrift", "M003", "temp"] <= 30 + 80


def test_a_hall_that_warms_up_stays_silent(firing):
    """The air warms up by 20 K in ten minutes: every sensor tells the truth."""
    parameters = {"rise_k": 20.0}
    warming = FaultRequest(kind="hall_warming", target="*", parameters=parameters, start_s=30, ramp_s=600)
    values = told(660, warming)
    assert np.median(values["temp"][-60:] - values["temp"][:1]) > 10  # it does warm up
    assert {key for key in firing(values) if key[0] == "MachineSensorDrift"} == set()


def test_a_drift_is_found_while_the_hall_warms_up(firing):
    """The hall hides no drift."""
    warming = FaultRequest(kind="hall_warming", target="*", parameters={"rise_k": 20.0}, ramp_s=600)
    found = firing(told(200, warming, drift(-2, "temp", start_s=60)))
    assert {key for key in found if key[0] == "MachineSensorDrift"} == {("MachineSensorDrift", "M003", "temp")}


def test_a_restart_of_the_simulator_is_no_drift(firing):
    """Killed at 120 s and back at 130 s in another state of heat: temperatures jump, and nobody is told."""
    before, after = told(120), told(300, start=START + timedelta(hours=5))
    gap = {signal: np.full((10, len(MACHINES)), np.nan) for signal in before}
    values = {signal: np.concatenate([before[signal], gap[signal], after[signal]]) for signal in before}
    assert np.abs(after["temp"][0] - before["temp"][-1]).max() > 5  # they do jump
    assert firing(values, runs=[1] * 130 + [2] * 300) == {}


def test_a_restart_between_two_scrapes_is_no_drift(firing):
    """The same when another simulator takes over without a gap: only the generation tells."""
    before, after = told(120), told(300, start=START + timedelta(hours=5))
    values = {signal: np.concatenate([before[signal], after[signal]]) for signal in before}
    assert firing(values, runs=[1] * 120 + [2] * 300) == {}


def test_a_calm_day_stays_silent(firing):
    """Twelve hours of orders, pauses and weather, without a fault."""
    assert firing(told(12 * 3600, seed=4, step=30), step=30) == {}


@pytest.mark.parametrize(
    ("signal", "rate_per_min", "target"), [("temp", 0.1, "M003"), ("vibration", 0.05, "M002"), ("rpm", 10, "M002")]
)
def test_slow_drifts_are_found_in_the_end(signal, rate_per_min, target, firing):
    """A drift that begins in the second hour is found within three more, on its signal alone."""
    found = firing(told(5 * 3600, drift(rate_per_min, signal, 7200, target), seed=2, step=20), step=20)
    assert {key for key in found if key[0] == "MachineSensorDrift"} == {("MachineSensorDrift", target, signal)}
    assert found["MachineSensorDrift", target, signal] > 7200


def test_a_drift_of_the_power_meter_is_found_on_its_machine(firing):
    """Meter and thermometer disagree: the alarm names the machine, and one of the two that one model judges."""
    found = firing(told(5 * 3600, drift(0.5, "power", 7200), seed=2, step=20), step=20)
    drifting = {key for key in found if key[0] == "MachineSensorDrift"}
    assert {device_id for _, device_id, _ in drifting} == {"M003"}
    assert {signal for _, _, signal in drifting} <= {"temp", "power"}
    assert min(found.values()) > 7200
