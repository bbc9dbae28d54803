"""The weather outside."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from simulator.climate import CLIMATES, OutdoorAir

DAY_S = 86_400.0
YEAR_S = 1_767_225_600 + np.arange(0, 365 * DAY_S, 3600.0)  # 2026, by the hour


@pytest.mark.parametrize("name", CLIMATES)
def test_year_has_the_normals(name: str) -> None:
    """Mean, warmest month and coldest month are those of the climate."""
    air = OutdoorAir(1, "plant1", name).temperature_c(YEAR_S)  # type: ignore[arg-type]
    months = air[: 12 * 730].reshape(12, 730).mean(axis=1)
    climate = CLIMATES[name]  # type: ignore[index]

    assert air.mean() == pytest.approx(climate.mean_c, abs=0.2)
    # A month's mean of a cosine falls short of its peak by sinc(π/12): 1.1 %.
    assert months.max() - months.min() == pytest.approx(2 * climate.yearly_k, abs=0.1 * climate.yearly_k + 0.5)
    assert months.argmax() in ((5,) if name == "hot" else (6, 7))


def test_afternoons_are_warmer_than_nights() -> None:
    """Three in the afternoon is warmer than three at night by twice the daily swing, on average."""
    air = OutdoorAir(1, "plant1", "temperate").temperature_c(YEAR_S).reshape(365, 24)

    assert (air[:, 15] - air[:, 3]).mean() == pytest.approx(8.0, abs=0.2)


@pytest.mark.parametrize(
    ("zone", "utc"), [("UTC", 15), ("Europe/Berlin", 14), ("Asia/Kolkata", 9), ("America/Chicago", 21)]
)
def test_afternoons_are_those_of_the_place(zone: str, utc: int) -> None:
    """It is warmest at three by the sun of the place, in summer as in winter (India: 09:30 UTC, between two hours)."""
    air = OutdoorAir(1, "plant1", "temperate", ZoneInfo(zone)).temperature_c(YEAR_S).reshape(365, 24)

    assert air[:180].mean(axis=0).argmax() in (utc, utc + (zone == "Asia/Kolkata"))
    assert air[180:].mean(axis=0).argmax() in (utc, utc + (zone == "Asia/Kolkata"))
