"""History for Prometheus: the live gauges' names, samples in order, and a file that promtool takes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from contracts.identity import Identity
from factory.provision.request import vehicle
from simulator.backfill.openmetrics import gauges, openmetrics_text
from simulator.backfill.timeline import moment
from simulator.gauges import labels
from simulator.readings import Block
from simulator.scenario import Scenario
from simulator.vehicles import Fleet

START_MS = 1_767_393_000_000
MakeBlock = Callable[..., Block]
MakeIdentities = Callable[..., list[Identity]]


def test_families_stand_together_and_series_in_order(make_block: MakeBlock, make_identities: MakeIdentities) -> None:
    """As OpenMetrics 1.0 wants it: TYPE before samples, no family and no series in two places, times rising, EOF."""
    identities = make_identities(2)
    lines = openmetrics_text([gauges(make_block(3, 2), None, None)], identities).splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    series = [line.split(" ")[0] for line in samples]
    times = [float(line.split(" ")[2]) for line in samples]

    assert lines[-1] == "# EOF"
    assert samples[1] == f"machine_temperature_celsius{{{labels(identities[0])}}} 100 {START_MS / 1000 + 60:.0f}"
    assert series == [name for name in dict.fromkeys(series) for _ in range(3)]
    assert times == [START_MS / 1000 + 60 * number for number in range(3)] * 12  # six gauges of two machines
    types = [line.split(" ")[2] for line in lines if line.startswith("# TYPE")]
    assert types == list(dict.fromkeys(name.partition("{")[0] for name in series))


def test_a_silent_sensor_has_no_sample(make_block: MakeBlock, make_identities: MakeIdentities) -> None:
    """As on the live page."""
    block = make_block(2, 1)
    block.temp[1, 0] = np.nan
    text = openmetrics_text([gauges(block, None, None)], make_identities(1))

    assert text.count("machine_temperature_celsius{") == 1
    assert text.count("machine_power_kilowatts{") == 2


def test_vehicles_have_gauges_of_their_own() -> None:
    """Those of the live page, with the same labels; no gauge of a machine among them."""
    vehicles = [vehicle(number, "plant1") for number in (1, 2)]
    fleet = Fleet(vehicles, Scenario(name="calm"), seed=1, start=moment(START_MS), interval_s=60.0)
    block = fleet.play(START_MS / 1000 + 60.0 * np.arange(3))
    lines = openmetrics_text([gauges(block, None, None)], vehicles).splitlines()
    types = [line.split(" ")[2] for line in lines if line.startswith("# TYPE")]

    assert types == [
        *("vehicle_speed_kilometers_per_hour", "vehicle_fuel_percent", "vehicle_engine_temperature_celsius"),
        *("vehicle_latitude_degrees", "vehicle_longitude_degrees", "vehicle_odometer_kilometers"),
        "vehicle_last_reading_timestamp_seconds",
    ]
    first = f"{block.fuel_level_percent[0, 0]:g} {START_MS / 1000:.0f}"
    assert f"vehicle_fuel_percent{{{labels(vehicles[0])}}} {first}" in lines
    assert sum(line[0] != "#" for line in lines) == 7 * 2 * 3


def test_gauges_stand_still_while_nothing_comes(make_block: MakeBlock) -> None:
    """Each shows the last message that came, over the border of blocks too; before the first there is none."""
    came = np.array([[False], [True], [False]])
    first = gauges(make_block(3, 1), came, None)
    second = gauges(make_block(2, 1, first=3), np.array([[False], [True]]), first.last)
    temperatures = [next(iter(some.values.values())).ravel().tolist() for some in (first, second)]

    assert np.isnan(temperatures[0][0])
    assert temperatures[0][1:] + temperatures[1] == [100.0, 100.0, 100.0, 400.0]


@pytest.mark.e2e
def test_promtool_makes_blocks_of_it(make_block: MakeBlock, make_identities: MakeIdentities, tmp_path: Path) -> None:
    """The real promtool: two blocks for the three hours and a half around midnight, with all samples."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    file = tmp_path / "day.txt"
    file.write_text(openmetrics_text([gauges(make_block(210, 3), None, None)], make_identities(3)))
    done = subprocess.run(
        [promtool, "tsdb", "create-blocks-from", "openmetrics", file, tmp_path / "data"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    # From 22:30 on: blocks begin at even hours, so there is one of 90 and one of 120 minutes.
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith("01")]
    assert [int(row[4]) for row in rows] == [90 * 18, 120 * 18]
    assert len(list((tmp_path / "data").glob("*/chunks"))) == 2
