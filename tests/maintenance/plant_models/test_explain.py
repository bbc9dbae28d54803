"""Why, in words."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from maintenance.features import FEATURE_PLACE, FEATURES
from maintenance.features.arrays import Flags, Floats
from maintenance.plant_models.bundle import reference
from maintenance.plant_models.explain import SIGNALS, contributions, healthy, reasons, signal_of, words


class Calm(NamedTuple):
    """What there is of a calm history."""

    models: tuple[str, ...]
    working: Flags
    features: Floats


def row(**values: float) -> Floats:
    """A row of features, 0 but for what is said."""
    made = np.zeros(len(FEATURES))
    for name, value in values.items():
        made[FEATURE_PLACE[name]] = value
    return made


def test_every_feature_but_the_nameplate_is_of_a_signal() -> None:
    """Nothing that a machine tells is left without a signal that it can be explained by."""
    without = {column.name for column in FEATURES if signal_of(column.name) is None}

    assert without == {"rated_power", "rated_speed", "new_vibration"}
    assert {signal_of(column.name) for column in FEATURES} - {None} == set(SIGNALS)


def test_a_contribution_is_the_difference_that_a_signal_makes() -> None:
    """Of a score 3·vibration + 2·temperature, with 4 mm/s and 5 K too much, 12 come from the one, 10 from the other."""
    places = [FEATURE_PLACE[name] for name in ("vibration_6h", "over_hall_6h")]
    features, middle = row(vibration_6h=5.0, over_hall_6h=5.0)[None, :], row(vibration_6h=1.0)[None, :]
    told = contributions(lambda rows: rows[:, places] @ np.array([3.0, 2.0]), features, middle)[0]

    assert dict(zip(SIGNALS, told.tolist(), strict=True)) == {
        "temp": 10.0, "vibration": 12.0, "rpm": 0.0, "power": 0.0, "state": 0.0,
    }  # fmt: skip


def test_what_healthy_machines_never_had_is_unknown_of_them() -> None:
    """Without a repair there is no time since it: it is not 0 h, nor the time to the limit ln(1 h), which is worst."""
    hours = 30
    features = np.full((hours, 1, len(FEATURES)), 7.0)
    features[:, :, [FEATURE_PLACE[name] for name in ("since_repair", "to_limit_age")]] = np.nan
    told = healthy([Calm(("conveyor",), np.ones((hours, 1), dtype=np.bool_), features)])  # type: ignore[list-item]

    middle = dict(zip((one.name for one in FEATURES), told.middle["conveyor"].tolist(), strict=True))
    assert np.isnan([middle["since_repair"], middle["to_limit_age"]]).all()
    assert middle["to_limit"] == 7.0
    assert reference(told)["to_limit"] == 7.0
    assert "to_limit_age" not in reference(told)


def test_only_what_raises_the_score_is_a_reason() -> None:
    """At most three signals, the strongest first; what speaks against it is no reason for it."""
    told = reasons(np.array([1.0, 3.0, -2.0, 2.0, 0.5]), row(), row(), np.ones(len(FEATURES)))

    assert [one.signal for one in told] == ["vibration", "power", "temp"]


@pytest.mark.parametrize(
    ("signal", "features", "said"),
    [
        ("vibration", {"vibration_past_7d": 4.1}, "vibration 4.1 mm/s above its own past week"),
        ("temp", {"over_hall_6h": -3.0}, "temperature 3.0 K below what power and hall explain"),
        ("temp", {"temp_missing_6h": 0.4}, "temperature is missing in 40 % of the readings"),
        ("power", {"power_past_7d": 0.25}, "power 25 % of rated above its own past week"),
        ("rpm", {"still_6h": 0.5}, "the shaft stands in 50 % of the time in which the machine says it runs"),
    ],
)
def test_words_name_what_is_most_unusual(signal: str, features: dict[str, float], said: str) -> None:
    """In the unit of the signal, against what is usual."""
    assert words(signal, row(**features), row(), np.full(len(FEATURES), 0.1)) == said
