"""Histories for the plant's models."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from factory.plant_training.sources import kept_apart, learnt_part, purpose_of, sets_of, split
from maintenance.errors import DataError
from maintenance.features import FEATURES, Readings
from maintenance.plant_models.labels import Life
from maintenance.plant_models.prepared import Prepared
from maintenance.plant_models.source import Fault, History, WearHistory


def prepared(machines: int, hours: int) -> Prepared:
    """Machines of two models in turn, with a number of their own in each feature."""
    shape = (hours, machines)
    return Prepared(
        name="lake", machines=tuple(f"M{number:03d}" for number in range(machines)),
        models=tuple(("conveyor", "robot_arm")[number % 2] for number in range(machines)),
        hours=np.arange(hours), end_h=float(hours),
        features=np.broadcast_to(np.arange(machines, dtype=np.float64)[None, :, None], (*shape, len(FEATURES))).copy(),
        working=np.ones(shape, dtype=np.bool_), left_h=np.ones(shape), bearing_h=np.ones(shape), fails=np.ones(shape),
        kinds=np.full(shape, "none"), fault=np.full(shape, -1), faults=(),
        lives=tuple(Life(machine, 0.0, 60.0) for machine in range(machines)),
    )  # fmt: skip


def history(faults: tuple[Fault, ...] = (), left_h: float = float("nan")) -> History:
    """A history with some faults and a failure, or none."""
    wear = WearHistory(
        np.zeros(1, dtype=np.int64), np.array(["bearing"]), np.zeros(1, dtype=np.int64), np.zeros(1), np.zeros(1),
        np.array([left_h]),
    )  # fmt: skip
    return History("here", "plant1", {}, {}, wear, faults)


def test_machines_and_time_are_kept_apart() -> None:
    """Nothing of a machine that is judged was learnt from, nor anything of the time in which it is judged."""
    first, second = split(prepared(16, 90))

    assert not set(first.machines) & set(second.machines)
    assert first.hours.max() < second.hours.min()
    assert len(second.machines) == 4
    assert set(second.models) == {"conveyor", "robot_arm"}
    # Each machine's features carry its number, so they went with it.
    assert second.features[0, :, 0].tolist() == [float(name[1:]) for name in second.machines]


def test_a_life_goes_where_half_of_it_is_over() -> None:
    """All lives are half over at hour 30, which is in the first two thirds."""
    first, second = split(prepared(8, 90))

    assert len(first.lives) == len(first.machines)
    assert second.lives == ()


def test_too_few_machines_are_refused() -> None:
    """Of three machines none can be kept apart."""
    with pytest.raises(DataError, match=r"4 machines are needed, and two of a model, .*here are 3"):
        split(prepared(3, 10))


def test_a_model_of_one_machine_is_learnt_from() -> None:
    """Of eight machines two would be kept apart; a model's only one is not, or nothing were known of its model."""
    models = {f"M{number}": "conveyor" if number < 7 else "robot_arm" for number in range(8)}

    assert kept_apart(models, "lake") == {"M3"}
    with pytest.raises(DataError, match="two of a model"):
        kept_apart({"M1": "conveyor", "M2": "robot_arm", "M3": "cnc_mill", "M4": "industrial_fan"}, "lake")


def test_what_is_normal_is_not_learnt_from_what_is_judged() -> None:
    """Of a calm history only the machines and the hours that `split` leaves to learn from."""
    models = {f"M{number}": "conveyor" for number in range(4)}
    rows = [(3600.0 * hour, 1, hour + 1, 50.0, 1.0, 1400.0, 3.0, 2) for hour in range(90)]
    calm = replace(history(), models=models, readings={name: Readings.of(rows) for name in models})
    part = learnt_part(calm)

    assert list(part.readings) == ["M0", "M1", "M2"]
    assert all(one.hour.tolist() == list(range(60)) for one in part.readings.values())


def test_what_a_history_is_good_for() -> None:
    """With faults, with failures, or with neither; faults of messages do not count."""
    sensor = Fault("a", 0, "sensor", "bias", "temp", 0.0, 1.0)
    message = Fault("b", 0, "message", "delayed", "", 0.0, 1.0)

    assert purpose_of(history((sensor,), 5.0)) == "faults"
    assert purpose_of(history((message,), 5.0)) == "wear"
    assert purpose_of(history((message,))) == "calm"


def test_sets_are_by_purpose() -> None:
    """Each history is where it is looked for."""
    one = prepared(4, 10)
    sets = sets_of([("calm", one), ("wear", one), ("wear", one)])

    assert (len(sets.calm), len(sets.wear), len(sets.faults)) == (1, 2, 0)
