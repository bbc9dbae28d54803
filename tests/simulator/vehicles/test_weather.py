"""Air outdoors."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from simulator.vehicles.weather import OpenAir

YEAR = datetime(2026, 1, 1, tzinfo=UTC).timestamp() + 3600.0 * np.arange(8766)


def test_months_are_those_of_the_place() -> None:
    """Chennai's normals: January about 25 °C, May about 33 °C; our weather may add 3 K at most."""
    air = OpenAir(1, "plant1")
    months = {month: [] for month in range(1, 13)}
    for moment_s in YEAR.tolist():
        months[datetime.fromtimestamp(moment_s, UTC).month].append(air.temperature_c(moment_s))

    assert np.mean(months[1]) == pytest.approx(25.0, abs=1.5)
    assert np.mean(months[5]) == pytest.approx(32.5, abs=1.5)


def test_afternoons_are_warm_in_local_time() -> None:
    """14:30 in India is 09:00 UTC; twelve hours later it is coolest."""
    hours = np.array([OpenAir(1, "plant1").temperature_c(moment_s) for moment_s in YEAR.tolist()][:8760])
    by_hour = hours.reshape(365, 24).mean(axis=0)

    assert by_hour.argmax() == 9
    assert by_hour.argmin() == 21
    assert by_hour.max() - by_hour.min() == pytest.approx(9.0, abs=0.5)


def test_climates_differ_and_plants_have_their_own_weather() -> None:
    """`hot` is 6 K warmer, `cold` 20 K colder; a plant of another name has another hour of rain."""
    temperate, hot, cold = (OpenAir(1, "plant1", climate) for climate in ("temperate", "hot", "cold"))

    assert hot.temperature_c(0.0) - temperate.temperature_c(0.0) == pytest.approx(6)
    assert cold.temperature_c(0.0) - temperate.temperature_c(0.0) == pytest.approx(-20)
    assert OpenAir(1, "plant2").temperature_c(0.0) != temperate.temperature_c(0.0)
