"""Features are the same offline and online."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.nameplates import nameplate
from maintenance.features import NormalBehaviour, Readings, Trends, in_order, plant_features, plant_hours

MODELS = {"M001": "cnc_mill", "M002": "centrifugal_pump", "M003": "conveyor", "M004": "robot_arm", "M005": "conveyor"}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10_000),
    interval_s=st.sampled_from([60.0, 300.0, 420.0]),
    lost=st.floats(0, 0.5),
    chunk_h=st.integers(1, 5),
)
def test_offline_and_online_agree(
    normal: NormalBehaviour,
    make_readings: Callable[..., Readings],
    seed: int,
    interval_s: float,
    lost: float,
    chunk_h: int,
) -> None:
    """At once or hour after hour, with gaps, repeats and in any order, readings make the same features."""
    random = np.random.default_rng(seed)
    histories = {}
    for number, name in enumerate(MODELS):
        readings = make_readings(seed + number, 240, interval_s)
        kept = random.random(240) >= lost
        kept[60:140] &= random.random() < 0.5  # an outage of hours, for some
        histories[name] = readings.take(np.flatnonzero(kept))
    hours = plant_hours(((name, in_order(some)) for name, some in histories.items()), MODELS, normal)
    offline = plant_features(hours)
    trends, warmth = Trends([nameplate(MODELS[name]) for name in sorted(MODELS)]), None

    for begin in range(hours.first_hour, hours.first_hour + len(hours.rows), chunk_h):
        arrived = {}
        for name, some in histories.items():
            here = np.flatnonzero((some.hour >= begin) & (some.hour < begin + chunk_h))
            again = random.choice(here, len(here) // 4) if len(here) else here
            arrived[name] = in_order(some.take(random.permutation(np.concatenate([here, again]))))
        part = plant_hours(arrived.items(), MODELS, normal, warmth)
        warmth = part.warmth
        rows = dict(enumerate(part.rows, part.first_hour))
        for hour in range(begin, min(begin + chunk_h, hours.first_hour + len(hours.rows))):
            trends.push(rows.get(hour, np.full(hours.rows.shape[1:], np.nan)))
            row = offline.hours.index(hour)
            np.testing.assert_allclose(trends.features(), offline.values[row], rtol=1e-9, atol=1e-9, equal_nan=True)
