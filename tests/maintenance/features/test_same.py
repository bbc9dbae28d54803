"""Features are the same offline and online."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.nameplates import nameplate
from maintenance.features import HourStream, NormalBehaviour, Readings, Trends, in_order, plant_features, plant_hours
from maintenance.features.arrays import Floats

MODELS = {"M001": "cnc_mill", "M002": "centrifugal_pump", "M003": "conveyor", "M004": "robot_arm", "M005": "conveyor"}


def messages_of(readings: Readings) -> list[tuple[float, int, int, float, float, float, float, int]]:
    """The readings as rows, in their order."""
    columns = [getattr(readings, name).tolist() for name in Readings.__dataclass_fields__]
    return list(zip(*columns, strict=True))


def online(
    histories: dict[str, Readings], normal: NormalBehaviour, shuffle: np.random.Generator
) -> tuple[dict[int, Floats], HourStream]:
    """Features by hour, as a stream makes them of messages that come late, out of order and repeatedly."""
    arrivals = []
    for name, readings in histories.items():
        for row in messages_of(readings):
            copies = 2 if shuffle.random() < 0.1 else 1
            arrivals += [(row[0] + shuffle.uniform(0, 290), name, row) for _ in range(copies)]
    stream, trends = HourStream(MODELS, normal), Trends([nameplate(MODELS[name]) for name in sorted(MODELS)])
    found: dict[int, Floats] = {}

    def take(hours: list) -> None:  # type: ignore[type-arg]
        for hour in hours:
            trends.skip(hour.skipped)
            trends.push(hour.rows)
            found[hour.hour] = trends.features()

    for _, name, row in sorted(arrivals, key=lambda arrival: arrival[0]):
        take(list(stream.add(name, row)))
    take(list(stream.close_all()))
    return found, stream


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), interval_s=st.sampled_from([7.0, 60.0, 300.0, 420.0]), lost=st.floats(0, 0.5))
def test_offline_and_online_agree(
    normal: NormalBehaviour, make_readings: Callable[..., Readings], seed: int, interval_s: float, lost: float
) -> None:
    """Of the same messages, with gaps, repeats and another order, both make the same features of each hour."""
    random = np.random.default_rng(seed)
    histories = {}
    for number, name in enumerate(MODELS):
        readings = make_readings(seed + number, 240, interval_s)
        kept = random.random(240) >= lost
        kept[60:140] &= random.random() < 0.5  # an outage of hours, for some
        histories[name] = readings.take(kept)
    hours = plant_hours(((name, in_order(some)) for name, some in histories.items()), MODELS, normal)
    offline = plant_features(hours)
    streamed, stream = online(histories, normal, random)

    assert stream.dropped.late == stream.dropped.ahead == 0
    for hour, values in zip(offline.hours, offline.values, strict=True):
        if hour in streamed:
            np.testing.assert_allclose(streamed[hour], values, rtol=1e-9, atol=1e-9, equal_nan=True)
    assert streamed.keys() <= set(offline.hours)
    silent = [hour for hour in offline.hours if hour not in streamed]
    assert np.isnan(hours.rows[[hour - hours.first_hour for hour in silent]]).all()
